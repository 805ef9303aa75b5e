# cython: language_level=3, boundscheck=False, wraparound=False, cdivision=True
# cython: initializedcheck=False
"""The compiled kernel: a C core, and this thin shell that Python calls; the twin is its reference."""

from cpython.bytes cimport PyBytes_AS_STRING, PyBytes_GET_SIZE
from libc.stdint cimport int32_t, int64_t, uint32_t, uint64_t, uint8_t

from services.market.kernel.book import (
    BookFacts,
    ChannelFacts,
    FlowFacts,
    QuoteFacts,
    Standing,
    check_flow_limits,
)

cdef extern from "core/market.h":
    ctypedef struct Record:
        uint8_t kind
    ctypedef struct Slot:
        int64_t order_id
        int64_t shares
        uint32_t quantity
        uint32_t count
        uint32_t next
        uint32_t first
    ctypedef struct Side:
        uint32_t *places
        int32_t depth
        int64_t total
        uint64_t value
        uint32_t orders
        int64_t withdrawn_count
        int64_t withdrawn
        uint64_t withdrawn_value
    ctypedef struct Tick:
        uint32_t time_ms
        int32_t price
        int64_t quantity
        int64_t number
        uint8_t side
    ctypedef struct Bar:
        int32_t minute
        int32_t open
        int32_t high
        int32_t low
        int32_t close
        int64_t volume
        int64_t day_volume
        uint64_t turnover
    ctypedef struct FlowRow:
        int64_t orders
        int64_t quantity
        uint64_t turnover
    ctypedef struct Flow:
        FlowRow *rows
    ctypedef struct Book:
        Flow flow
        uint32_t time_ms
        int64_t sequence
        int64_t version
        int32_t low
        int32_t high
        int32_t step
        int32_t steps
        int32_t phase
        int32_t previous_close
        int32_t last
        int32_t open
        int32_t top
        int32_t bottom
        int64_t volume
        int64_t trades
        uint64_t turnover
        int64_t faults
        int64_t fault_sequence
        int64_t clock_backs
        int32_t first_fault
        int32_t bar_count
        Bar *bars
        Tick *ring
        Side *sides
    ctypedef struct Channel:
        int64_t last_sequence
        int64_t applied
        int64_t stale
        int64_t unknown
    ctypedef struct Match:
        int32_t price
        int64_t volume
        int64_t unmatched
    ctypedef struct Market:
        Slot *pool
        Book **books
        uint32_t book_count
        Channel **channels
        uint64_t *flow_limits
        int best_only
        int out_of_memory
    Market *cmw_new_market()
    void cmw_free_market(Market *m)
    Channel *cmw_channel(Market *m, uint32_t number)
    int64_t cmw_add_book(Market *m, uint32_t channel, int32_t low, int32_t high)
    int64_t cmw_apply_run(Market *m, uint32_t number, const Record *records, int64_t count) nogil
    int cmw_apply_one(Market *m, const Record *record)
    void cmw_settle_channel(Market *m, uint32_t number)
    int32_t cmw_best(const Book *b, uint32_t side)
    int32_t cmw_key_at(const Side *s, int place, int32_t before)
    int32_t cmw_price(const Book *b, uint32_t side, int32_t key)
    int32_t cmw_key_within(const Book *b, uint32_t side, int32_t price)
    void cmw_close_bar(Book *b)
    int cmw_match(const Market *m, const Book *b, int rule, int32_t reference, int32_t tick, Match *to)
    uint64_t cmw_hash_book(const Market *m, uint32_t at)
    uint64_t cmw_mix(uint64_t state, int64_t word)

cdef extern from "core/standing.h":
    ctypedef struct FoundStanding "Standing":
        uint32_t side
        int32_t price
        int64_t left
        int64_t ahead
        int64_t orders_ahead
        int64_t behind
        int64_t orders_behind
        int64_t better
        int64_t orders_better
    int cmw_standing(const Market *m, uint32_t at, int64_t id, FoundStanding *to)

cdef enum:
    RECORD_SIZE = 48
    RING = 64
    TOP = 10
    FLOW_ROWS = 8

cdef uint64_t HASH_START = 0xCBF29CE484222325


