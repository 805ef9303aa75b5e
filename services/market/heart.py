"""The market heart of the engine: frames in, true books inside, pictures out."""

from collections.abc import Callable
from dataclasses import dataclass
from enum import Enum
from typing import Protocol

from models.market.picture import BookHealth, Depth, MinuteBar, Quote
from models.wire.exchange import FeedHeartbeat, FeedInstrument, FeedResend, FeedWelcome
from models.wire.snapshot import SNAPSHOT_MAGIC
from services.market.feed.channels import Channels
from services.market.feed.flow_count import FlowCount
from services.market.feed.frames import RECORD_SIZE, FrameDecoder
from services.market.feed.reconcile.reasons import (
    UNTIL_NEXT_SESSION,
    reason_of_book,
    reason_of_channel,
    reason_of_snapshot,
)
from services.market.feed.reconcile.reconciler import Kept, Reconciler, SnapshotCounts
from services.market.feed.reconcile.substitutes import Substitutes
from services.market.feed.reconcile.trailing import TrailingWalk
from services.market.feed.snapshots import SnapshotDecoder
from services.market.feed.welcome import sound_instruments
from services.market.kernel.book import Books, Buffer
from services.market.kernel.choice import new_books
from services.market.pictures import Painter

RecordListener = Callable[[int, memoryview], None]
"""Gets a channel and a run of records; the view is good for the call only."""

_GOOD = BookHealth.GOOD


class SnapshotInstant(Enum):
    """Whether the feed's snapshots say which record they follow."""

    TOLD = "told"
    NOT_TOLD = "not_told"  # a vendor's: a second set of books walks behind and looks for them


class HeartFollower(Protocol):
    """Sees everything that the books were given, in order; each call must be quick."""

    def day_opened(self, welcome: FeedWelcome) -> None:
        """A welcome was taken, of another session or of the same again."""
        ...

    def run_applied(self, channel: int, run: memoryview) -> None:
        """Records of one channel were applied."""
        ...

    def time_told(self, time_ms: int) -> None:
        """The feed told its time."""
        ...


@dataclass(frozen=True, slots=True)
class FeedFacts:
    """Numbers for EngineHealth; channels that wait for missing records or gave up on them."""

    records: int
    gaps: int
    duplicates: int
    late: int
    refused_frames: int
    foreign_records: int
    faulty_books: int
    foreign_frames: int
    clock_backs: int
    snapshots: SnapshotCounts
    recovering_channels: tuple[int, ...]
    broken_channels: tuple[int, ...]
    kernel: str


class Watchers:
    """Who looks again after each frame, change of health and session; looks must be very quick."""

    def __init__(self) -> None:
        self._looks: set[Callable[[], None]] = set()

    def add(self, look: Callable[[], None]) -> None:
        """Call ``look`` from now on."""
        self._looks.add(look)

    def remove(self, look: Callable[[], None]) -> None:
        """End the calls."""
        self._looks.discard(look)

    def tell(self) -> None:
        """Let everybody look."""
        for look in self._looks:
            look()


