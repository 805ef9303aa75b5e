"""Compares books with snapshots of an instant nobody tells, as a vendor's are.

Real snapshots carry whole seconds, arrive after the records they reflect, and show a state up to
four seconds older than their time. So a second set of books walks eight seconds behind the live
ones. A snapshot names its trade count; the walk looks for it forwards, record by record of that
security, from the first state with so many trades to the last one, within the snapshot's window of
time (services.market.verify does the same with a recorded day). Only when all of them have been
looked at and none is equal do they differ; a state the walk has left already is out of date.
"""

from collections import deque
from dataclasses import dataclass, field

from models.wire.exchange import FeedInstrument
from services.market.feed.frames import RECORD_SIZE, last_time_of
from services.market.feed.snapshots import Rows, Snapshot, SnapshotFrame, auction_rows
from services.market.kernel.auction import auction_rule
from services.market.kernel.book import Books
from services.market.pictures import tick_units_of

BEHIND_MS = 8_000
LATEST_MS = 999  # snapshots carry whole seconds
_WORDS = RECORD_SIZE // 4

Outcome = tuple[int, str | None]
"""Instrument and what differs: "" = nothing, None = its state had passed."""


@dataclass(slots=True)
class _Lane:
    """One channel: records that the walk has not applied, and snapshots it looks for."""

    runs: deque[memoryview] = field(default_factory=deque)
    sought: dict[int, list[Snapshot]] = field(default_factory=dict)


class TrailingWalk:
    """Books behind the live ones. They must see the whole session, so they start with it.

    ``books`` holds the same books in the same order as the live set.
    """

    def __init__(self, books: Books) -> None:
        self.books = self._books = books
        self._instruments: dict[int, FeedInstrument] = {}
        self._lanes: dict[int, _Lane] = {}

    def add(self, instrument: FeedInstrument) -> None:
        """A security of the day."""
        self._instruments[instrument.index] = instrument

    def seek(self, frame: SnapshotFrame) -> list[Outcome]:
        """Look for the snapshots of a frame from now on; return those that need no search."""
        lane = self._lanes.setdefault(frame.channel, _Lane())
        found: list[Outcome] = []
        for one in frame.snapshots:
            if self._says_nothing(one):
                found.append((one.instrument, None))
                continue
            lane.sought.setdefault(one.instrument, []).append(one)
            found += self._look(lane, one.instrument)
        return found

    def _says_nothing(self, one: Snapshot) -> bool:
        """Its state has been left already, or it is blank, as outside continuous trading."""
        has_passed = self._books.facts(one.instrument).trades > one.trades
        return has_passed or not (one.bids or one.asks or one.is_auction)

    def follow(self, channel: int, run: memoryview) -> list[Outcome]:
        """The live books applied a run; walk as far as is old enough; return what was found."""
        lane = self._lanes.setdefault(channel, _Lane())
        lane.runs.append(run)
        newest = last_time_of(run)
        found: list[Outcome] = []
        while lane.runs and last_time_of(lane.runs[0]) < newest - BEHIND_MS:
            found += self._walk(channel, lane, lane.runs.popleft())
        return found

    def finish(self) -> list[Outcome]:
        """No more records will come: walk to the end; what is still sought then differs."""
        found: list[Outcome] = []
        for channel, lane in self._lanes.items():
            while lane.runs:
                found += self._walk(channel, lane, lane.runs.popleft())
            for index, sought in lane.sought.items():
                found += [(index, self._difference(one)) for one in sought]
            lane.sought.clear()
        return found

    def _walk(self, channel: int, lane: _Lane, run: memoryview) -> list[Outcome]:
        """Apply a run; stop at each record of a security that is looked for."""
        found: list[Outcome] = []
        done = 0
        if lane.sought:
            for at, index in enumerate(run.cast("I")[1::_WORDS].tolist()):
                if index in lane.sought:
                    self._books.apply(channel, run[done : (at + 1) * RECORD_SIZE])
                    done = (at + 1) * RECORD_SIZE
                    found += self._look(lane, index)
        if done < len(run):
            self._books.apply(channel, run[done:])
        return found + [outcome for index in [*lane.sought] for outcome in self._look(lane, index)]

    def _look(self, lane: _Lane, index: int) -> list[Outcome]:
        """Compare one security's state with its snapshots; keep those that may still be met."""
        facts = self._books.facts(index)
        found: list[Outcome] = []
        kept: list[Snapshot] = []
        for one in lane.sought.pop(index, []):
            if facts.trades > one.trades or facts.time_ms > one.time_ms + LATEST_MS:
                found.append((index, "没有一个时刻的盘口与之相同"))
            elif not self._difference(one):
                found.append((index, ""))
            else:
                kept.append(one)
        if kept:
            lane.sought[index] = kept
        return found

    def _difference(self, one: Snapshot) -> str:
        """Like verify: levels and totals; trade sums agree by the search, phase words lag."""
        facts = self._books.facts(one.instrument)
        if facts.trades != one.trades:
            return "成交笔数"
        if facts.volume != one.volume:
            return "成交量"
        if one.is_auction:
            return "" if self._match(one) == (one.bids, one.asks) else "集合竞价"
        bids, asks = self._books.top(one.instrument)
        if not (_is_same(one.bids, bids) and _is_same(one.asks, asks)):
            return "盘口"
        return "" if facts.totals == (one.bid_total, one.ask_total) else "委托总量"

    def _match(self, one: Snapshot) -> tuple[Rows, Rows]:
        listed = self._instruments[one.instrument]
        reference = self._books.facts(one.instrument).last or one.previous_close
        rule, tick = auction_rule(listed.exchange), tick_units_of(listed)
        return auction_rows(*self._books.match(one.instrument, rule, reference, tick))


def _is_same(told: Rows, own: list[tuple[int, int, int]]) -> bool:
    """Order counts are compared where they are published."""
    return len(told) == len(own) and all(
        shown[:2] == mine[:2] and shown[2] in (0, mine[2])
        for shown, mine in zip(told, own, strict=True)
    )
