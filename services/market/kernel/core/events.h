/* What each record does to its book, on both exchanges; the Python twin is the reference. */
#ifndef CMW_EVENTS_H
#define CMW_EVENTS_H

#include "flow.h"
#include "ladder.h"
#include "orders.h"
#include "tape.h"

#define FLAG_SHANGHAI 1
#define SESSION_START_MS 34200000u
#define CLOSING_CALL_MS 53820000u
#define AFTER_HOURS_MS 54300000u
#define PHASE_COUNT 9
#define PHASE_OPENING_CALL 1
#define PHASE_OPENING_LOCKED 2
#define PHASE_CONTINUOUS 4
#define PHASE_CLOSING_CALL 6
#define PHASE_BREAK 7
#define PHASE_AFTER_HOURS 8

CMW_COLD void cmw_fault(Book *b, int fault) {
    b->faults++;
    if (b->first_fault == FAULT_NONE) {
        b->first_fault = fault;
        b->fault_sequence = b->sequence;
    }
}

/* Orders of a halt gather for the call that lifts it (market-rules § 2.3). */
CMW_INLINE int cmw_is_call(const Book *b, uint32_t time_ms) {
    if (b->phase >= 0) {
        return b->phase == PHASE_OPENING_CALL || b->phase == PHASE_OPENING_LOCKED ||
               b->phase == PHASE_CLOSING_CALL || b->phase == PHASE_BREAK;
    }
    return time_ms < SESSION_START_MS || time_ms >= CLOSING_CALL_MS;
}

CMW_INLINE int cmw_is_continuous(const Book *b, uint32_t time_ms) {
    if (b->phase >= 0) return b->phase == PHASE_CONTINUOUS;
    return time_ms >= SESSION_START_MS && time_ms < CLOSING_CALL_MS;
}

/* Fixed-price orders stand in no book: their trades only count (market-rules § 2.1). */
CMW_INLINE int cmw_is_after_hours(const Book *b, uint32_t time_ms) {
    if (b->phase >= 0) return b->phase == PHASE_AFTER_HOURS;
    return time_ms >= AFTER_HOURS_MS;
}

/* Whether an order at this price would trade at once. */
CMW_INLINE int cmw_crosses(const Book *b, uint32_t side, int32_t price) {
    const Side *other = &b->sides[1 - side];
    return (other->best >= 0) & (cmw_distance_of(other, price) <= other->best * b->step);
}

/* `place` is the id's place in the table, perhaps in the empty page. */
CMW_INLINE void cmw_rest(Market *m, Channel *c, uint32_t *place, uint32_t at, uint32_t side,
                         int64_t id, int32_t price, uint32_t quantity) {
    Book *b = m->books[at];
    Side *s = &b->sides[side];
    int32_t key = cmw_key_within(b, side, price);
    if (CMW_UNLIKELY(key < 0)) {
        if (!cmw_widen(m, b, price)) {
            cmw_fault(b, FAULT_PRICE_RANGE);
            return;
        }
        key = cmw_key_within(b, side, price);
    }
    uint32_t slot = cmw_take_slot(m), level_at = s->places[key];
    if (CMW_UNLIKELY(!slot)) return;
    if (CMW_UNLIKELY(cmw_is_nowhere(place)) && !(place = cmw_make_place(m, c, id))) return;
    if (CMW_UNLIKELY(!level_at) && !(level_at = cmw_new_level(m, s, key))) {
        m->out_of_memory = 1;
        return;
    }
    *place = slot;
    Slot *o = &m->pool[slot], *level = &m->pool[level_at];
    o->order_id = id;
    o->quantity = quantity;
    o->price = price;
    o->level = level_at;
    o->owner = at * 2 + side;
    o->next = level_at;
    o->previous = level->last;
    m->pool[level->last].next = slot;
    level->last = slot;
    level->shares += quantity;
    s->total += quantity;
    s->value += (uint64_t)price * quantity;
    s->orders++;
    if (!level->count++) cmw_occupy(b, s, key, m->best_only);
}

