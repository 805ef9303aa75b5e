/* One book's ladder: levels by hashed price, their order in bits, ten best kept when touched. */
#ifndef CMW_LADDER_H
#define CMW_LADDER_H

#include "types.h"

CMW_INLINE int32_t cmw_steps_of(int32_t distance, int32_t step) {
    if (CMW_LIKELY(step == 100)) return distance / 100; /* a constant divides by multiplying */
    return step == 10 ? distance / 10 : distance;
}

CMW_INLINE int32_t cmw_key(const Book *b, uint32_t side, int32_t price) {
    return cmw_steps_of(side ? b->high - price : price - b->low, b->step);
}

CMW_INLINE int32_t cmw_price(const Book *b, uint32_t side, int32_t key) {
    return side ? b->high - key * b->step : b->low + key * b->step;
}

/* Best price of a side, 0 when it is empty. */
CMW_INLINE int32_t cmw_best(const Book *b, uint32_t side) {
    const Side *s = &b->sides[side];
    return s->shown ? cmw_price(b, side, s->top_key[0]) : 0;
}

/* The highest occupied key below `key`, -1 when there is none. */
CMW_INLINE int32_t cmw_below(const Side *s, int32_t key) {
    int32_t word = key >> 6;
    uint64_t bits = s->bits[word] & (((uint64_t)1 << (key & 63)) - 1);
    if (bits) return (word << 6) + cmw_top_bit(bits);
    int32_t high = word >> 6;
    uint64_t summary = s->summary[high] & (((uint64_t)1 << (word & 63)) - 1);
    while (!summary) {
        if (--high < 0) return -1;
        summary = s->summary[high];
    }
    word = (high << 6) + cmw_top_bit(summary);
    return (word << 6) + cmw_top_bit(s->bits[word]);
}

CMW_INLINE uint32_t cmw_spot(const Side *s, int32_t key) {
    return ((uint32_t)key * 2654435769u) >> s->spot_shift;
}

/* The level of a key that has one, NULL otherwise. */
CMW_INLINE Level *cmw_level_of(const Side *s, int32_t key) {
    if (!s->spots) return NULL;
    for (uint32_t at = cmw_spot(s, key); s->spots[at].place; at = (at + 1) & s->spot_mask) {
        if (s->spots[at].key == key) return &s->levels[s->spots[at].place - 1];
    }
    return NULL;
}

/* How many of the shown keys are better than `key`: its place among them. */
CMW_INLINE int cmw_rank(const Side *s, int32_t key) {
#ifdef CMW_VECTORS
    const __m128i *keys = (const __m128i *)s->top_key, wanted = _mm_set1_epi32(key);
    __m128i first = _mm_cmpgt_epi32(_mm_loadu_si128(keys), wanted);
    __m128i second = _mm_cmpgt_epi32(_mm_loadu_si128(keys + 1), wanted);
    __m128i third = _mm_cmpgt_epi32(_mm_loadu_si128(keys + 2), wanted);
    __m128i sum = _mm_add_epi32(_mm_add_epi32(first, second), third);
    sum = _mm_add_epi32(sum, _mm_shuffle_epi32(sum, _MM_SHUFFLE(1, 0, 3, 2)));
    sum = _mm_add_epi32(sum, _mm_shuffle_epi32(sum, _MM_SHUFFLE(2, 3, 0, 1)));
    return -_mm_cvtsi128_si32(sum);
#else
    int rank = 0;
    for (int at = 0; at < CMW_TOP_SLOTS; at++) rank += s->top_key[at] > key;
    return rank;
#endif
}

CMW_INLINE int cmw_is_shown(const Side *s, int32_t key) {
    return s->shown < CMW_TOP || key >= s->top_key[CMW_TOP - 1];
}

CMW_INLINE void cmw_show_changed(Side *s, int32_t key, const Level *level) {
    if (!cmw_is_shown(s, key)) return;
    int at = cmw_rank(s, key);
    s->top_quantity[at] = level->quantity;
    s->top_count[at] = level->count;
}

