/* The call auction's virtual match (market-rules 2.2); auction.py says the same in Python. */
#ifndef CMW_AUCTION_H
#define CMW_AUCTION_H

#include "ladder.h"

typedef struct {
    int32_t price;
    int64_t volume, unmatched;
} Match;

enum { RULE_NEAREST_LEAST, RULE_ORDER_PRICE, RULE_NEAREST };

typedef struct { /* what is wanted and offered at one price of the crossing range */
    int32_t price;
    int64_t bid, ask;
} Offer;

typedef struct { /* the match at an order's price, or at every tick of a run between two */
    int32_t low, high;
    int is_order_price;
    int64_t volume, unmatched;
} Candidate;

CMW_INLINE int64_t cmw_distance(int64_t left, int64_t right) {
    return left > right ? left - right : right - left;
}

CMW_INLINE int64_t cmw_lesser(int64_t left, int64_t right) { return left < right ? left : right; }

/* Writes the crossing levels of one side, best first; returns how many. */
static int32_t cmw_crossing(const Market *m, const Book *b, uint32_t side, int32_t limit, Offer *to) {
    const Side *s = &b->sides[side];
    int32_t count = 0;
    for (int32_t key = s->best; key >= 0; key = cmw_below(s, key)) {
        int32_t price = cmw_price(b, side, key);
        if (side ? price > limit : price < limit) break;
        int64_t quantity = m->pool[s->places[key]].shares;
        Offer offer = {price, side ? 0 : quantity, side ? quantity : 0};
        to[count++] = offer;
    }
    return count;
}

/* Merges bids (falling) and asks (rising), lowest price first. */
static int32_t cmw_merge(const Offer *bids, int32_t bid_count, const Offer *asks,
                         int32_t ask_count, Offer *to) {
    int32_t bid = bid_count - 1, ask = 0, count = 0;
    while (bid >= 0 || ask < ask_count) {
        int takes_bid = ask >= ask_count || (bid >= 0 && bids[bid].price <= asks[ask].price);
        int takes_ask = bid < 0 || (ask < ask_count && asks[ask].price <= bids[bid].price);
        Offer offer = {takes_bid ? bids[bid].price : asks[ask].price, 0, 0};
        if (takes_bid) offer.bid = bids[bid--].bid;
        if (takes_ask) offer.ask = asks[ask++].ask;
        to[count++] = offer;
    }
    return count;
}

/* Every price that could match; those that leave better-priced orders are left out. */
static int32_t cmw_candidates(const Offer *offers, int32_t count, int32_t tick, Candidate *to) {
    int64_t wanted = 0, offered = 0;
    int32_t found = 0;
    for (int32_t at = 0; at < count; at++) wanted += offers[at].bid;
    for (int32_t at = 0; at < count; at++) {
        const Offer *o = &offers[at];
        int64_t volume = cmw_lesser(wanted, offered + o->ask);
        if (wanted - o->bid <= volume && offered <= volume) {
            Candidate one = {o->price, o->price, 1, volume, wanted - offered - o->ask};
            to[found++] = one;
        }
        wanted -= o->bid;
        offered += o->ask;
        int64_t low = (int64_t)o->price + tick;
        if (at + 1 < count && wanted == offered && low <= (int64_t)o[1].price - tick) {
            Candidate run = {(int32_t)low, o[1].price - tick, 0, wanted, 0};
            to[found++] = run;
        }
    }
    return found;
}

/* Whether a candidate is among those the tie rule chooses from. */
CMW_INLINE int cmw_is_tied(const Candidate *one, int rule, int64_t most, int64_t least) {
    if (one->volume != most || (rule == RULE_ORDER_PRICE && !one->is_order_price)) return 0;
    return rule == RULE_NEAREST || cmw_distance(one->unmatched, 0) == least;
}

static int32_t cmw_keep_tied(const Candidate *list, int32_t count, int rule, Candidate *to) {
    int64_t most = 0, least = INT64_MAX;
    int32_t kept = 0;
    for (int32_t at = 0; at < count; at++) most = list[at].volume > most ? list[at].volume : most;
    for (int32_t at = 0; at < count; at++) {
        if (list[at].volume != most || (rule == RULE_ORDER_PRICE && !list[at].is_order_price)) {
            continue;
        }
        least = cmw_lesser(least, cmw_distance(list[at].unmatched, 0));
    }
    for (int32_t at = 0; at < count; at++) {
        if (cmw_is_tied(&list[at], rule, most, least)) to[kept++] = list[at];
    }
    return kept;
}

static Match cmw_nearest(const Candidate *list, int32_t count, int64_t reference) {
    Match best = {0, 0, 0};
    for (int32_t at = 0; at < count; at++) {
        int64_t price = reference < list[at].low ? list[at].low : reference;
        price = cmw_lesser(price, list[at].high);
        if (at && cmw_distance(price, reference) >= cmw_distance(best.price, reference)) continue;
        Match one = {(int32_t)price, list[at].volume, list[at].unmatched};
        best = one;
    }
    return best;
}

/* Buyers left over take the highest price, sellers the lowest, nobody the middle. */
static Match cmw_shanghai(const Candidate *all, int32_t count, const Candidate *tied,
                          int32_t tied_count, int32_t tick) {
    const Candidate *lowest = &tied[0], *highest = &tied[tied_count - 1];
    if (lowest->unmatched > 0 && highest->unmatched > 0) {
        return cmw_nearest(highest, 1, highest->low);
    }
    if (lowest->unmatched < 0 && highest->unmatched < 0) return cmw_nearest(lowest, 1, lowest->low);
    int64_t middle = ((int64_t)lowest->low + highest->low + tick) / (2 * (int64_t)tick) * tick;
    return cmw_nearest(all, count, middle);
}

/* Finds the match; all 0 where nothing crosses. Returns 0 without memory. */
static int cmw_match(const Market *m, const Book *b, int rule, int32_t reference, int32_t tick, Match *to) {
    int32_t bid = cmw_best(b, 0), ask = cmw_best(b, 1);
    memset(to, 0, sizeof(Match));
    if (!bid || !ask || bid < ask) return 1;
    size_t depth = (size_t)b->sides[0].depth + (size_t)b->sides[1].depth;
    Offer *bids = (Offer *)malloc(2 * depth * sizeof(Offer));
    Candidate *all = (Candidate *)malloc(4 * depth * sizeof(Candidate));
    if (bids && all) {
        Offer *asks = bids + b->sides[0].depth, *merged = bids + depth;
        int32_t bid_count = cmw_crossing(m, b, 0, ask, bids), ask_count = cmw_crossing(m, b, 1, bid, asks);
        int32_t count = cmw_merge(bids, bid_count, asks, ask_count, merged);
        Candidate *tied = all + 2 * depth;
        count = cmw_candidates(merged, count, tick, all);
        int32_t kept = cmw_keep_tied(all, count, rule, tied);
        if (!kept) *to = cmw_nearest(all, count, reference);
        else if (rule == RULE_ORDER_PRICE) *to = cmw_shanghai(all, count, tied, kept, tick);
        else *to = cmw_nearest(tied, kept, reference);
    }
    int made = bids && all;
    free(bids);
    free(all);
    return made;
}

#endif