/* Takes shares from a resting order; at 0 it leaves the book. */
CMW_INLINE void cmw_reduce(Market *m, Book *b, uint32_t *place, uint32_t quantity) {
    uint32_t slot = *place;
    Slot *o = &m->pool[slot], *level = &m->pool[o->level];
    Side *s = &b->sides[o->owner & 1];
    level->shares -= quantity;
    s->total -= quantity;
    s->value -= (uint64_t)o->price * quantity;
    if (o->quantity != quantity) {
        o->quantity -= quantity;
        return;
    }
    *place = CMW_NONE;
    s->orders--;
    m->pool[o->previous].next = o->next;
    m->pool[o->next].previous = o->previous;
    cmw_give_slot(m, slot);
    if (!--level->count) cmw_vacate(b, s, level->key, m->best_only);
}

CMW_INLINE void cmw_withdraw(Side *s, int32_t price, int64_t quantity) {
    s->withdrawn_count++;
    s->withdrawn += quantity;
    s->withdrawn_value += (uint64_t)price * (uint64_t)quantity;
}

CMW_INLINE int cmw_is_small(int64_t number) {
    return (uint64_t)number - 1 < (uint64_t)CMW_MAX_SMALL;
}

CMW_INLINE int cmw_is_side(uint8_t side) { return side == 'B' || side == 'S'; }

CMW_INLINE int cmw_is_sound_add(const Record *r) {
    int is_shanghai = r->flags & FLAG_SHANGHAI;
    return cmw_is_side(r->side) && (uint64_t)r->order_id - 1 < (uint64_t)CMW_MAX_ID &&
           cmw_is_small(r->quantity) &&
           (is_shanghai || (r->order >= TYPE_MARKET && r->order <= TYPE_OWN_BEST)) &&
           (r->price > 0 || !(is_shanghai || r->order == TYPE_LIMIT));
}

static void cmw_add_pending(Channel *c, Book *b, const Record *r, uint32_t side, int32_t price) {
    b->pending.order_id = r->order_id;
    b->pending.quantity = r->quantity;
    b->pending.price = price;
    b->pending.side = (uint16_t)side;
    b->pending.type = r->order;
    c->matching = (int32_t)r->instrument;
}

static void cmw_add_shenzhen(Market *m, Channel *c, uint32_t *place, Book *b, const Record *r,
                             uint32_t side) {
    int32_t price = r->price;
    int may_trade = r->order != TYPE_LIMIT || !cmw_is_call(b, r->time_ms);
    if (r->order != TYPE_LIMIT) price = r->order == TYPE_OWN_BEST ? cmw_best(b, side) : 0;
    if (may_trade && (!price || cmw_crosses(b, side, price))) {
        cmw_add_pending(c, b, r, side, price);
        return;
    }
    cmw_rest(m, c, place, r->instrument, side, r->order_id, price, (uint32_t)r->quantity);
}

CMW_INLINE void cmw_add(Market *m, Channel *c, Book *b, const Record *r) {
    if (CMW_UNLIKELY(!cmw_is_sound_add(r))) {
        cmw_fault(b, FAULT_BAD_RECORD);
        return;
    }
    uint32_t *place = cmw_place(c, r->order_id);
    if (CMW_UNLIKELY(*place)) {
        cmw_fault(b, FAULT_DUPLICATE_ORDER);
        return;
    }
    uint32_t side = r->side == 'S';
    if (!(r->flags & FLAG_SHANGHAI)) {
        cmw_add_shenzhen(m, c, place, b, r, side);
        return;
    }
    if (CMW_UNLIKELY(cmw_crosses(b, side, r->price)) && cmw_is_continuous(b, r->time_ms)) {
        cmw_fault(b, FAULT_CROSSED);
    }
    cmw_rest(m, c, place, r->instrument, side, r->order_id, r->price, (uint32_t)r->quantity);
}

static int cmw_take_pending(Book *b, uint32_t side, int64_t id, const Record *r) {
    Pending *p = &b->pending;
    if (p->order_id != id || p->side != side) return 0;
    int64_t taken = r->quantity;
    if (taken > p->quantity) {
        cmw_fault(b, FAULT_OVERDRAWN);
        taken = p->quantity;
    }
    p->quantity -= taken;
    if (p->type != TYPE_LIMIT) p->price = r->price;
    return 1;
}

