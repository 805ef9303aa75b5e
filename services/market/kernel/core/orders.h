/* Orders: a pool of slots, and for each channel a paged table from order id to slot. */
#ifndef CMW_ORDERS_H
#define CMW_ORDERS_H

#include "types.h"

static uint32_t cmw_empty_page[CMW_PAGE]; /* read only: stands where a channel has no page yet */

CMW_COLD int cmw_grow_pool(Market *m) {
    uint32_t room = m->pool_room ? m->pool_room * 2 : CMW_FIRST_SLOTS;
    Slot *pool = (Slot *)realloc(m->pool, (size_t)room * sizeof(Slot));
    if (!pool) return 0;
    memset(pool + m->pool_room, 0, (size_t)(room - m->pool_room) * sizeof(Slot)); /* be there now */
    m->pool = pool;
    m->pool_room = room;
    if (!m->pool_used) m->pool_used = 1;
    return 1;
}

/* Returns 0 when there is no memory. */
CMW_INLINE uint32_t cmw_take_slot(Market *m) {
    uint32_t slot = m->free_head;
    if (CMW_LIKELY(slot)) {
        m->free_head = m->pool[slot].next;
        return slot;
    }
    if (CMW_UNLIKELY(m->pool_used >= m->pool_room) && !cmw_grow_pool(m)) {
        m->out_of_memory = 1;
        return 0;
    }
    return m->pool_used++;
}

CMW_INLINE void cmw_give_slot(Market *m, uint32_t slot) {
    m->pool[slot].next = m->free_head;
    m->free_head = slot;
}

CMW_COLD uint32_t *cmw_make_page(Market *m, Channel *c, uint32_t page) {
    if (page >= c->page_count) {
        uint32_t count = c->page_count ? c->page_count : 64;
        while (count <= page) count *= 2;
        uint32_t **pages = (uint32_t **)realloc(c->pages, (size_t)count * sizeof(uint32_t *));
        if (!pages) {
            m->out_of_memory = 1;
            return NULL;
        }
        for (uint32_t at = c->page_count; at < count; at++) pages[at] = cmw_empty_page;
        c->pages = pages;
        c->page_count = count;
    }
    uint32_t *fresh = (uint32_t *)calloc(CMW_PAGE, sizeof(uint32_t));
    if (fresh) c->pages[page] = fresh;
    else m->out_of_memory = 1;
    return fresh;
}

/* The place of an id in the table; it may be in the empty page: read there, never write. */
CMW_INLINE uint32_t *cmw_place(const Channel *c, int64_t id) {
    uint64_t page = (uint64_t)id >> CMW_PAGE_BITS;
    if (CMW_UNLIKELY(page >= c->page_count)) return cmw_empty_page;
    return &c->pages[page][(uint64_t)id & (CMW_PAGE - 1)];
}

CMW_INLINE int cmw_is_nowhere(const uint32_t *place) {
    return (uintptr_t)place - (uintptr_t)cmw_empty_page < sizeof(cmw_empty_page);
}

/* Returns a place that may be written to, NULL without memory. */
CMW_COLD uint32_t *cmw_make_place(Market *m, Channel *c, int64_t id) {
    return cmw_make_page(m, c, (uint32_t)((uint64_t)id >> CMW_PAGE_BITS)) ? cmw_place(c, id) : NULL;
}

#endif
