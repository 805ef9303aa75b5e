"""Goes through all books a few at a time: the market's seals and its largest withdrawals."""

from collections.abc import Iterator

from models.market.details import CancelRank, MarketRanking, Seal
from services.market.details.insight import MarketInsight
from services.market.heart import MarketHeart

SLICE = 800  # books a step, some 2 ms: 6,000 are through in two seconds of a quiet feed
PAUSE_S = 1.0
RANKED = 60


class MarketScan:
    """Never holds the feed up: each step looks at few books, the last one tells the ranking."""

    def __init__(self, heart: MarketHeart, insight: MarketInsight) -> None:
        self._heart = heart
        self._insight = insight
        self.forget()

    def forget(self) -> None:
        """Begin anew at the next step, without a pause."""
        self._left: Iterator[str] | None = None
        self._due = 0.0
        self._seals: list[Seal] = []
        self._cancels: list[CancelRank] = []

    def step(self, now: float) -> MarketRanking | None:
        """Look at some more books; the ranking when that was all of them."""
        if self._left is None:
            if now < self._due:
                return None
            self._left = iter(self._heart.symbols)
        for _ in range(SLICE):
            symbol = next(self._left, None)
            if symbol is None:
                return self._finish(now)
            self._look(symbol)
        return None

    def _look(self, symbol: str) -> None:
        seal, cancels = self._insight.seal(symbol), self._insight.cancels(symbol)
        if seal is not None:
            self._seals.append(seal)
        if cancels is not None:
            self._cancels.append(cancels)

    def _finish(self, now: float) -> MarketRanking:
        seals = sorted(self._seals, key=lambda seal: (-seal.amount_units, seal.symbol))
        cancels = sorted(self._cancels, key=lambda rank: (-rank.amount_units, rank.symbol))
        self.forget()
        self._due = now + PAUSE_S
        return MarketRanking(self._heart.market_time_ms, tuple(seals), tuple(cancels[:RANKED]))
