"""Makes streams of records for the kernels: sensible ones with mistakes in them, and noise."""

import random

from models.market.instrument import Phase
from models.wire.feed import (
    FLAG_SHANGHAI,
    KIND_ADD,
    KIND_DELETE,
    KIND_PHASE,
    KIND_REFERENCE,
    KIND_TRADE,
    ORDER_LIMIT,
    ORDER_MARKET,
    ORDER_OWN_BEST,
    PHASES,
    RECORD,
    SIDE_BUY,
    SIDE_NONE,
    SIDE_SELL,
)
from services.market.feed.record import FeedRecord
from services.market.kernel.book import BUY, SELL, Books

BOOKS = 4
CHANNEL = 3
FLAGS = (FLAG_SHANGHAI, 0, FLAG_SHANGHAI, 0)
_SIDES = (SIDE_BUY, SIDE_SELL)
_PHASES = (Phase.OPENING_CALL, Phase.CONTINUOUS, Phase.CLOSING_CALL)


def open_books(books: Books) -> Books:
    """Open the books of these streams: two of each exchange, with and without a price hint."""
    books.set_flow_limits(200_000_000, 90_000_000, 40_000_000)
    for index in range(BOOKS):
        books.add_book(CHANNEL, *((90_000, 110_000) if index < 2 else (0, 0)))
    return books


class Market:
    """Draws records that mostly make sense, by looking at a reference book as it goes."""

    def __init__(self, seed: int, reference: Books, mistakes: float) -> None:
        self._random = random.Random(seed)
        self._books = open_books(reference)
        self._mistakes = mistakes
        self._sequence = 0
        self._time_ms = 34_200_000
        self._next_id = 1
        self._aggressors: dict[int, FeedRecord] = {}

    def records(self, number: int) -> list[FeedRecord]:
        """Return so many records, applied to the reference book as well."""
        drawn: list[FeedRecord] = []
        while len(drawn) < number:
            record = self._draw()
            drawn.append(record)
            self._books.apply(CHANNEL, RECORD.pack(*record))
        return drawn

    def _draw(self) -> FeedRecord:
        choose = self._random
        if choose.random() < self._mistakes:
            return self._mistake()
        index = choose.randrange(BOOKS)
        kind = choose.random()
        if kind < 0.45:
            return self._add(index)
        if kind < 0.65:
            return self._delete(index)
        if kind < 0.97:
            return self._trade(index)
        if kind < 0.99:
            phase = PHASES.index(choose.choice(_PHASES))
            return self._record(KIND_PHASE, SIDE_NONE, 0, index, 0, 0, 0, phase)
        return self._record(KIND_REFERENCE, SIDE_NONE, 0, index, 0, 0, 0, 100_000)

    def _record(
        self,
        kind: int,
        side: int,
        order: int,
        index: int,
        order_id: int,
        other_id: int,
        quantity: int,
        price: int,
    ) -> FeedRecord:
        self._sequence += self._random.choice((1, 1, 1, 5))
        self._time_ms += self._random.choice((0, 10, 700, -10, 60_000))
        return FeedRecord(
            kind,
            side,
            order,
            FLAGS[index],
            index,
            order_id,
            other_id,
            quantity,
            self._sequence,
            price,
            max(self._time_ms, 0),
        )

    def _add(self, index: int) -> FeedRecord:
        choose = self._random
        side = choose.choice(_SIDES)
        away = choose.choice((1, 2, 3, 5, 8, 20, 200)) * choose.choice((100, 100, 100, 10, 1))
        price = (
            100_000 + (-away if side == SIDE_BUY else away) + choose.choice((0, 0, 0, 300, -300))
        )
        order = (
            ORDER_LIMIT if FLAGS[index] else choose.choice((2, 2, 2, ORDER_MARKET, ORDER_OWN_BEST))
        )
        self._next_id += choose.choice((1, 1, 7, 40_000))
        quantity = choose.randint(1, 10) * 100
        return self._record(KIND_ADD, side, order, index, self._next_id, 0, quantity, price)

    def _resting(self, index: int, side: int) -> tuple[int, int, int] | None:
        """Return price, id and quantity of some resting order, mostly at the best price."""
        levels = self._books.levels(index, side, 0)
        if not levels:
            return None
        price = levels[0][0] if self._random.random() < 0.7 else self._random.choice(levels)[0]
        order_id, quantity = self._random.choice(self._books.queue(index, side, price, 0))
        return price, order_id, quantity

    def _delete(self, index: int) -> FeedRecord:
        side = self._random.choice((BUY, SELL))
        found = self._resting(index, side)
        if found is None:
            return self._add(index)
        return self._record(KIND_DELETE, _SIDES[side], 0, index, found[1], 0, found[2], 0)

    def _trade(self, index: int) -> FeedRecord:
        side = self._random.choice((BUY, SELL))
        found = self._resting(index, side)
        if found is None:
            return self._add(index)
        price, order_id, left = found
        quantity = self._random.choice((left, left, max(left // 2, 1)))
        other = self._other(index, side)
        ids = (order_id, other) if side == BUY else (other, order_id)
        aggressor = self._random.choice((_SIDES[1 - side], _SIDES[1 - side], SIDE_NONE))
        return self._record(KIND_TRADE, aggressor, 0, index, *ids, quantity, price)

    def _other(self, index: int, side: int) -> int:
        """Return the aggressor: the newest id, some resting order, or nobody known."""
        found = self._resting(index, 1 - side)
        choices = [self._next_id, 900_000_000 + self._sequence]
        return self._random.choice(choices + ([found[1]] if found else []))

    def _mistake(self) -> FeedRecord:
        choose = self._random
        odd = (0, -1, 1, 5, 100, (1 << 31) - 1, 1 << 31, 1 << 32, (1 << 62))
        self._sequence += choose.choice((1, 1, -3))
        return FeedRecord(
            choose.randrange(8),
            choose.choice((*_SIDES, SIDE_NONE, 0, 255)),
            choose.randrange(5),
            choose.randrange(3),
            choose.choice((0, 1, 2, 3, 4, 1 << 31)),
            choose.choice((*odd, self._next_id)),
            choose.choice((*odd, self._next_id)),
            choose.choice(odd),
            max(self._sequence, 0),
            choose.choice((0, -1, 1, 7, 99_990, 100_001, 5_000_000, (1 << 31) - 1, -(1 << 31))),
            choose.choice((0, 34_200_000, (1 << 32) - 1)),
        )