/* Takes a trade's shares from one of its orders. `price` 0: the order may have any (an auction, an
 * aggressor). */
CMW_INLINE void cmw_take_resting(Market *m, Channel *c, Book *b, const Record *r, uint32_t side,
                                 int32_t price, int may_hide) {
    uint32_t *place = cmw_place(c, side ? r->other_id : r->order_id);
    if (!*place) {
        if (CMW_UNLIKELY(!may_hide)) cmw_fault(b, FAULT_UNKNOWN_ORDER);
        return;
    }
    Slot *o = &m->pool[*place];
    if (CMW_UNLIKELY(o->owner != r->instrument * 2 + side)) {
        cmw_fault(b, FAULT_UNKNOWN_ORDER);
        return;
    }
    if (CMW_UNLIKELY(price && o->price != price)) cmw_fault(b, FAULT_TRADE_PRICE);
    uint32_t taken = (uint32_t)r->quantity;
    if (CMW_UNLIKELY(taken > o->quantity)) {
        cmw_fault(b, FAULT_OVERDRAWN);
        taken = o->quantity;
    }
    cmw_reduce(m, b, place, taken);
}

/* After a trade a limit order rests as soon as it no longer crosses. */
static void cmw_settle_traded(Market *m, Channel *c, Book *b, uint32_t at) {
    Pending p = b->pending;
    if (!p.quantity) {
        b->pending.order_id = 0;
    } else if (p.type == TYPE_LIMIT && !cmw_crosses(b, p.side, p.price)) {
        b->pending.order_id = 0;
        cmw_rest(m, c, cmw_place(c, p.order_id), at, p.side, p.order_id, p.price,
                 (uint32_t)p.quantity);
    }
    if (!b->pending.order_id) c->matching = -1;
}

/* An auction's trade, or one of an order that is being matched. */
static void cmw_trade_any(Market *m, Channel *c, Book *b, const Record *r) {
    int is_auction = r->side == 'N', is_shanghai = r->flags & FLAG_SHANGHAI;
    if (is_auction && cmw_is_after_hours(b, r->time_ms)) return;
    uint32_t first = r->side == 'B';
    for (uint32_t turn = 0; turn < 2; turn++) {
        uint32_t side = turn ? 1 - first : first;
        int64_t id = side ? r->other_id : r->order_id;
        if (b->pending.order_id && cmw_take_pending(b, side, id, r)) continue;
        int is_passive = is_auction || (r->side == 'B') == (side == 1);
        int32_t price = is_passive && !is_auction ? r->price : 0;
        cmw_take_resting(m, c, b, r, side, price, !is_passive && is_shanghai);
    }
    if (b->pending.order_id) cmw_settle_traded(m, c, b, r->instrument);
}

CMW_INLINE void cmw_trade(Market *m, Channel *c, Book *b, const Record *r) {
    if (CMW_UNLIKELY(!(cmw_is_side(r->side) || r->side == 'N') || !cmw_is_small(r->quantity) ||
                     r->price <= 0)) {
        cmw_fault(b, FAULT_BAD_RECORD);
        return;
    }
    if (r->side == 'N' || b->pending.order_id) {
        cmw_trade_any(m, c, b, r);
    } else {
        uint32_t passive = r->side == 'B';
        cmw_take_resting(m, c, b, r, passive, r->price, 0);
        cmw_take_resting(m, c, b, r, 1 - passive, 0, r->flags & FLAG_SHANGHAI);
    }
    if (r->side != 'N') cmw_flow_trade(m, b, r);
    cmw_tape_trade(m, b, r);
}

static void cmw_delete_pending(Channel *c, Book *b, int64_t quantity) {
    Pending *p = &b->pending;
    if (quantity != p->quantity) cmw_fault(b, FAULT_CANCEL_QUANTITY);
    cmw_withdraw(&b->sides[p->side], p->price, quantity < p->quantity ? quantity : p->quantity);
    p->order_id = 0;
    c->matching = -1;
}

