/* The window of a side: the keys of its best levels, in order, kept as levels come and go.
 *
 * `kept` keys stand first; a floor stands in every place that is left. Each level above the floor is
 * in the window, levels at or below it may be missing. Taking a key in or out moves the others by
 * one place: whole vectors, no branch. Quantities are not copied: they stand in the levels.
 */
#ifndef CMW_WINDOW_H
#define CMW_WINDOW_H

#include "types.h"

#define CMW_FLOOR (-1) /* nothing is missing */

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

CMW_INLINE void cmw_window_clear(Side *s) {
    s->kept = 0;
    s->best = -1;
    for (int at = 0; at < CMW_WINDOW; at++) s->window[at] = CMW_FLOOR;
}

#ifdef CMW_VECTORS
CMW_INLINE __m128i cmw_pick(__m128i mask, __m128i yes, __m128i no) {
    return _mm_or_si128(_mm_and_si128(mask, yes), _mm_andnot_si128(mask, no));
}
#endif

CMW_INLINE void cmw_window_insert(Side *s, int32_t key) {
    s->kept += (s->kept < CMW_WINDOW) & (key > s->window[CMW_WINDOW - 1]);
#ifdef CMW_VECTORS
    __m128i *keys = (__m128i *)s->window, wanted = _mm_set1_epi32(key);
    __m128i last = _mm_set1_epi32(INT32_MAX); /* what stands before the first key */
    for (int at = 0; at < CMW_WINDOW / 4; at++) {
        __m128i old = _mm_loadu_si128(keys + at);
        __m128i moved = _mm_or_si128(_mm_slli_si128(old, 4), _mm_srli_si128(last, 12));
        __m128i rest = cmw_pick(_mm_cmpgt_epi32(moved, wanted), wanted, moved);
        _mm_storeu_si128(keys + at, cmw_pick(_mm_cmpgt_epi32(old, wanted), old, rest));
        last = old;
    }
#else
    int32_t before = INT32_MAX;
    for (int at = 0; at < CMW_WINDOW; at++) {
        int32_t old = s->window[at], moved = before > key ? key : before;
        s->window[at] = old > key ? old : moved;
        before = old;
    }
#endif
}

/* Takes out a key that is occupied no more; one that the window does not hold changes nothing. */
CMW_INLINE void cmw_window_remove(Side *s, int32_t key) {
    s->kept -= (s->kept > 0) & (key >= s->window[(s->kept - 1) & (CMW_WINDOW - 1)]);
#ifdef CMW_VECTORS
    __m128i *keys = (__m128i *)s->window, wanted = _mm_set1_epi32(key);
    __m128i old = _mm_loadu_si128(keys);
    for (int at = 0; at < CMW_WINDOW / 4; at++) {
        __m128i next = at + 1 < CMW_WINDOW / 4 ? _mm_loadu_si128(keys + at + 1)
                                               : _mm_shuffle_epi32(old, _MM_SHUFFLE(3, 3, 3, 3));
        __m128i moved = _mm_or_si128(_mm_srli_si128(old, 4), _mm_slli_si128(next, 12));
        _mm_storeu_si128(keys + at, cmw_pick(_mm_cmpgt_epi32(old, wanted), old, moved));
        old = next;
    }
#else
    for (int at = 0; at + 1 < CMW_WINDOW; at++) {
        if (s->window[at] <= key) s->window[at] = s->window[at + 1];
    }
#endif
}

/* Fills the window with the best levels. */
CMW_COLD void cmw_window_fill(Side *s, int32_t ceiling) {
    int32_t at = s->kept, key = at ? s->window[at - 1] : ceiling;
    while (at < CMW_WINDOW && (key = cmw_below(s, key)) >= 0) s->window[at++] = key;
    s->kept = at;
    for (; at < CMW_WINDOW; at++) s->window[at] = CMW_FLOOR;
}

/* The key `place` behind the best, -1 when the side is not so deep; `before`: the key before it. */
CMW_INLINE int32_t cmw_key_at(const Side *s, int place, int32_t before) {
    if (!place) return s->best;
    return place < s->kept ? s->window[place] : cmw_below(s, before);
}

#endif
