"""What the books tell beyond ten levels: full depth, queues, order flow, seals, withdrawals."""

from models.market.details import (
    FLOW_CLASSES,
    CancelRank,
    FlowRow,
    FullDepth,
    OrderFlow,
    PriceQueue,
    QueuePlace,
    Seal,
    SealState,
)
from models.market.picture import Level
from services.market.heart import MarketHeart
from services.market.kernel.book import BUY, SELL, Books, LevelRow

QUEUE_SENT = 400  # orders of one queue that go to a screen


class MarketInsight:
    """Reads the heart's books; every answer is of the moment it is asked for.

    Securities that the day does not have have no depth, no queue and no seal.
    """

    def __init__(self, heart: MarketHeart) -> None:
        self._heart = heart

    def full_depth(self, symbol: str) -> FullDepth | None:
        """Return all levels of both sides."""
        index = self._heart.book_index(symbol)
        if index is None:
            return None
        books = self._heart.books
        bids, asks = (_levels(books.levels(index, side, 0)) for side in (BUY, SELL))
        return FullDepth(symbol, bids, asks, books.facts(index).sequence)

    def queue(self, place: QueuePlace) -> PriceQueue | None:
        """Return the first orders at a price and how many there are in all."""
        index = self._heart.book_index(place.symbol)
        if index is None:
            return None
        side = BUY if place.is_bid else SELL
        rows = self._heart.books.queue(index, side, place.price_units, 0)
        sizes = tuple(quantity for _, quantity in rows)
        return PriceQueue(place, len(sizes), sum(sizes), sizes[:QUEUE_SENT])

    def flow(self, symbol: str) -> OrderFlow | None:
        """Return what active orders traded by size, with the limits in force."""
        index = self._heart.book_index(symbol)
        if index is None:
            return None
        rows = tuple(FlowRow(*row) for row in self._heart.books.flow(index))
        buys, sells = rows[:FLOW_CLASSES], rows[FLOW_CLASSES:]
        count = self._heart.flow
        return OrderFlow(symbol, count.limits, buys, sells, count.since_ms)

    def seal_state(self, symbol: str) -> SealState:
        """Return whether the security is sealed."""
        return SealState(symbol, self.seal(symbol))

    def seal(self, symbol: str) -> Seal | None:
        """Return the orders that hold the security at its limit, None when it is not held."""
        index, listed = self._heart.book_index(symbol), self._heart.instrument(symbol)
        if index is None or listed is None:
            return None
        books, line = self._heart.books, self._heart.books.quote(index)
        if line.bid and not line.ask and line.bid == listed.limit_up_units:
            return _seal(books, index, symbol, BUY)
        if line.ask and not line.bid and line.ask == listed.limit_down_units:
            return _seal(books, index, symbol, SELL)
        return None

    def cancels(self, symbol: str) -> CancelRank | None:
        """Return what was withdrawn of a security, None when nothing was."""
        index = self._heart.book_index(symbol)
        if index is None:
            return None
        facts = self._heart.books.facts(index)
        counts, shares = facts.withdrawn_counts, facts.withdrawn
        if not any(counts):
            return None
        amount = sum(facts.withdrawn_values)
        return CancelRank(symbol, counts[BUY], shares[BUY], counts[SELL], shares[SELL], amount)


def _seal(books: Books, index: int, symbol: str, side: int) -> Seal:
    price, quantity, orders = books.levels(index, side, 1)[0]
    is_up = side == BUY
    return Seal(symbol, is_up, price, quantity, orders, _touched(books, index, price))


def _touched(books: Books, index: int, limit_units: int) -> int:
    """Return the first minute whose highest or lowest trade was at the limit."""
    bars = books.bars(index, 0)
    return next((bar[0] for bar in bars if limit_units in (bar[2], bar[3])), 0)


def _levels(rows: list[LevelRow]) -> tuple[Level, ...]:
    return tuple(Level(*row) for row in rows)
