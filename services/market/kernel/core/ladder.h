/* One book's ladder: levels by price step, which of them hold orders, the best ones in a window. */
#ifndef CMW_LADDER_H
#define CMW_LADDER_H

#include "orders.h"
#include "window.h"

CMW_INLINE int32_t cmw_steps_of(int32_t distance, int32_t step) {
    if (CMW_LIKELY(step == 100)) return distance / 100; /* a constant divides by multiplying */
    return step == 10 ? distance / 10 : distance;
}

/* How far a price lies from the price of key 0, in price units. */
CMW_INLINE int32_t cmw_distance_of(const Side *s, int32_t price) {
    return (int32_t)(((uint32_t)price - (uint32_t)s->origin) * (uint32_t)s->sign);
}

/* The key of a price, -1 when the ladder has no place for it. */
CMW_INLINE int32_t cmw_key_within(const Book *b, uint32_t side, int32_t price) {
    int32_t distance = cmw_distance_of(&b->sides[side], price), step = b->step;
    int32_t key = cmw_steps_of(distance, step);
    int is_held = distance >= 0 && key <= b->steps && key * step == distance;
    return is_held ? key : -1;
}

CMW_INLINE int32_t cmw_price(const Book *b, uint32_t side, int32_t key) {
    return b->sides[side].origin + key * b->step * b->sides[side].sign;
}

/* Best price of a side, 0 when it is empty. */
CMW_INLINE int32_t cmw_best(const Book *b, uint32_t side) {
    const Side *s = &b->sides[side];
    return s->best >= 0 ? cmw_price(b, side, s->best) : 0;
}

/* A level at or below the floor of a window that has become short is fetched at once. */
CMW_INLINE void cmw_refill(const Book *b, Side *s) {
    if (CMW_UNLIKELY(s->kept < CMW_TOP && s->kept < s->depth)) cmw_window_fill(s, b->steps + 1);
}

CMW_INLINE void cmw_occupy(const Book *b, Side *s, int32_t key, int best_only) {
    s->bits[key >> 6] |= (uint64_t)1 << (key & 63);
    s->summary[key >> 12] |= (uint64_t)1 << ((key >> 6) & 63);
    s->depth++;
    s->best = key > s->best ? key : s->best;
    if (best_only) return;
    cmw_window_insert(s, key);
    cmw_refill(b, s);
}

CMW_INLINE void cmw_vacate(const Book *b, Side *s, int32_t key, int best_only) {
    int32_t word = key >> 6;
    s->bits[word] &= ~((uint64_t)1 << (key & 63));
    s->summary[word >> 6] &= ~((uint64_t)!s->bits[word] << (word & 63));
    s->depth--;
    if (best_only) {
        if (key == s->best) s->best = cmw_below(s, key);
        return;
    }
    cmw_window_remove(s, key);
    cmw_refill(b, s);
    s->best = s->kept ? s->window[0] : -1;
}

/* Zeros whose pages are there: the first order of a price shall not wait for one. */
CMW_COLD void *cmw_zeros(size_t count, size_t size) {
    void *zeros = malloc(count * size);
    return zeros ? memset(zeros, 0, count * size) : NULL;
}

CMW_COLD void cmw_drop_side(Side *s) {
    free(s->places);
    free(s->bits);
    free(s->summary);
}

/* Returns the slot of a new level for a key that has none, 0 without memory. */
CMW_COLD uint32_t cmw_new_level(Market *m, Side *s, int32_t key) {
    uint32_t slot = cmw_take_slot(m);
    if (!slot) return 0;
    Slot *level = &m->pool[slot];
    level->shares = 0;
    level->count = 0;
    level->key = key;
    level->first = level->last = slot;
    level->owner = CMW_NOBODY;
    return s->places[key] = slot;
}

/* Gives the levels of one side the keys of the book's new ladder. */
CMW_COLD void cmw_move_levels(Market *m, const Book *old, Book *b, uint32_t side) {
    Side *s = &b->sides[side];
    for (int32_t old_key = 0; old_key <= old->steps; old_key++) {
        uint32_t slot = old->sides[side].places[old_key];
        if (!slot) continue;
        int32_t key = cmw_key_within(b, side, cmw_price(old, side, old_key));
        if (key < 0) { /* it is empty */
            cmw_give_slot(m, slot);
            continue;
        }
        Slot *level = &m->pool[slot];
        level->key = key;
        s->places[key] = slot;
        if (level->count) cmw_occupy(b, s, key, m->best_only);
    }
}

