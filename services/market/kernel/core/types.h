/* Structures of the market kernel. One thread, no locks, whole numbers only. */
#ifndef CMW_TYPES_H
#define CMW_TYPES_H

#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#if defined(__GNUC__) && !defined(__clang__) /* ten numbers are moved quicker than by a call */
#pragma GCC optimize("no-tree-loop-distribute-patterns")
#endif

#if defined(_MSC_VER)
#include <intrin.h>
#define CMW_INLINE static __forceinline
#define CMW_COLD static __declspec(noinline)
#define CMW_PREFETCH(p) ((void)(p))
#define CMW_LIKELY(x) (x)
#define CMW_UNLIKELY(x) (x)
static __forceinline int cmw_top_bit(uint64_t word) {
    unsigned long at;
    _BitScanReverse64(&at, word);
    return (int)at;
}
#else
#define CMW_INLINE static inline __attribute__((always_inline))
#define CMW_COLD static __attribute__((noinline, unused))
#define CMW_PREFETCH(p) __builtin_prefetch(p)
#define CMW_LIKELY(x) __builtin_expect(!!(x), 1)
#define CMW_UNLIKELY(x) __builtin_expect(!!(x), 0)
static inline int cmw_top_bit(uint64_t word) { return 63 - __builtin_clzll(word); }
#endif

#if defined(__SSE2__) || defined(_M_X64)
#include <emmintrin.h>
#define CMW_VECTORS 1
#endif

#define CMW_LINE 64 /* bytes that come from memory at once */
#define CMW_TOP 10
#define CMW_WINDOW 16 /* keys kept in order: spare ones, so that it is filled anew now and then */
#define CMW_PAGE_BITS 14
#define CMW_PAGE (1u << CMW_PAGE_BITS)
#define CMW_MAX_ID 0xFFFFFFFFLL
#define CMW_MAX_SMALL 0x7FFFFFFFLL
#define CMW_MAX_STEPS (1 << 22)
#define CMW_RING 64
#define CMW_FIRST_SLOTS 16384
#define CMW_FLOW_SIZES 4 /* of active orders: super, large, medium, small */
#define CMW_NONE 0u
#define CMW_NOBODY 0xFFFFFFFFu /* the owner of a level */

enum { KIND_ADD = 1, KIND_DELETE, KIND_TRADE, KIND_PHASE, KIND_REFERENCE };
enum { TYPE_MARKET = 1, TYPE_LIMIT, TYPE_OWN_BEST };
enum {
    FAULT_NONE,
    FAULT_BAD_RECORD,
    FAULT_UNKNOWN_ORDER,
    FAULT_DUPLICATE_ORDER,
    FAULT_OVERDRAWN,
    FAULT_CANCEL_QUANTITY,
    FAULT_TRADE_PRICE,
    FAULT_CROSSED,
    FAULT_UNSETTLED,
    FAULT_PRICE_RANGE
};

typedef struct { /* models.wire.feed, 48 bytes, little-endian */
    uint8_t kind, side, order, flags;
    uint32_t instrument;
    int64_t order_id, other_id, quantity, sequence;
    int32_t price;
    uint32_t time_ms;
} Record;

/* A place of the pool: a resting order, or a level, which stays when its orders are gone. A level
 * closes the ring of its orders, so that one comes and goes without a branch. Slot 0 is none. */
typedef struct {
    union { int64_t order_id, shares; };   /* of an order; of a level */
    union { uint32_t quantity, count; };
    union { int32_t price, key; };
    uint32_t level;                        /* an order's */
    union { uint32_t next, first; };
    union { uint32_t previous, last; };
    uint32_t owner; /* book and side: twice the index, plus 1 for a sell */
} Slot;

typedef struct { /* levels by key: steps that grow towards the best price; three lines of memory */
    int32_t origin, sign; /* the price of key 0; whether prices grow (1) or fall (-1) with keys */
    uint32_t *places;  /* key -> slot of the level */
    uint64_t *bits;    /* which keys hold orders */
    uint64_t *summary; /* which words of bits are not 0 */
    int64_t total;
    uint64_t value;
    uint32_t orders;
    int32_t best;  /* the best key, -1 = no orders */
    int32_t depth; /* how many levels hold orders */
    int32_t kept;  /* how many of the window's keys are levels */
    int32_t window[CMW_WINDOW]; /* keys of the best levels, best first: see window.h */
    int64_t withdrawn_count, withdrawn;
    uint64_t withdrawn_value;
    char to_the_next_line[40];
} Side;

typedef struct { /* the Shenzhen order that is being matched and rests nowhere yet */
    int64_t order_id, quantity;
    int32_t price;
    uint16_t side, type;
} Pending;

typedef struct {
    uint32_t time_ms;
    int32_t price;
    int64_t quantity;
    int64_t number;
    uint8_t side;
} Tick;

typedef struct {
    int32_t minute, open, high, low, close;
    int64_t volume, day_volume;
    uint64_t turnover;
} Bar;

typedef struct { /* active orders of one side and size */
    int64_t orders, quantity;
    uint64_t turnover;
} FlowRow;

typedef struct { /* who traded actively; the newest active order moves up as it trades on */
    int64_t order_id, quantity;
    uint64_t turnover;
    uint32_t row;
    FlowRow rows[2 * CMW_FLOW_SIZES]; /* buys, then sells, largest first */
    char to_the_next_line[32];
} Flow;

typedef struct { /* begins at a line: the first is of every record, the next two of trades */
    uint32_t channel;
    uint32_t time_ms;
    int64_t sequence, version;
    int32_t step;
    int32_t steps; /* of the ladder, -1 = no ladder yet */
    int32_t phase, last;
    Pending pending;

    uint64_t bar_end_ms; /* from then on a trade opens a new bar */
    int32_t bar_high, bar_low; /* of the newest bar */
    int32_t open, top, bottom;
    int32_t bar_count;
    int64_t volume, trades;
    uint64_t turnover;
    Tick *ring;

    Flow flow;

    Side sides[2];
    Bar *bars;
    int32_t bar_room;
    int32_t low, high; /* the ladder's ends, price units; high 0 = no ladder yet */
    int32_t hint_low, hint_high, previous_close;
    int32_t first_fault;
    int64_t faults, fault_sequence, clock_backs;
    void *memory; /* what the allocator gave */
} Book;

typedef struct {
    uint32_t **pages; /* order id -> slot; a page that nothing is in yet is cmw_empty_page */
    uint32_t page_count;
    int32_t matching; /* book with a pending order, -1 none */
    int64_t last_sequence, applied, stale, unknown;
} Channel;

typedef struct {
    Slot *pool;
    uint32_t pool_room, pool_used, free_head;
    uint32_t book_count, book_room;
    Book **books;
    Channel *channels[1 << 16];
    uint64_t flow_limits[CMW_FLOW_SIZES - 1]; /* least turnover of each size but the last; 0 = unset */
    int best_only; /* no window is kept, only the best key of a side */
    int out_of_memory;
} Market;

#endif
