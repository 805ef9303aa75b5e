/* What a book's security traded: last, open, high, low, the latest ticks, minute bars. */
#ifndef CMW_TAPE_H
#define CMW_TAPE_H

#include "types.h"

#define MS_PER_MINUTE 60000u
#define OPENING_MINUTE 570

CMW_COLD int cmw_grow_tape(Market *m, Book *b) {
    int32_t room = b->bar_room ? b->bar_room * 2 : 16;
    Bar *bars = (Bar *)realloc(b->bars, (size_t)room * sizeof(Bar));
    if (bars) {
        b->bars = bars;
        b->bar_room = room;
    } else {
        m->out_of_memory = 1;
    }
    return bars != NULL;
}

CMW_COLD int cmw_make_ring(Market *m, Book *b) {
    b->ring = (Tick *)calloc(CMW_RING, sizeof(Tick));
    if (!b->ring) m->out_of_memory = 1;
    return b->ring != NULL;
}

CMW_INLINE void cmw_bar_trade(Market *m, Book *b, const Record *r) {
    int32_t minute = (int32_t)(r->time_ms / MS_PER_MINUTE), price = r->price;
    if (minute < OPENING_MINUTE) minute = OPENING_MINUTE;
    if (!b->bar_count || minute > b->bars[b->bar_count - 1].minute) {
        if (b->bar_count >= b->bar_room && !cmw_grow_tape(m, b)) return;
        Bar fresh = {minute, price, price, price, price, 0, 0, 0};
        b->bars[b->bar_count++] = fresh;
    }
    Bar *bar = &b->bars[b->bar_count - 1];
    if (price > bar->high) bar->high = price;
    if (price < bar->low) bar->low = price;
    bar->close = price;
    bar->volume += r->quantity;
    bar->day_volume = b->volume;
    bar->turnover = b->turnover;
}

CMW_INLINE void cmw_tape_trade(Market *m, Book *b, const Record *r) {
    int32_t price = r->price;
    b->last = price;
    if (CMW_UNLIKELY(!b->trades)) b->open = b->top = b->bottom = price;
    if (price > b->top) b->top = price;
    if (price < b->bottom) b->bottom = price;
    b->volume += r->quantity;
    b->turnover += (uint64_t)price * (uint64_t)r->quantity;
    if (CMW_UNLIKELY(!b->ring) && !cmw_make_ring(m, b)) return;
    Tick *tick = &b->ring[(uint64_t)b->trades % CMW_RING];
    tick->number = ++b->trades;
    tick->time_ms = r->time_ms;
    tick->price = price;
    tick->quantity = r->quantity;
    tick->side = r->side;
    cmw_bar_trade(m, b, r);
}

#endif