/* Lays one side of the book's new ladder. 0 = no memory. */
CMW_COLD int cmw_move_side(Market *m, Book *old, Book *b, uint32_t side) {
    Side *s = &b->sides[side];
    size_t words = ((size_t)b->steps >> 6) + 2, summaries = (words >> 6) + 1;
    s->origin = side ? b->high : b->low;
    s->sign = side ? -1 : 1;
    s->places = (uint32_t *)cmw_zeros((size_t)b->steps + 1, sizeof(uint32_t));
    s->bits = (uint64_t *)cmw_zeros(words, sizeof(uint64_t));
    s->summary = (uint64_t *)cmw_zeros(summaries, sizeof(uint64_t));
    if (!s->places || !s->bits || !s->summary) return 0;
    s->depth = 0;
    cmw_window_clear(s);
    cmw_move_levels(m, old, b, side);
    cmw_drop_side(&old->sides[side]);
    return 1;
}

/* Makes the ladder anew so that it reaches from `low` to `high` on the grid. 0 = no memory. */
CMW_COLD int cmw_rebuild(Market *m, Book *b, int32_t step, int64_t low, int64_t high) {
    Book old = *b;
    low = low < step ? step : low - low % step;
    high = high > CMW_MAX_SMALL ? CMW_MAX_SMALL : high;
    high = high - high % step;
    b->step = step;
    b->low = (int32_t)low;
    b->high = (int32_t)high;
    b->steps = (int32_t)((high - low) / step);
    return cmw_move_side(m, &old, b, 0) && cmw_move_side(m, &old, b, 1);
}

CMW_INLINE int32_t cmw_grid_of(int32_t price) {
    return price % 100 == 0 ? 100 : price % 10 == 0 ? 10 : 1;
}

/* Stretches `low` … `high` over the prices at which a side holds orders. */
CMW_COLD void cmw_span(const Book *b, uint32_t side, int64_t *low, int64_t *high) {
    const Side *s = &b->sides[side];
    if (!s->depth) return;
    int32_t word = 0, bit = 0;
    while (!s->bits[word]) word++;
    while (!(s->bits[word] >> bit & 1)) bit++;
    int32_t worst = (word << 6) + bit;
    int64_t ends[2] = {cmw_price(b, side, worst), cmw_best(b, side)};
    for (int at = 0; at < 2; at++) {
        if (ends[at] < *low) *low = ends[at];
        if (ends[at] > *high) *high = ends[at];
    }
}

/* Takes a price that the ladder does not hold. Returns 0 when the book may not be so wide. */
CMW_COLD int cmw_widen(Market *m, Book *b, int32_t price) {
    int32_t grid = cmw_grid_of(price);
    int64_t low = price, high = price;
    if (grid > b->step) grid = b->step;
    cmw_span(b, 0, &low, &high);
    cmw_span(b, 1, &low, &high);
    if (high - low >= (int64_t)CMW_MAX_STEPS * grid) return 0;
    int64_t lowest = low, highest = high, room = (high - low) / 4 + 64 * grid;
    int is_first = b->steps < 0;
    if (b->hint_low && b->hint_low < low) low = b->hint_low;
    else if (!is_first || !b->hint_low) low -= room;
    if (b->hint_high > high) high = b->hint_high;
    else if (!is_first || !b->hint_high) high += room;
    if (high - low >= (int64_t)CMW_MAX_STEPS * grid) low = lowest, high = highest;
    if (cmw_rebuild(m, b, grid, low, high)) return 1;
    m->out_of_memory = 1;
    return 0;
}

/* Lays the ladder out when the book opens. A range that may not be held waits for an order. */
CMW_COLD int cmw_lay(Market *m, Book *b, int32_t low, int32_t high) {
    int32_t low_grid = cmw_grid_of(low), high_grid = cmw_grid_of(high);
    int32_t grid = low_grid < high_grid ? low_grid : high_grid;
    if (low <= 0 || high <= low || high - low >= (int64_t)CMW_MAX_STEPS * grid) return 1;
    b->hint_low = low;
    b->hint_high = high;
    return cmw_rebuild(m, b, grid, low, high);
}

#endif