CMW_INLINE void cmw_delete(Market *m, Channel *c, Book *b, const Record *r) {
    if (CMW_UNLIKELY(!cmw_is_side(r->side) || !cmw_is_small(r->quantity))) {
        cmw_fault(b, FAULT_BAD_RECORD);
        return;
    }
    uint32_t side = r->side == 'S';
    if (b->pending.order_id && b->pending.order_id == r->order_id && b->pending.side == side) {
        cmw_delete_pending(c, b, r->quantity);
        return;
    }
    uint32_t *place = cmw_place(c, r->order_id);
    Slot *o = &m->pool[*place];
    if (CMW_UNLIKELY(!*place || o->owner != r->instrument * 2 + side)) {
        cmw_fault(b, FAULT_UNKNOWN_ORDER);
        return;
    }
    uint32_t taken = (uint32_t)r->quantity;
    if (CMW_UNLIKELY(taken != o->quantity)) {
        cmw_fault(b, FAULT_CANCEL_QUANTITY);
        if (taken > o->quantity) taken = o->quantity;
    }
    cmw_withdraw(&b->sides[side], o->price, taken);
    cmw_reduce(m, b, place, taken);
}

/* Another record of the channel came: what was being matched has ended and rests. */
CMW_COLD void cmw_settle(Market *m, Channel *c) {
    uint32_t at = (uint32_t)c->matching;
    Book *b = m->books[at];
    Pending p = b->pending;
    c->matching = -1;
    b->pending.order_id = 0;
    b->version++;
    if (!p.price || (p.type == TYPE_LIMIT && cmw_crosses(b, p.side, p.price))) {
        cmw_fault(b, FAULT_UNSETTLED);
    }
    if (p.price) cmw_rest(m, c, cmw_place(c, p.order_id), at, p.side, p.order_id, p.price,
                 (uint32_t)p.quantity);
}

/* Whether the record is a trade or the cancel of the order that is being matched. */
CMW_INLINE int cmw_continues(const Market *m, const Channel *c, const Record *r) {
    const Pending *p = &m->books[c->matching]->pending;
    if ((uint32_t)c->matching != r->instrument) return 0;
    if (r->kind == KIND_DELETE) return r->order_id == p->order_id;
    return r->kind == KIND_TRADE && (p->side ? r->other_id : r->order_id) == p->order_id;
}

CMW_COLD void cmw_rare(Book *b, const Record *r) {
    if (r->kind == KIND_PHASE && r->price >= 0 && r->price < PHASE_COUNT) b->phase = r->price;
    else if (r->kind == KIND_REFERENCE && r->price > 0) b->previous_close = r->price;
    else cmw_fault(b, FAULT_BAD_RECORD);
}

CMW_COLD int cmw_unknown(Market *m, Channel *c) {
    if (c->matching >= 0) cmw_settle(m, c);
    c->unknown++;
    return 1;
}

/* Applies one record; 0 when it is not newer than the last of its channel. */
CMW_INLINE int cmw_apply(Market *m, Channel *c, uint32_t number, const Record *r) {
    if (CMW_UNLIKELY(r->sequence <= c->last_sequence)) {
        c->stale++;
        return 0;
    }
    c->last_sequence = r->sequence;
    if (CMW_UNLIKELY(r->instrument >= m->book_count)) return cmw_unknown(m, c);
    Book *b = m->books[r->instrument];
    if (CMW_UNLIKELY(b->channel != number)) return cmw_unknown(m, c);
    c->applied++;
    if (CMW_UNLIKELY(c->matching >= 0) && !cmw_continues(m, c, r)) cmw_settle(m, c);
    b->version++;
    b->sequence = r->sequence;
    if (CMW_UNLIKELY(r->time_ms < b->time_ms)) b->clock_backs++;
    else b->time_ms = r->time_ms;
    if (r->kind == KIND_ADD) cmw_add(m, c, b, r);
    else if (r->kind == KIND_TRADE) cmw_trade(m, c, b, r);
    else if (r->kind == KIND_DELETE) cmw_delete(m, c, b, r);
    else cmw_rare(b, r);
    return 1;
}

#endif
