/* Orders: a pool of slots, and for each channel a paged table from order id to slot. */
#ifndef CMW_ORDERS_H
#define CMW_ORDERS_H

#include "types.h"

CMW_COLD int cmw_grow_pool(Market *m) {
    uint32_t room = m->pool_room ? m->pool_room * 2 : 4096;
    Order *pool = (Order *)realloc(m->pool, (size_t)room * sizeof(Order));
    if (!pool) return 0;
    m->pool = pool;
    m->pool_room = room;
    if (!m->pool_used) m->pool_used = 1;
    return 1;
}

/* Returns 0 when there is no memory. */
CMW_INLINE uint32_t cmw_take_slot(Market *m) {
    uint32_t slot = m->free_head;
    if (slot) {
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
        memset(pages + c->page_count, 0, (size_t)(count - c->page_count) * sizeof(uint32_t *));
        c->pages = pages;
        c->page_count = count;
    }
    c->pages[page] = (uint32_t *)calloc(CMW_PAGE, sizeof(uint32_t));
    if (!c->pages[page]) m->out_of_memory = 1;
    return c->pages[page];
}

/* The place of an id in the table, NULL when nothing near it was ever there. */
CMW_INLINE uint32_t *cmw_place(Channel *c, int64_t id) {
    uint64_t page = (uint64_t)id >> CMW_PAGE_BITS;
    if (CMW_UNLIKELY(page >= c->page_count) || !c->pages[page]) return NULL;
    return &c->pages[page][(uint64_t)id & (CMW_PAGE - 1)];
}

CMW_INLINE uint32_t cmw_find(Channel *c, int64_t id) {
    uint32_t *place = cmw_place(c, id);
    return place ? *place : CMW_NONE;
}

#endif