static void cmw_show_inserted(Side *s, int32_t key, const Level *level) {
    if (!cmw_is_shown(s, key)) return;
    int at = cmw_rank(s, key);
    int last = s->shown < CMW_TOP ? s->shown++ : CMW_TOP - 1;
    for (int to = last; to > at; to--) {
        s->top_key[to] = s->top_key[to - 1];
        s->top_quantity[to] = s->top_quantity[to - 1];
        s->top_count[to] = s->top_count[to - 1];
    }
    s->top_key[at] = key;
    s->top_quantity[at] = level->quantity;
    s->top_count[at] = level->count;
}

static void cmw_show_removed(Side *s, int32_t key) {
    if (!cmw_is_shown(s, key)) return;
    int at = cmw_rank(s, key);
    int last = s->shown - 1;
    int32_t worst = s->top_key[last];
    for (; at < last; at++) {
        s->top_key[at] = s->top_key[at + 1];
        s->top_quantity[at] = s->top_quantity[at + 1];
        s->top_count[at] = s->top_count[at + 1];
    }
    if (s->depth >= CMW_TOP) { /* the next level comes up */
        int32_t next = cmw_below(s, worst);
        const Level *level = cmw_level_of(s, next);
        s->top_key[last] = next;
        s->top_quantity[last] = level->quantity;
        s->top_count[last] = level->count;
    } else {
        s->top_key[last] = -1;
        s->shown = last;
    }
}

static void cmw_insert_level(Side *s, int32_t key, const Level *level) {
    s->bits[key >> 6] |= (uint64_t)1 << (key & 63);
    s->summary[key >> 12] |= (uint64_t)1 << ((key >> 6) & 63);
    s->depth++;
    cmw_show_inserted(s, key, level);
}

static void cmw_remove_level(Side *s, int32_t key) {
    int32_t word = key >> 6;
    s->bits[word] &= ~((uint64_t)1 << (key & 63));
    if (!s->bits[word]) s->summary[word >> 6] &= ~((uint64_t)1 << (word & 63));
    s->depth--;
    cmw_show_removed(s, key);
}

CMW_INLINE void cmw_set_spot(Side *s, int32_t key, uint32_t place) {
    uint32_t at = cmw_spot(s, key);
    while (s->spots[at].place) at = (at + 1) & s->spot_mask;
    s->spots[at].key = key;
    s->spots[at].place = place;
}

CMW_COLD int cmw_fill_spots(Side *s, uint32_t size) {
    Spot *spots = (Spot *)calloc(size, sizeof(Spot));
    if (!spots) return 0;
    free(s->spots);
    s->spots = spots;
    s->spot_mask = size - 1;
    s->spot_shift = 31 - cmw_top_bit(size) + 1;
    for (uint32_t at = 0; at < s->level_count; at++) cmw_set_spot(s, s->levels[at].key, at + 1);
    return 1;
}

/* Returns the new level of a key that has none, NULL without memory. */
CMW_COLD Level *cmw_new_level(Side *s, int32_t key) {
    if (s->level_count == s->level_room) {
        uint32_t room = s->level_room ? s->level_room * 2 : 32;
        Level *levels = (Level *)realloc(s->levels, (size_t)room * sizeof(Level));
        if (!levels) return NULL;
        s->levels = levels;
        if (!cmw_fill_spots(s, room * 2)) return NULL;
        s->level_room = room;
    }
    Level *level = &s->levels[s->level_count++];
    memset(level, 0, sizeof(Level));
    level->key = key;
    cmw_set_spot(s, key, s->level_count);
    return level;
}

CMW_COLD void cmw_drop_side(Side *s) {
    free(s->levels);
    free(s->spots);
    free(s->bits);
    free(s->summary);
}

