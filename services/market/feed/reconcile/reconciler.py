"""Compares live books with the exchange's snapshots, each at the very record it reflects.

A snapshot tells which record of its channel it follows. It is compared when the book stands there:
at once, or, while records are missing, when they have come: runs are cut where a snapshot waits.
One older than the book is out of date and only counted. A difference marks the book for the rest
of the session; the snapshot never repairs it, for the queues behind the levels would still be
wrong. The newest snapshot of every security is kept: it is what can be shown while its book is
held or marked.
"""

from bisect import insort
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from models.wire.exchange import FeedInstrument
from services.market.feed.frames import RECORD_SIZE, first_sequence_of
from services.market.feed.reconcile.comparison import difference
from services.market.feed.reconcile.trailing import Outcome, TrailingWalk
from services.market.feed.snapshots import Snapshot, SnapshotFrame
from services.market.kernel.book import Books
from services.market.pictures import tick_units_of

_WAITING_FRAMES = 256


@dataclass(slots=True)
class SnapshotCounts:
    """Snapshots compared with their book, and those that could not be.

    ``late``: older than the book, or its state was not met; ``foreign``: of no security of their
    channel; ``unmet``: waited for records that never came, or were too many to wait.
    """

    taken: int = 0
    equal: int = 0
    different: int = 0
    late: int = 0
    foreign: int = 0
    unmet: int = 0


@dataclass(frozen=True, slots=True)
class Kept:
    """The newest snapshot of one security; ``sequence`` 0 = of an instant not known."""

    sequence: int
    snapshot: Snapshot


class Reconciler:
    """The snapshots of one session, against the books of one session.

    ``walk`` compares snapshots of an instant not known; without it they are only kept.
    """

    def __init__(self, books: Books, walk: TrailingWalk | None = None) -> None:
        self._books = books
        self._walk = walk
        self._instruments: dict[int, FeedInstrument] = {}
        self._waiting: dict[int, list[SnapshotFrame]] = {}
        self.newest: dict[int, Kept] = {}
        self.counts = SnapshotCounts()
        self.faults: dict[int, str] = {}

    def add(self, instrument: FeedInstrument) -> None:
        """A security of the day; its book has its own index."""
        self._instruments[instrument.index] = instrument
        if self._walk is not None:
            self._walk.add(instrument)

    def take(self, frame: SnapshotFrame) -> list[int]:
        """Take a frame; return the securities whose newest snapshot it changed."""
        own = tuple(one for one in frame.snapshots if self._is_own(frame.channel, one))
        self.counts.taken += len(own)
        self.counts.foreign += len(frame.snapshots) - len(own)
        kept = [one.instrument for one in own if self._keep(frame.sequence, one)]
        self._compare_or_wait(SnapshotFrame(frame.channel, frame.sequence, frame.sent_ns, own))
        return kept

    def parts(self, channel: int, run: memoryview) -> Iterator[memoryview]:
        """Cut a run of records where a snapshot waits; nearly always it is one piece."""
        waiting = self._waiting.get(channel, ())
        for frame in waiting:
            size = (frame.sequence - first_sequence_of(run) + 1) * RECORD_SIZE
            if size >= len(run):
                break
            if size > 0:
                yield run[:size]
                run = run[size:]
        yield run

    def reached(self, channel: int, run: memoryview) -> None:
        """A run was applied: compare what waited for its end."""
        if self._walk is not None:
            self._count_all(self._walk.follow(channel, run))
        if channel in self._waiting:
            last = self._books.channel_facts(channel).last_sequence
            self._waiting[channel] = self._still_waiting(self._waiting[channel], last)

    def finish(self) -> None:
        """No more records will come: what waited for them was not met."""
        if self._walk is not None:
            self._count_all(self._walk.finish())
        for frames in self._waiting.values():
            self.counts.unmet += sum(len(frame.snapshots) for frame in frames)
        self._waiting.clear()

    def _still_waiting(self, frames: list[SnapshotFrame], last: int) -> list[SnapshotFrame]:
        for frame in frames:
            if frame.sequence <= last:
                self._compare(frame, last)
        return [frame for frame in frames if frame.sequence > last]

    def _is_own(self, channel: int, one: Snapshot) -> bool:
        known = self._instruments.get(one.instrument)
        return known is not None and known.channel == channel

    def _keep(self, sequence: int, one: Snapshot) -> bool:
        known = self.newest.get(one.instrument)
        if known is not None and _age(sequence, one) < _age(known.sequence, known.snapshot):
            return False
        self.newest[one.instrument] = Kept(sequence, one)
        return True

    def _compare_or_wait(self, frame: SnapshotFrame) -> None:
        if not frame.sequence:
            outcomes = [(one.instrument, None) for one in frame.snapshots]
            self._count_all(self._walk.seek(frame) if self._walk else outcomes)
            return
        last = self._books.channel_facts(frame.channel).last_sequence
        if frame.sequence <= last:
            self._compare(frame, last)
        else:
            self._wait(frame)

    def _wait(self, frame: SnapshotFrame) -> None:
        frames = self._waiting.setdefault(frame.channel, [])
        insort(frames, frame, key=lambda one: one.sequence)
        if len(frames) > _WAITING_FRAMES:
            self.counts.unmet += len(frames.pop().snapshots)

    def _compare(self, frame: SnapshotFrame, last: int) -> None:
        if frame.sequence != last:
            self.counts.late += len(frame.snapshots)
            return
        for one in frame.snapshots:
            found = self._difference(one)
            if found:
                self._books.settle(frame.channel)
                found = self._difference(one)
            self._count(one.instrument, found, frame.sequence)

    def _difference(self, one: Snapshot) -> str:
        listed = self._instruments[one.instrument]
        ticks = tick_units_of(listed)
        return difference(self._books, one.instrument, listed.exchange, ticks, one)

    def _count(self, instrument: int, found: str, sequence: int) -> None:
        if not found:
            self.counts.equal += 1
            return
        self.counts.different += 1
        where = f"(序号 {sequence})" if sequence else ""
        self.faults.setdefault(instrument, f"盘口与交易所快照不符:{found}{where}")

    def _count_all(self, outcomes: Iterable[Outcome]) -> None:
        for instrument, found in outcomes:
            if found is None:
                self.counts.late += 1
            else:
                self._count(instrument, found, 0)


def _age(sequence: int, one: Snapshot) -> tuple[int, int, int]:
    """Records order the snapshots of a channel; where they are not told, time and trades do."""
    return (sequence, 0, 0) if sequence else (0, one.time_ms, one.trades)
