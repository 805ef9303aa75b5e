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

static void cmw_sum_better(const Market *m, const Side *s, int32_t own, Standing *to) {
    int32_t key = cmw_key_at(s, 0, -1);
    for (int place = 1; key > own; place++) {
        const Slot *level = &m->pool[s->places[key]];
        to->better += level->shares;
        to->orders_better += level->count;
        key = cmw_key_at(s, place, key);
    }
}

/* Returns 0 when no order of this id rests in the book. */
static int cmw_standing(const Market *m, uint32_t at, int64_t id, Standing *to) {
    const Book *b = m->books[at];
    uint32_t slot = *cmw_place(m->channels[b->channel], id);
    if (!slot || m->pool[slot].owner >> 1 != at) return 0;
    const Slot *o = &m->pool[slot];
    const Side *s = &b->sides[o->owner & 1];
    const Slot *level = &m->pool[o->level];
    memset(to, 0, sizeof(Standing));
    to->side = o->owner & 1;
    to->price = o->price;
    to->left = o->quantity;
    for (uint32_t before = o->previous; before != o->level; before = m->pool[before].previous) {
        to->ahead += m->pool[before].quantity;
        to->orders_ahead++;
    }
    to->behind = level->shares - to->ahead - to->left;
    to->orders_behind = (int64_t)level->count - to->orders_ahead - 1;
    cmw_sum_better(m, s, level->key, to);
    return 1;
}

#endif