cdef class FastBooks:
    """All books of one feed session (services.market.kernel.book.Books)."""

    kernel_name = "compiled"
    cdef Market *market

    def __cinit__(self, *, bint best_only=False):
        """``best_only`` keeps the best price of a side in place of the ten best (the bench asks)."""
        self.market = cmw_new_market()
        if self.market == NULL:
            raise MemoryError
        self.market.best_only = best_only

    def __dealloc__(self):
        cmw_free_market(self.market)

    cdef Book *_book(self, Py_ssize_t index) except NULL:
        if index < 0 or index >= self.market.book_count:
            raise IndexError(index)
        return self.market.books[index]

    cdef int _check_memory(self) except -1:
        if self.market.out_of_memory:
            raise MemoryError
        return 0

    def add_book(self, uint32_t channel, int32_t low_units, int32_t high_units):
        """Open the next book and return its index."""
        cdef int64_t index = cmw_add_book(self.market, channel & 0xFFFF, low_units, high_units)
        if index < 0:
            raise MemoryError
        return index

    def apply(self, uint32_t channel, const uint8_t[::1] records not None):
        """Apply whole records in order; return how many were new."""
        cdef int64_t count = records.shape[0] // RECORD_SIZE
        if records.shape[0] % RECORD_SIZE:
            raise ValueError(f"{records.shape[0]} bytes are no whole records")
        if not count:
            return 0
        cdef int64_t fresh
        fresh = cmw_apply_run(self.market, channel, <const Record *>&records[0], count)
        self._check_memory()
        return fresh

    def apply_one(self, bytes record not None):
        """Apply one record in the channel of its instrument."""
        if PyBytes_GET_SIZE(record) != RECORD_SIZE:
            raise ValueError(f"{len(record)} bytes are no record")
        cdef int fresh = cmw_apply_one(self.market, <const Record *>PyBytes_AS_STRING(record))
        if self.market.out_of_memory:
            raise MemoryError
        return fresh

    def settle(self, uint32_t channel):
        """What is being matched in a channel has ended: what is left of it rests."""
        cmw_settle_channel(self.market, channel)
        self._check_memory()

    def facts(self, Py_ssize_t index):
        """Return the numbers of one book."""
        cdef Book *b = self._book(index)
        cdef Side *buy = &b.sides[0]
        cdef Side *sell = &b.sides[1]
        return BookFacts(
            b.phase,
            b.previous_close,
            b.last,
            b.open,
            b.top,
            b.bottom,
            b.volume,
            b.turnover,
            b.trades,
            b.time_ms,
            b.sequence,
            b.version,
            (buy.total, sell.total),
            (buy.value, sell.value),
            (buy.orders, sell.orders),
            (buy.withdrawn_count, sell.withdrawn_count),
            (buy.withdrawn, sell.withdrawn),
            (buy.withdrawn_value, sell.withdrawn_value),
            b.faults,
            b.first_fault,
            b.fault_sequence,
            b.clock_backs,
        )

    def quote(self, Py_ssize_t index):
        """Return the few numbers of one book that a list shows."""
        cdef Book *b = self._book(index)
        return QuoteFacts(
            b.phase,
            b.previous_close,
            b.last,
            b.open,
            b.top,
            b.bottom,
            b.volume,
            b.turnover,
            b.time_ms,
            cmw_best(b, 0),
            cmw_best(b, 1),
        )

    def channel_facts(self, uint32_t channel):
        """Return the counters of one channel."""
        cdef Channel *c = cmw_channel(self.market, channel)
        if c == NULL:
            raise MemoryError
        return ChannelFacts(c.last_sequence, c.applied, c.stale, c.unknown)

    cdef list _rows(self, Book *b, uint32_t side, Py_ssize_t limit):
        cdef Side *s = &b.sides[side]
        cdef Slot *level
        cdef list rows = []
        cdef int32_t key = cmw_key_at(s, 0, -1)
        while key >= 0:
            level = &self.market.pool[s.places[key]]
            rows.append((cmw_price(b, side, key), level.shares, level.count))
            if len(rows) == limit:
                break
            key = cmw_key_at(s, <int>len(rows), key)
        return rows

    def top(self, Py_ssize_t index):
        """Return up to ten bids and ten asks, best first."""
        cdef Book *b = self._book(index)
        return self._rows(b, 0, TOP), self._rows(b, 1, TOP)

    def top_into(self, Py_ssize_t index, int64_t[::1] rows not None):
        """Write price, shares and orders of ten bids and ten asks into 60 numbers; 0 = none."""
        cdef Book *b = self._book(index)
        cdef uint32_t side
        if rows.shape[0] < 6 * TOP:
            raise ValueError("room for 60 numbers is needed")
        for side in range(2):
            self._write(b, side, &rows[3 * TOP * side])

    cdef void _write(self, Book *b, uint32_t side, int64_t *to):
        cdef Side *s = &b.sides[side]
        cdef Slot *level
        cdef int at
        cdef int32_t key = -1
        for at in range(TOP):
            key = cmw_key_at(s, at, key) if at < s.depth else -1
            level = &self.market.pool[s.places[key]] if key >= 0 else NULL
            to[3 * at] = cmw_price(b, side, key) if level != NULL else 0
            to[3 * at + 1] = level.shares if level != NULL else 0
            to[3 * at + 2] = level.count if level != NULL else 0

    def levels(self, Py_ssize_t index, uint32_t side, Py_ssize_t limit):
        """Return levels of a side, best first; 0 = all."""
        return self._rows(self._book(index), side & 1, limit)

    def queue(self, Py_ssize_t index, uint32_t side, int32_t price, Py_ssize_t limit):
        """Return orders at a price in priority order; 0 = all."""
        cdef Book *b = self._book(index)
        cdef list rows = []
        cdef uint32_t level, slot
        cdef int32_t key = cmw_key_within(b, side & 1, price)
        level = b.sides[side & 1].places[key] if key >= 0 else 0
        slot = self.market.pool[level].first
        while slot != level:
            rows.append((self.market.pool[slot].order_id, self.market.pool[slot].quantity))
            if limit and len(rows) >= limit:
                break
            slot = self.market.pool[slot].next
        return rows

    def standing(self, Py_ssize_t index, int64_t order_id):
        """Return where a resting order stands in its queue, None when it does not rest here."""
        cdef FoundStanding found
        self._book(index)
        if not cmw_standing(self.market, index, order_id, &found):
            return None
        return Standing(
            found.side, found.price, found.left, found.ahead, found.orders_ahead, found.behind,
            found.orders_behind, found.better, found.orders_better,
        )

    def match(self, Py_ssize_t index, int rule, int32_t reference, int32_t tick):
        """Return price, volume and remainder of the call auction as it stands; 0s = no match."""
        cdef Match found
        if tick < 1 or not 0 <= rule <= 2:
            raise ValueError(f"price step {tick}, rule {rule}")
        if not cmw_match(self.market, self._book(index), rule, reference, tick, &found):
            raise MemoryError
        return found.price, found.volume, found.unmatched

    def set_flow_limits(self, uint64_t super_units, uint64_t large_units, uint64_t medium_units):
        """Say from which turnover on an active order is super, large or medium."""
        check_flow_limits(super_units, large_units, medium_units)
        self.market.flow_limits[0] = super_units
        self.market.flow_limits[1] = large_units
        self.market.flow_limits[2] = medium_units

    def flow(self, Py_ssize_t index):
        """Return what active orders traded, by side and size; nothing while no limits are set."""
        cdef Book *b = self._book(index)
        if not self.market.flow_limits[0]:
            return ()
        return tuple(
            [
                FlowFacts(b.flow.rows[at].orders, b.flow.rows[at].quantity, b.flow.rows[at].turnover)
                for at in range(FLOW_ROWS)
            ]
        )

    def ticks(self, Py_ssize_t index, Py_ssize_t limit):
        """Return the latest trades, oldest first."""
        cdef Book *b = self._book(index)
        cdef int64_t first = max(b.trades - min(limit, RING), 0)
        cdef int64_t at
        cdef Tick *tick
        cdef list rows = []
        for at in range(first, b.trades):
            tick = &b.ring[at % RING]
            rows.append((tick.number, tick.time_ms, tick.price, tick.quantity, tick.side))
        return rows

    def bars(self, Py_ssize_t index, int32_t from_minute):
        """Return minute bars from a minute on, oldest first."""
        cdef Book *b = self._book(index)
        cdef int32_t at = b.bar_count
        cdef Bar *bar
        cdef list rows = []
        cmw_close_bar(b)
        while at and b.bars[at - 1].minute >= from_minute:
            at -= 1
        for at in range(at, b.bar_count):
            bar = &b.bars[at]
            rows.append(
                (bar.minute, bar.open, bar.high, bar.low, bar.close, bar.volume, bar.day_volume,
                 bar.turnover)
            )
        return rows

    def changed(self, list indices not None, list seen not None):
        """Return the positions whose version differs from ``seen``, and bring ``seen`` up to it."""
        cdef Py_ssize_t at
        cdef int64_t version
        cdef list positions = []
        if len(indices) != len(seen):
            raise ValueError("as many versions as books are needed")
        for at in range(len(indices)):
            version = self._book(indices[at]).version
            if version != <int64_t>seen[at]:
                seen[at] = version
                positions.append(at)
        return positions

    def faulty_books(self):
        """Return the books that their stream contradicts."""
        cdef uint32_t at
        return [at for at in range(self.market.book_count) if self.market.books[at].faults]

    def book_hash(self, Py_ssize_t index):
        """Return the state hash of one book."""
        self._book(index)
        return cmw_hash_book(self.market, index)

    def state_hash(self):
        """Return the hash over all books."""
        cdef uint64_t state = HASH_START
        cdef uint32_t at
        for at in range(self.market.book_count):
            state = cmw_mix(state, <int64_t>cmw_hash_book(self.market, at))
        return state
