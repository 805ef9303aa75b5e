/* Big-order statistics: what active orders traded, by side and by the size of the whole order. */
#ifndef CMW_FLOW_H
#define CMW_FLOW_H

#include "types.h"

/* Takes one trade into account; in an auction nobody is active. No branch on whose trade it is. */
CMW_INLINE void cmw_flow_trade(const Market *m, Book *b, const Record *r) {
    Flow *f = &b->flow;
    if (!m->flow_limits[0]) return;
    uint32_t side = r->side == 'S';
    int64_t id = side ? r->other_id : r->order_id;
    int is_same = (id == f->order_id) & (id > 0); /* 0 is nobody known: each such trade is its own */
    FlowRow *row = &f->rows[f->row];
    int64_t quantity = is_same ? f->quantity : 0;
    uint64_t turnover = is_same ? f->turnover : 0;
    row->orders -= is_same;
    row->quantity -= quantity;
    row->turnover -= turnover;
    quantity += r->quantity;
    turnover += (uint64_t)r->price * (uint64_t)r->quantity;
    uint32_t size = CMW_FLOW_SIZES - 1;
    for (int at = 0; at < CMW_FLOW_SIZES - 1; at++) size -= turnover >= m->flow_limits[at];
    f->order_id = id;
    f->quantity = quantity;
    f->turnover = turnover;
    f->row = side * CMW_FLOW_SIZES + size;
    row = &f->rows[f->row];
    row->orders++;
    row->quantity += quantity;
    row->turnover += turnover;
}

#endif