class MarketHeart:
    """All books of the day behind one feed.

    ``now`` is a monotonic clock in seconds for dead-lines. ``make_books`` chooses the kernel.
    ``flow_limits``: turnover from which active orders are 特大, 大, 中; () = they are not counted.
    Nothing here raises for what the feed sends: it counts, and marks the books. ``sent_ns`` is
    when the newest frame applied was sent, on the sender's monotonic clock.
    """

    def __init__(
        self,
        now: Callable[[], float],
        make_books: Callable[[], Books] = new_books,
        instant: SnapshotInstant = SnapshotInstant.TOLD,
        flow_limits: tuple[int, ...] = (),
    ) -> None:
        self._now = now
        self._make_books = make_books
        self._instant = instant
        self.flow = FlowCount(flow_limits)
        self._decoder = FrameDecoder()
        self._snapshot_decoder = SnapshotDecoder()
        self._clock_backs = 0
        self._listeners: list[RecordListener] = []
        self.watchers = Watchers()
        self.sent_ns = 0
        self._followers: list[HeartFollower] = []
        self.session = ""
        self.welcome: FeedWelcome | None = None
        self.market_time_ms = 0
        self._start_books(())

    def _start_books(self, instruments: tuple[FeedInstrument, ...]) -> None:
        self.books = self._make_books()
        is_told = self._instant is SnapshotInstant.TOLD
        self._walk = None if is_told else TrailingWalk(self._make_books())
        self.reconciler = Reconciler(self.books, self._walk)
        self._substitutes = Substitutes(self.books, self.reconciler)
        self._instruments: dict[str, FeedInstrument] = {}
        self._index: dict[str, int] = {}
        self._painters: list[Painter] = []
        self.flow.begin(self.books, self._painters)
        self._channels = Channels(self._now)
        self._marks = 0
        for instrument in sound_instruments(instruments):
            self._add_book(instrument)
        self.watchers.tell()

    def _add_book(self, instrument: FeedInstrument) -> None:
        """Indexes are dense by contract; books of a gap in them are opened and never shown."""
        while len(self._painters) <= instrument.index:
            self._open_book(instrument)
        self._instruments[instrument.symbol] = instrument
        self._index[instrument.symbol] = instrument.index
        self._channels.open(instrument.channel)
        self.reconciler.add(instrument)

    def _open_book(self, instrument: FeedInstrument) -> None:
        limits = (instrument.limit_down_units, instrument.limit_up_units)
        index = self.books.add_book(instrument.channel, *limits)
        if self._walk is not None:
            self._walk.books.add_book(instrument.channel, *limits)
        self._painters.append(Painter(self.books, index, instrument))

    def on_welcome(self, welcome: FeedWelcome) -> bool:
        """Take the day; True when it is another session and every book was forgotten."""
        is_new = welcome.session != self.session
        if is_new:
            self.session = welcome.session
            self._start_books(welcome.instruments)
        self._channels.forget_questions()
        self.welcome = welcome
        for follower in self._followers:
            follower.day_opened(welcome)
        return is_new

    def next_sequences(self) -> dict[int, int]:
        """Return what each channel needs next, for FeedHello."""
        return self._channels.next_sequences()

    def on_frame(self, raw: Buffer) -> list[FeedResend]:
        """Take one binary frame, records or snapshots; return what to ask for again.

        ``raw`` is not kept.
        """
        if raw[: len(SNAPSHOT_MAGIC)] == SNAPSHOT_MAGIC:
            self._take_snapshots(raw)
            self.watchers.tell()
            return []
        frame = self._decoder.decode(raw)
        if frame is None:
            return []
        for run in self._channels.offer(frame):
            for part in self.reconciler.parts(frame.channel, run):
                self._apply(frame.channel, part)
            self.sent_ns = frame.sent_ns
        questions = self._channels.ask(frame.channel)
        self.watchers.tell()
        return questions

    def _take_snapshots(self, raw: Buffer) -> None:
        frame = self._snapshot_decoder.decode(raw)
        if frame is None:
            return
        kept = self.reconciler.take(frame)
        self._note_marks()
        is_held = self._channels.health(frame.channel) is not _GOOD
        touched = kept if is_held else [one for one in kept if self._substitutes.is_marked(one)]
        self._substitutes.touch(touched)

    def _note_marks(self) -> None:
        if self._marks != len(self.reconciler.faults):
            self._marks = len(self.reconciler.faults)
            self._substitutes.mark()

    @property
    def health_version(self) -> int:
        """Rises whenever a channel's health changes or a snapshot marks a book."""
        return self._channels.health_version + self._marks

    def on_heartbeat(self, beat: FeedHeartbeat) -> list[FeedResend]:
        """Take the sender's time and how far each channel goes; return what to ask for."""
        self._clock_backs += beat.time_ms < self.market_time_ms
        self.market_time_ms = beat.time_ms
        self._substitutes.mark()
        for follower in self._followers:
            follower.time_told(beat.time_ms)
        questions = self._channels.told_last(beat.last_sequence)
        self.watchers.tell()
        return questions

    def on_timer(self) -> list[FeedResend]:
        """Call about once a second: dead-lines pass and questions are asked again."""
        questions = self._channels.ask_all()
        self.watchers.tell()
        return questions

    def _apply(self, channel: int, run: memoryview) -> None:
        count = len(run) // RECORD_SIZE
        applied = self.books.apply(channel, run)
        if applied != count:
            self._channels.mark_unreadable(channel)
        for listener in self._listeners:
            listener(channel, run)
        self.reconciler.reached(channel, run)
        self._note_marks()

    def finish_session(self) -> None:
        """No more records will come: what is still looked for among the last states is decided."""
        self.reconciler.finish()
        self._note_marks()

    def add_listener(self, listener: RecordListener) -> None:
        """Show every applied run of records to risk or algorithms, in order, after the books."""
        self._listeners.append(listener)

    def follow(self, follower: HeartFollower) -> None:
        """Show days, applied runs and market times, from the next welcome on."""
        self._followers.append(follower)
        self._listeners.append(follower.run_applied)

    @property
    def symbols(self) -> tuple[str, ...]:
        """All securities of the day."""
        return tuple(self._index)

    def instrument(self, symbol: str) -> FeedInstrument | None:
        """Return what the exchange announced of a security."""
        return self._instruments.get(symbol)

    def book_index(self, symbol: str) -> int | None:
        """Return the number of a security's book."""
        return self._index.get(symbol)

    def changed(self, indices: list[int], seen: list[int]) -> list[int]:
        """Return the positions whose version differs from ``seen``, and bring ``seen`` up to it."""
        return self.books.changed(indices, seen)

    def touched_since(self, touch: int) -> tuple[int, frozenset[int]]:
        """Return the books whose pictures changed without them, and the touch to ask from next."""
        return self._substitutes.last_touch, self._substitutes.touched_since(touch)

    def quote(self, symbol: str) -> Quote | None:
        """Return the line of one security; None when the day does not have it."""
        index = self._index.get(symbol)
        if index is None:
            return None
        kept = self._substitute(symbol, index)
        if kept is not None:
            return self._painters[index].snapshot_quote(kept.snapshot)
        return self._painters[index].quote()

    def _substitute(self, symbol: str, index: int) -> Kept | None:
        """Return the snapshot that is shown instead of a book held or marked."""
        if self._substitutes.is_marked(index):
            return self._substitutes.of_marked(index)
        channel = self._instruments[symbol].channel
        if self._channels.health(channel) is _GOOD:
            return None
        return self._substitutes.of_held(index, channel)

    def depth(self, symbol: str) -> Depth | None:
        """Return the ladder of one security with its health; None when the day has it not."""
        index = self._index.get(symbol)
        if index is None:
            return None
        health, reason = self.book_health(symbol)
        kept = None if health is _GOOD else self._substitute(symbol, index)
        if kept is None:
            return self._painters[index].depth(health, reason)
        told = reason_of_snapshot(kept.snapshot.time_ms, reason)
        return self._painters[index].snapshot_depth(kept.snapshot, kept.sequence, told)

    def bars_from(self, symbol: str, minute: int) -> tuple[MinuteBar, ...]:
        """Return minute bars from a minute on."""
        index = self._index.get(symbol)
        return () if index is None else self._painters[index].bars(minute)

    def book_health(self, symbol: str) -> tuple[BookHealth, str]:
        """Return whether a book may be believed, and in Chinese why not."""
        index = self._index[symbol]
        facts = self.books.facts(index)
        if facts.faults:
            return BookHealth.BROKEN, reason_of_book(facts)
        if index in self.reconciler.faults:
            return BookHealth.BROKEN, f"{self.reconciler.faults[index]},{UNTIL_NEXT_SESSION}"
        channel = self._instruments[symbol].channel
        health = self._channels.health(channel)
        return health, reason_of_channel(health, self._channels.sequence(channel), facts)

    def health(self) -> FeedFacts:
        """Return the numbers of the feed."""
        channels = list(self._channels)
        counters = [self.books.channel_facts(channel.channel) for channel in channels]
        return FeedFacts(
            records=sum(counter.applied for counter in counters),
            gaps=sum(channel.gaps for channel in channels),
            duplicates=sum(channel.duplicates for channel in channels),
            late=sum(channel.late for channel in channels),
            refused_frames=self._decoder.refused_total + self._snapshot_decoder.refused_total,
            foreign_records=sum(counter.unknown for counter in counters),
            faulty_books=len({*self.books.faulty_books(), *self.reconciler.faults}),
            foreign_frames=self._channels.foreign_frames,
            clock_backs=self._clock_backs,
            snapshots=self.reconciler.counts,
            recovering_channels=self._channels.those_in(BookHealth.RECOVERING),
            broken_channels=self._channels.those_in(BookHealth.BROKEN),
            kernel=self.books.kernel_name,
        )
