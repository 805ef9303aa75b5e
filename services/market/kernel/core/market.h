/* The market: making and freeing books, applying runs of records, the state hash. */
#ifndef CMW_MARKET_H
#define CMW_MARKET_H

#include "auction.h"
#include "events.h"

#define AHEAD_PLACE 32
#define AHEAD_ORDER 16
#define AHEAD_LEVEL 8
#define CROWD 64 /* so many books fit the caches: looking ahead would only cost */
#define HASH_START 0xCBF29CE484222325ULL
#define HASH_PRIME 0x100000001B3ULL

static Market *cmw_new_market(void) {
    Market *m = (Market *)calloc(1, sizeof(Market));
    if (m && !cmw_grow_pool(m)) {
        free(m);
        return NULL;
    }
    return m;
}

static Channel *cmw_channel(Market *m, uint32_t number) {
    Channel *c = m->channels[number & 0xFFFF];
    if (!c) {
        c = (Channel *)calloc(1, sizeof(Channel));
        if (!c) return NULL;
        c->matching = -1;
        m->channels[number & 0xFFFF] = c;
    }
    return c;
}

/* A book of zeros that begins at a line of memory, NULL without memory. */
static Book *cmw_zero_book(void) {
    char *memory = (char *)calloc(1, sizeof(Book) + CMW_LINE);
    if (!memory) return NULL;
    Book *b = (Book *)(memory + (CMW_LINE - (uintptr_t)memory % CMW_LINE));
    b->memory = memory;
    return b;
}

/* Returns the index of the new book, -1 without memory. */
static int64_t cmw_add_book(Market *m, uint32_t channel, int32_t low, int32_t high) {
    if (m->book_count == m->book_room) {
        uint32_t room = m->book_room ? m->book_room * 2 : 64;
        Book **books = (Book **)realloc(m->books, (size_t)room * sizeof(Book *));
        if (!books) return -1;
        m->books = books;
        m->book_room = room;
    }
    Book *b = cmw_zero_book();
    if (!b) return -1;
    if (!cmw_channel(m, channel)) {
        free(b->memory);
        return -1;
    }
    b->channel = channel;
    b->step = 100;
    b->steps = -1;
    b->low = 1;
    b->phase = -1;
    for (int side = 0; side < 2; side++) cmw_window_clear(&b->sides[side]);
    m->books[m->book_count++] = b;
    return cmw_lay(m, b, low, high) ? (int64_t)m->book_count - 1 : -1;
}

static void cmw_free_market(Market *m) {
    if (!m) return;
    for (uint32_t at = 0; at < m->book_count; at++) {
        Book *b = m->books[at];
        cmw_drop_side(&b->sides[0]);
        cmw_drop_side(&b->sides[1]);
        free(b->bars);
        free(b->ring);
        free(b->memory);
    }
    for (uint32_t at = 0; at < (1u << 16); at++) {
        Channel *c = m->channels[at];
        if (!c) continue;
        for (uint32_t page = 0; page < c->page_count; page++) {
            if (c->pages[page] != cmw_empty_page) free(c->pages[page]);
        }
        free(c->pages);
        free(c);
    }
    free(m->pool);
    free(m->books);
    free(m);
}

static const uint32_t cmw_no_row = 0;

/* The side on which a record finds its level: a trade's is that of the order that stood there. */
CMW_INLINE uint32_t cmw_side_ahead(const Record *r) {
    return (uint32_t)(r->side == 'S') ^ (uint32_t)(r->kind == KIND_TRADE);
}

CMW_INLINE const Book *cmw_book_ahead(const Market *m, const Record *r) {
    return m->books[r->instrument < m->book_count ? r->instrument : 0];
}

/* The key of a record's price, any key when the ladder does not hold it. */
CMW_INLINE int32_t cmw_key_ahead(const Book *b, const Side *s, const Record *r) {
    int32_t key = cmw_steps_of(cmw_distance_of(s, r->price), b->step);
    return (uint32_t)key <= (uint32_t)b->steps ? key : 0;
}

/* What a trade touches, or what the others do: picked by a mask. */
CMW_INLINE const void *cmw_pick_ahead(const Record *r, const void *of_trade, const void *of_others) {
    uintptr_t mask = 0 - (uintptr_t)(r->kind == KIND_TRADE);
    return (const void *)(((uintptr_t)of_trade & mask) | ((uintptr_t)of_others & ~mask));
}

/* These ask for the memory that a record some steps ahead will touch. None branches on what the
 * record is: a branch guessed wrong costs more than the memory. */
CMW_INLINE void cmw_look_far(const Market *m, Channel *c, const Record *r) {
    const Book *b = cmw_book_ahead(m, r);
    uint32_t side = cmw_side_ahead(r);
    CMW_PREFETCH(cmw_place(c, r->order_id));
    CMW_PREFETCH(cmw_place(c, r->other_id));
    CMW_PREFETCH(b);
    CMW_PREFETCH(&b->bar_end_ms);
    CMW_PREFETCH(&b->sides[side]);
    CMW_PREFETCH(b->sides[side].window);
    CMW_PREFETCH(&b->sides[1 - side]);
    CMW_PREFETCH(cmw_pick_ahead(r, &b->flow, &b->sides[side].withdrawn_count));
}

