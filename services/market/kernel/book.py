"""What every kernel offers: books by instrument, fed with records in sequence."""

from enum import IntEnum
from typing import NamedTuple, Protocol

Buffer = bytes | bytearray | memoryview

MAX_QUANTITY = (1 << 31) - 1
MAX_PRICE_UNITS = (1 << 31) - 1
MAX_ORDER_ID = (1 << 32) - 1
MAX_GRID_STEPS = 1 << 22
TICK_RING = 64
WORD = (1 << 64) - 1
UNKNOWN_PHASE = -1
BUY = 0
SELL = 1


class Fault(IntEnum):
    """Why a book can no longer be right: the stream contradicts it."""

    NONE = 0
    BAD_RECORD = 1  # a field outside its range, a kind nobody knows
    UNKNOWN_ORDER = 2  # a trade or cancel of an order that should rest here and does not
    DUPLICATE_ORDER = 3  # an order that rests already is added again
    OVERDRAWN = 4  # more was traded than the order had left
    CANCEL_QUANTITY = 5  # a cancel that does not take exactly what is left
    TRADE_PRICE = 6  # a resting order traded at another price than its own
    CROSSED = 7  # a bid at or above an ask in continuous trading
    UNSETTLED = 8  # a market order that neither traded nor was cancelled
    PRICE_RANGE = 9  # prices too far apart for one book


class BookFacts(NamedTuple):
    """The numbers of one book; sides are (buy, sell) pairs, values price units times shares.

    ``phase`` is an index of PHASES or UNKNOWN_PHASE; side values are modulo 2**64; ``version``
    counts the records applied to this book; ``fault_sequence`` belongs to ``first_fault``;
    ``clock_backs`` counts records older in time than one before them (the book stays right).
    """

    phase: int
    previous_close: int
    last: int
    open: int
    high: int
    low: int
    volume: int
    turnover: int
    trades: int
    time_ms: int
    sequence: int
    version: int
    totals: tuple[int, int]
    values: tuple[int, int]
    orders: tuple[int, int]
    withdrawn_counts: tuple[int, int]
    withdrawn: tuple[int, int]
    withdrawn_values: tuple[int, int]
    faults: int
    first_fault: int
    fault_sequence: int
    clock_backs: int


class QuoteFacts(NamedTuple):
    """The few numbers of a line in a list; ``bid`` and ``ask`` are the best prices, 0 = none."""

    phase: int
    previous_close: int
    last: int
    open: int
    high: int
    low: int
    volume: int
    turnover: int
    time_ms: int
    bid: int
    ask: int


class ChannelFacts(NamedTuple):
    """``applied`` and ``stale`` (not newer than the last) records, ``unknown`` instruments."""

    last_sequence: int
    applied: int
    stale: int
    unknown: int


class Standing(NamedTuple):
    """Where a resting order stands, in shares and orders; ``side`` is BUY or SELL.

    ``ahead`` and ``behind`` are of its own price, ``better`` of all better prices of its side.
    """

    side: int
    price: int
    left: int
    ahead: int
    orders_ahead: int
    behind: int
    orders_behind: int
    better: int
    orders_better: int


class FlowFacts(NamedTuple):
    """Active orders of one side and size: how many, their shares, price units times shares."""

    orders: int
    quantity: int
    turnover: int


FLOW_SIZES = 4
"""Super, large, medium, small; a flow has so many rows for buys, then for sells."""

LevelRow = tuple[int, int, int]
"""Price units, shares, orders."""

QueueRow = tuple[int, int]
"""Order id, shares left; in priority order."""

TickRow = tuple[int, int, int, int, int]
"""Number of the trade in the day, time ms, price units, shares, aggressor as ASCII."""

BarRow = tuple[int, int, int, int, int, int, int, int]
"""Fields of models.market.picture.MinuteBar in order."""


class Books(Protocol):
    """All books of one feed session. Nothing in it ever raises for what a record says."""

    kernel_name: str

    def add_book(self, channel: int, low_units: int, high_units: int) -> int:
        """Open the next book and return its index; the prices are a hint (0 = unknown)."""
        ...

    def apply(self, channel: int, records: Buffer) -> int:
        """Apply whole 48-byte records in order; return how many were new."""
        ...

    def apply_one(self, record: bytes) -> int:
        """Apply one record in the channel of its instrument; 1 when it was applied."""
        ...

    def settle(self, channel: int) -> None:
        """What is being matched in a channel has ended: what is left of it rests.

        A record that does not continue it says the same; a snapshot of the exchange says it first.
        """
        ...

    def facts(self, index: int) -> BookFacts:
        """Return the numbers of one book."""
        ...

    def quote(self, index: int) -> QuoteFacts:
        """Return the few numbers of one book that a list shows."""
        ...

    def channel_facts(self, channel: int) -> ChannelFacts:
        """Return the counters of one channel."""
        ...

    def top(self, index: int) -> tuple[list[LevelRow], list[LevelRow]]:
        """Return up to ten bids and ten asks, best first."""
        ...

    def levels(self, index: int, side: int, limit: int) -> list[LevelRow]:
        """Return up to ``limit`` levels of a side (BUY or SELL), best first; 0 = all."""
        ...

    def queue(self, index: int, side: int, price: int, limit: int) -> list[QueueRow]:
        """Return the first ``limit`` orders at a price, in priority order; 0 = all."""
        ...

    def standing(self, index: int, order_id: int) -> Standing | None:
        """Return where a resting order stands in its queue, None when it does not rest here."""
        ...

    def match(self, index: int, rule: int, reference: int, tick: int) -> tuple[int, int, int]:
        """Return price, volume and remainder of the call auction as it stands; 0s = no match.

        ``rule`` is an AuctionRule; ``reference`` decides ties; prices in price units.
        """
        ...

    def set_flow_limits(self, super_units: int, large_units: int, medium_units: int) -> None:
        """Say from which turnover (price units times shares) on an active order has which size.

        To be said before the first record: what came earlier stands in no row. Raises ValueError
        unless they fall and are above 0.
        """
        ...

    def flow(self, index: int) -> tuple[FlowFacts, ...]:
        """Return what active orders traded: buys by size, the largest first, then sells.

        An order counts whole, by all that it traded at once; auctions have no active side. Empty
        while no limits are set.
        """
        ...

    def ticks(self, index: int, limit: int) -> list[TickRow]:
        """Return the latest trades, oldest first, at most TICK_RING."""
        ...

    def bars(self, index: int, from_minute: int) -> list[BarRow]:
        """Return minute bars from a minute on, oldest first."""
        ...

    def changed(self, indices: list[int], seen: list[int]) -> list[int]:
        """Return the positions whose version differs from ``seen``, and bring ``seen`` up to it."""
        ...

    def faulty_books(self) -> list[int]:
        """Return the books that their stream contradicts."""
        ...

    def book_hash(self, index: int) -> int:
        """Return the 64-bit state hash of one book: levels, queues, pending order, numbers."""
        ...

    def state_hash(self) -> int:
        """Return the hash over all books: the same prefix gives the same number, always."""
        ...


def check_flow_limits(super_units: int, large_units: int, medium_units: int) -> None:
    """Raise ValueError unless the limits fall and are above 0."""
    if not super_units > large_units > medium_units > 0:
        raise ValueError(f"flow limits {super_units}, {large_units}, {medium_units} must fall")
