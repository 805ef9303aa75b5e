"""What the books tell beyond ten levels: full depth, queues, seals, cancel rankings."""

from dataclasses import dataclass

from models.market.picture import Level
from services.market.heart import MarketHeart
from services.market.kernel.book import BUY, SELL

BothSides = tuple[tuple[Level, ...], tuple[Level, ...]]


@dataclass(frozen=True, slots=True)
class Seal:
    """Orders that hold a security at its price limit: nobody is left on the other side."""

    symbol: str
    is_up: bool
    price_units: int
    quantity: int
    order_count: int

    @property
    def amount_units(self) -> int:
        """Price units times shares."""
        return self.price_units * self.quantity


@dataclass(frozen=True, slots=True)
class CancelRank:
    """Orders of one security withdrawn today, by side; quantities in shares."""

    symbol: str
    buy_count: int
    buy_quantity: int
    sell_count: int
    sell_quantity: int

    @property
    def quantity(self) -> int:
        """Shares withdrawn on both sides."""
        return self.buy_quantity + self.sell_quantity


class MarketInsight:
    """Reads the heart's books; every answer is of the moment it is asked for."""

    def __init__(self, heart: MarketHeart) -> None:
        self._heart = heart

    def full_depth(
        self, symbol: str, limit: int = 0
    ) -> tuple[tuple[Level, ...], tuple[Level, ...]]:
        """Return all bids and asks, best first; 0 = no limit. Unknown securities have none."""
        index = self._heart.book_index(symbol)
        if index is None:
            return (), ()
        books = self._heart.books
        bids, asks = books.levels(index, BUY, limit), books.levels(index, SELL, limit)
        return tuple(Level(*row) for row in bids), tuple(Level(*row) for row in asks)

    def queue(self, symbol: str, side: int, price_units: int) -> tuple[tuple[int, int], ...]:
        """Return order ids and shares left at a price, first in line first."""
        index = self._heart.book_index(symbol)
        if index is None:
            return ()
        return tuple(self._heart.books.queue(index, side, price_units, 0))

    def seal(self, symbol: str) -> Seal | None:
        """Return the orders that hold the security at its limit, None when it is not held."""
        index, listed = self._heart.book_index(symbol), self._heart.instrument(symbol)
        if index is None or listed is None:
            return None
        books = self._heart.books
        bids, asks = books.levels(index, BUY, 1), books.levels(index, SELL, 1)
        if bids and not asks and bids[0][0] == listed.limit_up_units:
            return Seal(symbol, True, *bids[0])
        if asks and not bids and asks[0][0] == listed.limit_down_units:
            return Seal(symbol, False, *asks[0])
        return None

    def cancel_ranking(self, limit: int) -> tuple[CancelRank, ...]:
        """Return the securities with most shares withdrawn, the most first."""
        ranks = [self._rank(symbol) for symbol in self._heart.symbols]
        ranks.sort(key=lambda rank: (-rank.quantity, rank.symbol))
        return tuple(ranks[:limit])

    def _rank(self, symbol: str) -> CancelRank:
        index = self._heart.book_index(symbol)
        facts = self._heart.books.facts(index if index is not None else 0)
        counts, shares = facts.withdrawn_counts, facts.withdrawn
        return CancelRank(symbol, counts[BUY], shares[BUY], counts[SELL], shares[SELL])
