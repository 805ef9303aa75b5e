/* Where one order stands in its queue: read only, nothing here runs while records are applied. */
#ifndef CMW_STANDING_H
#define CMW_STANDING_H

#include "market.h"

typedef struct { /* shares and orders at better prices, before and behind it at its own */
    uint32_t side;
    int32_t price;
    int64_t left;
    int64_t ahead, orders_ahead;
    int64_t behind, orders_behind;
    int64_t better, orders_better;
} Standing;

static void cmw_sum_better(const Side *s, int32_t own, Standing *to) {
    int32_t key = s->shown ? s->top_key[0] : -1;
    for (; key > own; key = cmw_below(s, key)) {
        const Level *level = cmw_level_of(s, key);
        to->better += level->quantity;
        to->orders_better += level->count;
    }
}

/* Returns 0 when no order of this id rests in the book. */
static int cmw_standing(const Market *m, uint32_t at, int64_t id, Standing *to) {
    const Book *b = m->books[at];
    uint32_t slot = cmw_find(m->channels[b->channel], id);
    if (!slot || m->pool[slot].owner >> 1 != at) return 0;
    const Order *o = &m->pool[slot];
    const Side *s = &b->sides[o->owner & 1];
    const Level *level = &s->levels[o->level];
    memset(to, 0, sizeof(Standing));
    to->side = o->owner & 1;
    to->price = o->price;
    to->left = o->quantity;
    for (uint32_t before = o->previous; before; before = m->pool[before].previous) {
        to->ahead += m->pool[before].quantity;
        to->orders_ahead++;
    }
    to->behind = level->quantity - to->ahead - to->left;
    to->orders_behind = (int64_t)level->count - to->orders_ahead - 1;
    cmw_sum_better(s, level->key, to);
    return 1;
}

#endif