/* Gives one side the keys of the book's new ladder; the levels stay where they are. */
CMW_COLD int cmw_move_side(const Book *old, Book *b, uint32_t side) {
    Side *s = &b->sides[side];
    size_t words = ((size_t)b->steps >> 6) + 2, summaries = (words >> 6) + 1;
    uint64_t *bits = (uint64_t *)calloc(words, sizeof(uint64_t));
    uint64_t *summary = (uint64_t *)calloc(summaries, sizeof(uint64_t));
    if (!bits || !summary) {
        free(bits);
        free(summary);
        return 0;
    }
    free(s->bits);
    free(s->summary);
    s->bits = bits;
    s->summary = summary;
    s->depth = s->shown = 0;
    for (int at = 0; at < CMW_TOP_SLOTS; at++) s->top_key[at] = -1;
    for (uint32_t at = 0; at < s->level_count; at++) {
        Level *level = &s->levels[at];
        level->key = cmw_key(b, side, cmw_price(old, side, level->key));
    }
    if (s->spots) {
        memset(s->spots, 0, ((size_t)s->spot_mask + 1) * sizeof(Spot));
        for (uint32_t at = 0; at < s->level_count; at++) cmw_set_spot(s, s->levels[at].key, at + 1);
    }
    for (uint32_t at = 0; at < s->level_count; at++) {
        if (s->levels[at].count) cmw_insert_level(s, s->levels[at].key, &s->levels[at]);
    }
    return 1;
}

/* Makes the ladder anew so that it reaches from `low` to `high` on the grid. 0 = no memory. */
CMW_COLD int cmw_rebuild(Book *b, int32_t step, int64_t low, int64_t high) {
    Book old = *b;
    low = low < step ? step : low - low % step;
    high = high > CMW_MAX_SMALL ? CMW_MAX_SMALL : high;
    high = high - high % step;
    b->step = step;
    b->low = (int32_t)low;
    b->high = (int32_t)high;
    b->steps = (int32_t)((high - low) / step);
    return cmw_move_side(&old, b, 0) && cmw_move_side(&old, b, 1);
}

CMW_INLINE int32_t cmw_grid_of(int32_t price) {
    return price % 100 == 0 ? 100 : price % 10 == 0 ? 10 : 1;
}

/* Takes a price that the ladder does not hold. Returns 0 when the book may not be so wide. */
CMW_COLD int cmw_widen(Market *m, Book *b, int32_t price) {
    int32_t lowest = b->lowest && b->lowest < price ? b->lowest : price;
    int32_t highest = b->highest > price ? b->highest : price;
    int32_t grid = cmw_grid_of(price);
    if (grid > b->grid) grid = b->grid;
    if (highest - lowest >= (int64_t)CMW_MAX_STEPS * grid) return 0;
    int64_t low = lowest, high = highest, room = (highest - lowest) / 4 + 64 * grid;
    if (b->hint_low && b->hint_low < low) low = b->hint_low;
    else low -= b->high || !b->hint_low ? room : 0;
    if (b->hint_high > high) high = b->hint_high;
    else high += b->high || !b->hint_high ? room : 0;
    if ((high - low) / grid > 2 * (int64_t)CMW_MAX_STEPS) low = lowest, high = highest;
    if (!cmw_rebuild(b, grid, low, high)) {
        m->out_of_memory = 1;
        return 0;
    }
    b->grid = grid;
    b->lowest = lowest;
    b->highest = highest;
    return 1;
}

CMW_INLINE int cmw_is_off_grid(int32_t price, int32_t step) {
    if (CMW_LIKELY(step == 100)) return price % 100;
    return step == 10 ? price % 10 : 0;
}

/* Makes sure that the ladder has a place for `price`. */
CMW_INLINE int cmw_holds(Market *m, Book *b, int32_t price) {
    if (CMW_UNLIKELY(price < b->low || price > b->high || cmw_is_off_grid(price, b->step))) {
        return cmw_widen(m, b, price);
    }
    if (CMW_UNLIKELY(price < b->lowest || price > b->highest)) {
        int32_t lowest = price < b->lowest ? price : b->lowest;
        int32_t highest = price > b->highest ? price : b->highest;
        if (highest - lowest >= (int64_t)CMW_MAX_STEPS * b->grid) return 0;
        b->lowest = lowest;
        b->highest = highest;
    }
    return 1;
}

#endif
