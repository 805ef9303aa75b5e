"""The desk's memory of what is watched beyond ten levels."""

from collections.abc import Iterable

from models.market.details import (
    Details,
    DetailWatch,
    FullDepth,
    MarketRanking,
    OrderFlow,
    PriceQueue,
    QueuePlace,
    Seal,
)


class DetailMemory:
    """Newest wins; what nobody watches any more is forgotten."""

    def __init__(self) -> None:
        self._owners: dict[str, DetailWatch] = {}
        self.clear()

    def clear(self) -> None:
        """Another day: nothing holds any more."""
        self._full: dict[str, FullDepth] = {}
        self._queues: dict[QueuePlace, PriceQueue] = {}
        self._flows: dict[str, OrderFlow] = {}
        self._seals: dict[str, Seal | None] = {}
        self._ranking: MarketRanking | None = None

    def show(self, owner: str, wanted: DetailWatch) -> None:
        """``owner`` now shows this; an empty watch ends it."""
        self._owners.pop(owner, None)
        if wanted != DetailWatch():
            self._owners[owner] = wanted
        self._forget_unwatched(self.watch)

    @property
    def watch(self) -> DetailWatch:
        """What all owners together show, in one order."""
        shown = self._owners.values()
        return DetailWatch(
            full=_together(one.full for one in shown),
            queues=tuple(dict.fromkeys(place for one in shown for place in one.queues)),
            flows=_together(one.flows for one in shown),
            seals=_together(one.seals for one in shown),
            has_ranking=any(one.has_ranking for one in shown),
        )

    def take(self, details: Details) -> None:
        """Take the newest over; a late frame of what is shown no more leaves nothing behind."""
        self._full |= {one.symbol: one for one in details.full}
        self._queues |= {one.place: one for one in details.queues}
        self._flows |= {one.symbol: one for one in details.flows}
        self._seals |= {one.symbol: one.seal for one in details.seals}
        self._ranking = details.ranking or self._ranking
        self._forget_unwatched(self.watch)

    def full(self, symbol: str) -> FullDepth | None:
        """All levels of a watched book."""
        return self._full.get(symbol)

    def queue(self, place: QueuePlace) -> PriceQueue | None:
        """The queue of a watched price."""
        return self._queues.get(place)

    def flow(self, symbol: str) -> OrderFlow | None:
        """Big-order statistics of a watched security."""
        return self._flows.get(symbol)

    def seal(self, symbol: str) -> Seal | None:
        """The seal of a watched security; None = not sealed, or not known yet."""
        return self._seals.get(symbol)

    def ranking(self) -> MarketRanking | None:
        """Seals and withdrawals of the market, while watched."""
        return self._ranking

    def _forget_unwatched(self, watch: DetailWatch) -> None:
        self._full = {one: self._full[one] for one in watch.full if one in self._full}
        self._queues = {one: self._queues[one] for one in watch.queues if one in self._queues}
        self._flows = {one: self._flows[one] for one in watch.flows if one in self._flows}
        self._seals = {one: self._seals[one] for one in watch.seals if one in self._seals}
        if not watch.has_ranking:
            self._ranking = None


def _together(lists: Iterable[tuple[str, ...]]) -> tuple[str, ...]:
    return tuple(sorted({symbol for symbols in lists for symbol in symbols}))