CMW_INLINE void cmw_look_near(const Market *m, Channel *c, const Record *r) {
    const Book *b = cmw_book_ahead(m, r);
    const Side *s = &b->sides[cmw_side_ahead(r)];
    int32_t key = cmw_key_ahead(b, s, r);
    CMW_PREFETCH(&m->pool[*cmw_place(c, r->order_id)]);
    CMW_PREFETCH(&m->pool[*cmw_place(c, r->other_id)]);
    CMW_PREFETCH(s->places + key);
    CMW_PREFETCH(s->bits + (key >> 6));
    CMW_PREFETCH(&b->flow.rows[*(const uint32_t *)cmw_pick_ahead(r, &b->flow.row, &cmw_no_row)]);
}

CMW_INLINE void cmw_look_level(const Market *m, Channel *c, const Record *r) {
    const Book *b = cmw_book_ahead(m, r);
    const Side *s = &b->sides[cmw_side_ahead(r)];
    if (CMW_UNLIKELY(b->steps < 0)) return;
    CMW_PREFETCH(&m->pool[s->places[cmw_key_ahead(b, s, r)]]);
    CMW_PREFETCH(&m->pool[m->pool[*cmw_place(c, r->order_id)].level]);
}

/* Applies a run of records of one channel; returns how many were new. */
static int64_t cmw_apply_run(Market *m, uint32_t number, const Record *records, int64_t count) {
    Channel *c = cmw_channel(m, number);
    if (!c) return 0;
    int64_t fresh = 0;
    if (m->book_count < CROWD) {
        for (int64_t at = 0; at < count; at++) fresh += cmw_apply(m, c, number, &records[at]);
        return fresh;
    }
    for (int64_t at = -AHEAD_PLACE; at < count; at++) { /* a run's first records too are seen ahead */
        int64_t far = at + AHEAD_PLACE, near = at + AHEAD_ORDER, level = at + AHEAD_LEVEL;
        if (far < count) cmw_look_far(m, c, &records[far]);
        if (near >= 0 && near < count) cmw_look_near(m, c, &records[near]);
        if (level >= 0 && level < count) cmw_look_level(m, c, &records[level]);
        if (at >= 0) fresh += cmw_apply(m, c, number, &records[at]);
    }
    return fresh;
}

/* The exchange says that the last order of a channel has ended. */
static void cmw_settle_channel(Market *m, uint32_t number) {
    Channel *c = cmw_channel(m, number);
    if (c && c->matching >= 0) cmw_settle(m, c);
}

static int cmw_apply_one(Market *m, const Record *r) {
    if (r->instrument >= m->book_count) return 0;
    uint32_t number = m->books[r->instrument]->channel;
    return cmw_apply(m, m->channels[number], number, r);
}

CMW_INLINE uint64_t cmw_mix(uint64_t state, int64_t word) {
    return (state ^ (uint64_t)word) * HASH_PRIME;
}

static uint64_t cmw_hash_side(const Market *m, const Book *b, uint32_t side, uint64_t h) {
    const Side *s = &b->sides[side];
    h = cmw_mix(h, s->total);
    h = cmw_mix(h, (int64_t)s->value);
    h = cmw_mix(h, s->orders);
    h = cmw_mix(h, s->withdrawn_count);
    h = cmw_mix(h, s->withdrawn);
    h = cmw_mix(h, (int64_t)s->withdrawn_value);
    h = cmw_mix(h, s->depth);
    int32_t key = s->best;
    for (; key >= 0; key = cmw_below(s, key)) {
        uint32_t place = s->places[key];
        const Slot *level = &m->pool[place];
        h = cmw_mix(h, cmw_price(b, side, key));
        h = cmw_mix(h, level->shares);
        h = cmw_mix(h, level->count);
        for (uint32_t slot = level->first; slot != place; slot = m->pool[slot].next) {
            h = cmw_mix(h, m->pool[slot].order_id);
            h = cmw_mix(h, m->pool[slot].quantity);
        }
    }
    return h;
}

static uint64_t cmw_hash_book(const Market *m, uint32_t at) {
    const Book *b = m->books[at];
    const int64_t words[] = {b->phase,  b->previous_close, b->time_ms,        b->sequence,
                             b->version, b->faults,        b->first_fault,    b->fault_sequence,
                             b->clock_backs, b->last,      b->open,           b->top,
                             b->bottom, b->volume,         (int64_t)b->turnover, b->trades};
    uint64_t h = HASH_START;
    for (size_t word = 0; word < sizeof(words) / sizeof(words[0]); word++) h = cmw_mix(h, words[word]);
    h = cmw_hash_side(m, b, 0, h);
    h = cmw_hash_side(m, b, 1, h);
    h = cmw_mix(h, b->pending.order_id);
    if (!b->pending.order_id) return h;
    h = cmw_mix(h, b->pending.side);
    h = cmw_mix(h, b->pending.price);
    return cmw_mix(h, b->pending.quantity);
}

#endif
