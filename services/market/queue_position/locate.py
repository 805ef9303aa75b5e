"""Finds an own order in the feed where the exchange's number of it was not told.

A resting order shows as an add of its side and price; Shanghai shows only what is left, after the
trades that the same number made as the aggressor. So the shares of those trades and of the add
together are the ordered quantity. More than one that fits is a range, and is said so.
"""

from collections.abc import Container
from dataclasses import dataclass, field

from models.trading.order import Side
from models.wire.feed import (
    FLAG_SHANGHAI,
    KIND_ADD,
    KIND_TRADE,
    RECORD,
    SIDE_BUY,
    SIDE_NONE,
    SIDE_SELL,
)
from services.market.feed.record import FeedRecord

TOLERANCE_MS = 1_000
MOST = 64
_SIDES = {Side.BUY: SIDE_BUY, Side.SELL: SIDE_SELL}


@dataclass(frozen=True, slots=True)
class Sought:
    """An order that was sent: where, what, and not before when (milliseconds of the day)."""

    index: int
    side: Side
    price_units: int
    quantity: int
    from_ms: int


@dataclass(slots=True)
class _Search:
    sought: Sought
    until_ms: int | None = None
    found: list[tuple[int, int]] = field(default_factory=list)  # order id, time ms


class AddLocator:
    """Listens to records only while something is sought."""

    def __init__(self) -> None:
        self._searches: dict[str, _Search] = {}
        self._taken: dict[tuple[int, int], int] = {}  # (index, aggressor) -> shares traded

    def seek(self, name: str, sought: Sought) -> None:
        """Begin, once: when the order is sent, so that its add cannot be missed."""
        self._searches.setdefault(name, _Search(sought))

    def accepted(self, name: str, time_ms: int) -> None:
        """The exchange took the order at ``time_ms``: only adds around then can be it."""
        search = self._searches.get(name)
        if search is not None and search.until_ms is None:
            search.until_ms = time_ms + TOLERANCE_MS
            earliest = time_ms - TOLERANCE_MS
            search.found = [one for one in search.found if earliest <= one[1] <= search.until_ms]

    def forget(self, name: str) -> None:
        """The order is over, or its number is known."""
        self._searches.pop(name, None)
        if not self._searches:
            self._taken.clear()

    def keep(self, names: Container[str]) -> None:
        """Forget all others."""
        for name in [one for one in self._searches if one not in names]:
            self.forget(name)

    def candidates(self, name: str) -> tuple[int, ...]:
        """Return the order numbers that may be ours."""
        search = self._searches.get(name)
        return () if search is None else tuple(order_id for order_id, _ in search.found)

    def on_records(self, _channel: int, run: memoryview) -> None:
        """Look through records that were just applied."""
        if not self._searches:
            return
        watched = {search.sought.index for search in self._searches.values()}
        for row in RECORD.iter_unpack(run):
            if row[4] in watched and row[0] in (KIND_ADD, KIND_TRADE):
                self._look_at(FeedRecord._make(row))

    def _look_at(self, record: FeedRecord) -> None:
        if record.kind == KIND_TRADE:
            self._note_trade(record)
            return
        traded = self._taken.get((record.instrument, record.order_id), 0)
        whole = record.quantity + (traded if record.flags & FLAG_SHANGHAI else 0)
        for search in self._searches.values():
            if len(search.found) < MOST and _fits(search, record, whole):
                search.found.append((record.order_id, record.time_ms))

    def _note_trade(self, record: FeedRecord) -> None:
        if record.side == SIDE_NONE:
            return
        aggressor = record.order_id if record.side == SIDE_BUY else record.other_id
        place = record.instrument, aggressor
        self._taken[place] = self._taken.get(place, 0) + record.quantity


def _fits(search: _Search, record: FeedRecord, whole: int) -> bool:
    sought = search.sought
    return (
        record.instrument == sought.index
        and record.side == _SIDES[sought.side]
        and record.price == sought.price_units
        and whole == sought.quantity
        and record.time_ms >= sought.from_ms
        and (search.until_ms is None or record.time_ms <= search.until_ms)
    )
