/* The call auction's virtual match (market-rules 2.2); auction.py says the same in Python. */
#ifndef CMW_AUCTION_H
#define CMW_AUCTION_H

#include "ladder.h"

typedef struct {
    int32_t price;
    int64_t volume, unmatched;
} Match;

typedef struct { /* a price in the crossing range, and what is wanted and offered at it */
    int32_t price;
    int64_t bid, ask;
} Candidate;

CMW_INLINE int64_t cmw_distance(int64_t left, int64_t right) {
    return left > right ? left - right : right - left;
}

/* Writes the crossing levels of one side, best first; returns how many. */
static int32_t cmw_crossing(const Book *b, uint32_t side, int32_t limit, Candidate *to) {
    const Side *s = &b->sides[side];
    int32_t count = 0;
    for (int32_t key = s->top_key[0]; key >= 0; key = cmw_below(s, key)) {
        int32_t price = cmw_price(b, side, key);
        if (side ? price > limit : price < limit) break;
        int64_t quantity = cmw_level_of(s, key)->quantity;
        to[count].price = price;
        to[count].bid = side ? 0 : quantity;
        to[count++].ask = side ? quantity : 0;
    }
    return count;
}

/* Merges bids (falling) and asks (rising) into candidates, lowest price first. */
static int32_t cmw_merge(const Candidate *bids, int32_t bid_count, const Candidate *asks,
                         int32_t ask_count, Candidate *to) {
    int32_t bid = bid_count - 1, ask = 0, count = 0;
    while (bid >= 0 || ask < ask_count) {
        int takes_bid = ask >= ask_count || (bid >= 0 && bids[bid].price <= asks[ask].price);
        int takes_ask = bid < 0 || (ask < ask_count && asks[ask].price <= bids[bid].price);
        to[count].price = takes_bid ? bids[bid].price : asks[ask].price;
        to[count].bid = takes_bid ? bids[bid--].bid : 0;
        to[count++].ask = takes_ask ? asks[ask++].ask : 0;
    }
    return count;
}

/* Turns sizes at each price into the match there: bid becomes volume, ask the remainder. */
static void cmw_accumulate(Candidate *list, int32_t count) {
    int64_t wanted = 0, offered = 0;
    for (int32_t at = 0; at < count; at++) wanted += list[at].bid;
    for (int32_t at = 0; at < count; at++) {
        int64_t bid = list[at].bid;
        offered += list[at].ask;
        list[at].bid = wanted < offered ? wanted : offered;
        list[at].ask = wanted - offered;
        wanted -= bid;
    }
}

/* Keeps the candidates with most volume and then least remainder; returns how many. */
static int32_t cmw_keep_tied(Candidate *list, int32_t count) {
    int64_t most = 0, least = INT64_MAX;
    int32_t kept = 0;
    for (int32_t at = 0; at < count; at++) most = list[at].bid > most ? list[at].bid : most;
    for (int32_t at = 0; at < count; at++) {
        int64_t left = cmw_distance(list[at].ask, 0);
        if (list[at].bid == most && left < least) least = left;
    }
    for (int32_t at = 0; at < count; at++) {
        if (list[at].bid == most && cmw_distance(list[at].ask, 0) == least) list[kept++] = list[at];
    }
    return kept;
}

static int64_t cmw_shanghai_price(const Candidate *tied, int32_t count, int32_t tick) {
    int all_bids = 1, all_asks = 1;
    for (int32_t at = 0; at < count; at++) {
        all_bids &= tied[at].ask > 0;
        all_asks &= tied[at].ask < 0;
    }
    if (all_bids) return tied[count - 1].price;
    if (all_asks) return tied[0].price;
    return ((int64_t)tied[0].price + tied[count - 1].price + tick) / (2 * tick) * tick;
}

static Match cmw_choose(const Candidate *tied, int32_t count, int is_shanghai, int32_t reference,
                        int32_t tick) {
    int64_t price = reference;
    if (is_shanghai) price = cmw_shanghai_price(tied, count, tick);
    else if (price < tied[0].price) price = tied[0].price;
    else if (price > tied[count - 1].price) price = tied[count - 1].price;
    int32_t nearest = 0;
    for (int32_t at = 1; at < count; at++) {
        if (cmw_distance(tied[at].price, price) < cmw_distance(tied[nearest].price, price)) {
            nearest = at;
        }
    }
    Match found = {(int32_t)price, tied[nearest].bid, tied[nearest].ask};
    if (count == 1) found.price = tied[0].price;
    return found;
}

/* Finds the match; all 0 where nothing crosses. Returns 0 without memory. */
static int cmw_match(const Book *b, int is_shanghai, int32_t reference, int32_t tick, Match *to) {
    int32_t bid = cmw_best(b, 0), ask = cmw_best(b, 1);
    memset(to, 0, sizeof(Match));
    if (!bid || !ask || bid < ask) return 1;
    size_t depth = (size_t)b->sides[0].depth + (size_t)b->sides[1].depth;
    Candidate *room = (Candidate *)malloc(2 * depth * sizeof(Candidate));
    if (!room) return 0;
    Candidate *asks = room + b->sides[0].depth, *merged = room + depth;
    int32_t bids = cmw_crossing(b, 0, ask, room), offers = cmw_crossing(b, 1, bid, asks);
    int32_t count = cmw_merge(room, bids, asks, offers, merged);
    cmw_accumulate(merged, count);
    count = cmw_keep_tied(merged, count);
    *to = cmw_choose(merged, count, is_shanghai, reference, tick);
    free(room);
    return 1;
}

#endif
