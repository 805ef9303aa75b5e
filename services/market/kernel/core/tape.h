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

/* Brings the newest bar up to the book's totals: it is not written at each trade. */
CMW_COLD void cmw_close_bar(Book *b) {
    if (!b->bar_count) return;
    Bar *bar = &b->bars[b->bar_count - 1];
    bar->high = b->bar_high;
    bar->low = b->bar_low;
    bar->close = b->last;
    bar->volume = b->volume - (b->bar_count > 1 ? bar[-1].day_volume : 0);
    bar->day_volume = b->volume;
    bar->turnover = b->turnover;
}

CMW_COLD int cmw_open_bar(Market *m, Book *b, const Record *r) {
    int32_t minute = (int32_t)(r->time_ms / MS_PER_MINUTE), price = r->price;
    cmw_close_bar(b);
    if (b->bar_count >= b->bar_room && !cmw_grow_tape(m, b)) return 0;
    if (minute < OPENING_MINUTE) minute = OPENING_MINUTE;
    Bar fresh = {minute, price, price, price, price, 0, 0, 0};
    b->bars[b->bar_count++] = fresh;
    b->bar_high = b->bar_low = price;
    b->bar_end_ms = (uint64_t)(minute + 1) * MS_PER_MINUTE;
    return 1;
}

CMW_INLINE void cmw_tape_trade(Market *m, Book *b, const Record *r) {
    int32_t price = r->price;
    if (CMW_UNLIKELY(r->time_ms >= b->bar_end_ms) && !cmw_open_bar(m, b, r)) return;
    b->bar_high = price > b->bar_high ? price : b->bar_high;
    b->bar_low = price < b->bar_low ? price : b->bar_low;
    b->last = price;
    if (CMW_UNLIKELY(!b->trades)) b->open = b->top = b->bottom = price;
    b->top = price > b->top ? price : b->top;
    b->bottom = price < b->bottom ? price : b->bottom;
    b->volume += r->quantity;
    b->turnover += (uint64_t)price * (uint64_t)r->quantity;
    if (CMW_UNLIKELY(!b->ring) && !cmw_make_ring(m, b)) return;
    Tick *tick = &b->ring[(uint64_t)b->trades % CMW_RING];
    tick->number = ++b->trades;
    tick->time_ms = r->time_ms;
    tick->price = price;
    tick->quantity = r->quantity;
    tick->side = r->side;
}

#endif
