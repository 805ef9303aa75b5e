"""Tells hashes of different program versions apart: they say nothing about one another."""

from functools import cache

from models.market.instrument import Phase
from models.wire.feed import (
    FLAG_SHANGHAI,
    KIND_ADD,
    KIND_DELETE,
    KIND_PHASE,
    KIND_REFERENCE,
    KIND_TRADE,
    ORDER_LIMIT,
    PHASES,
    RECORD,
    SIDE_BUY,
    SIDE_NONE,
    SIDE_SELL,
)
from services.market.kernel.choice import new_books

_CHANNEL = 1
# kind, side, order, order id, other id, quantity, price
_STREAM = (
    (KIND_REFERENCE, SIDE_NONE, 0, 0, 0, 0, 100_000),
    (KIND_PHASE, SIDE_NONE, 0, 0, 0, 0, PHASES.index(Phase.CONTINUOUS)),
    (KIND_ADD, SIDE_BUY, ORDER_LIMIT, 1, 0, 300, 99_900),
    (KIND_ADD, SIDE_BUY, ORDER_LIMIT, 2, 0, 200, 99_800),
    (KIND_ADD, SIDE_SELL, ORDER_LIMIT, 3, 0, 500, 100_100),
    (KIND_ADD, SIDE_SELL, ORDER_LIMIT, 4, 0, 700, 100_200),
    (KIND_TRADE, SIDE_SELL, 0, 1, 9, 100, 99_900),
    (KIND_DELETE, SIDE_SELL, 0, 4, 0, 700, 0),
    (KIND_DELETE, SIDE_BUY, 0, 77, 0, 100, 0),
)


@cache
def hash_fingerprint() -> int:
    """Return the state of a small fixed book: equal where hashes mean the same thing."""
    books = new_books()
    books.add_book(_CHANNEL, 90_000, 110_000)
    for at, (kind, side, order, order_id, other_id, quantity, price) in enumerate(_STREAM, 1):
        record = (kind, side, order, FLAG_SHANGHAI, 0, order_id, other_id, quantity, at, price)
        books.apply(_CHANNEL, RECORD.pack(*record, 36_000_000 + at))
    return books.state_hash() & (1 << 64) - 1
