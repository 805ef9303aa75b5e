"""The market heart of the engine: frames in, true books inside, pictures out."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Protocol

from models.market.picture import BookHealth, Depth, MinuteBar, Quote
from models.wire.exchange import FeedHeartbeat, FeedInstrument, FeedResend, FeedWelcome
from models.wire.view import Watch
from services.market.conflator import Changes, Conflator
from services.market.feed.frames import RECORD_SIZE, FrameDecoder
from services.market.feed.sequence import ChannelSequence
from services.market.health import reason_of_book, reason_of_channel
from services.market.kernel.book import Books, Buffer
from services.market.kernel.choice import new_books
from services.market.pictures import Painter

RecordListener = Callable[[int, memoryview], None]
"""Gets a channel and a run of records; the view is good for the call only."""

_GOOD = BookHealth.GOOD


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
    recovering_channels: tuple[int, ...]
    broken_channels: tuple[int, ...]
    kernel: str


class MarketHeart:
    """All books of the day behind one feed.

    ``now`` is a monotonic clock in seconds for dead-lines. ``make_books`` chooses the kernel.
    Nothing here raises for what the feed sends: it counts, and marks the books. ``sent_ns`` is
    when the newest frame applied was sent, on the sender's monotonic clock.
    """

    def __init__(
        self, now: Callable[[], float], make_books: Callable[[], Books] = new_books
    ) -> None:
        self._now = now
        self._make_books = make_books
        self._decoder = FrameDecoder()
        self._listeners: list[RecordListener] = []
        self._watchers: set[Callable[[], None]] = set()
        self.sent_ns = 0
        self._followers: list[HeartFollower] = []
        self.session = ""
        self.welcome: FeedWelcome | None = None
        self.market_time_ms = 0
        self._conflator = Conflator(self)
        self._start_books(())

    def _start_books(self, instruments: tuple[FeedInstrument, ...]) -> None:
        self.books = self._make_books()
        self._instruments: dict[str, FeedInstrument] = {}
        self._index: dict[str, int] = {}
        self._painters: list[Painter] = []
        self._channels: dict[int, ChannelSequence] = {}
        self._broken_sequence: set[int] = set()
        self._channel_health: dict[int, BookHealth] = {}
        self.health_version = 0
        for at, instrument in enumerate(sorted(instruments, key=lambda listed: listed.index)):
            self._add_book(at, instrument)
        self._conflator.forget()
        self._tell_watchers()

    def _add_book(self, at: int, instrument: FeedInstrument) -> None:
        """Indexes are dense by contract; books of a gap in them are opened and never shown."""
        while len(self._painters) < instrument.index:
            self._open_book(instrument)
        self._open_book(instrument)
        self._instruments[instrument.symbol] = instrument
        self._index[instrument.symbol] = instrument.index
        self._channels.setdefault(instrument.channel, ChannelSequence(instrument.channel))

    def _open_book(self, instrument: FeedInstrument) -> None:
        index = self.books.add_book(
            instrument.channel, instrument.limit_down_units, instrument.limit_up_units
        )
        self._painters.append(Painter(self.books, index, instrument))

    def on_welcome(self, welcome: FeedWelcome) -> bool:
        """Take the day; True when it is another session and every book was forgotten."""
        is_new = welcome.session != self.session
        if is_new:
            self.session = welcome.session
            self._start_books(welcome.instruments)
        for sequence in self._channels.values():
            sequence.forget_questions()
        self.welcome = welcome
        for follower in self._followers:
            follower.day_opened(welcome)
        return is_new

    def next_sequences(self) -> dict[int, int]:
        """Return what each channel needs next, for FeedHello."""
        return {number: channel.next_sequence for number, channel in self._channels.items()}

    def on_frame(self, raw: Buffer) -> list[FeedResend]:
        """Take one binary frame; return what to ask for again. ``raw`` is not kept."""
        frame = self._decoder.decode(raw)
        if frame is None:
            return []
        channel = frame.channel
        sequence = self._channels.get(channel) or self._open_channel(channel)
        for run in sequence.offer(frame, self._now()):
            self._apply(channel, run)
            self.sent_ns = frame.sent_ns
        questions = [] if self._is_sound(sequence) else self._ask(sequence)
        self._tell_watchers()
        return questions

    def _open_channel(self, number: int) -> ChannelSequence:
        return self._channels.setdefault(number, ChannelSequence(number))

    def _is_sound(self, sequence: ChannelSequence) -> bool:
        """The rule: nothing is missing now, nor was at the last look."""
        known = self._channel_health.get(sequence.channel, _GOOD)
        return known is _GOOD and not sequence.has_gap and not self._broken_sequence

    def on_heartbeat(self, beat: FeedHeartbeat) -> list[FeedResend]:
        """Take the sender's time and how far each channel goes; return what to ask for."""
        self.market_time_ms = beat.time_ms
        for follower in self._followers:
            follower.time_told(beat.time_ms)
        questions: list[FeedResend] = []
        for number, last in beat.last_sequence.items():
            sequence = self._channels.get(number) or self._open_channel(number)
            sequence.told_last(last, self._now())
            questions += self._ask(sequence)
        return questions

    def on_timer(self) -> list[FeedResend]:
        """Call about once a second: dead-lines pass and questions are asked again."""
        return [question for channel in self._channels.values() for question in self._ask(channel)]

    def _apply(self, channel: int, run: memoryview) -> None:
        count = len(run) // RECORD_SIZE
        applied = self.books.apply(channel, run)
        if applied != count:
            self._broken_sequence.add(channel)
        for listener in self._listeners:
            listener(channel, run)

    def _ask(self, sequence: ChannelSequence) -> list[FeedResend]:
        self._note_health(sequence)
        question = sequence.resend(self._now())
        return [] if question is None else [question]

    def _note_health(self, sequence: ChannelSequence) -> None:
        health = sequence.health(self._now())
        if sequence.channel in self._broken_sequence:
            health = BookHealth.BROKEN
        if self._channel_health.get(sequence.channel, _GOOD) is not health:
            self._channel_health[sequence.channel] = health
            self.health_version += 1
            self._tell_watchers()

    def add_listener(self, listener: RecordListener) -> None:
        """Show every applied run of records to risk or algorithms, in order, after the books."""
        self._listeners.append(listener)

    def add_watcher(self, look: Callable[[], None]) -> None:
        """Call ``look`` after each frame, change of health and session; it must be very quick."""
        self._watchers.add(look)

    def remove_watcher(self, look: Callable[[], None]) -> None:
        """End the calls."""
        self._watchers.discard(look)

    def _tell_watchers(self) -> None:
        for look in self._watchers:
            look()

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

    def quote(self, symbol: str) -> Quote | None:
        """Return the line of one security; None when the day does not have it."""
        index = self._index.get(symbol)
        return None if index is None else self._painters[index].quote()

    def depth(self, symbol: str) -> Depth | None:
        """Return the ladder of one security with its health; None when the day has it not."""
        index = self._index.get(symbol)
        if index is None:
            return None
        health, reason = self.book_health(symbol)
        return self._painters[index].depth(health, reason)

    def bars(self, symbol: str) -> tuple[MinuteBar, ...]:
        """Return all minute bars of the day."""
        return self.bars_from(symbol, 0)

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
        channel = self._instruments[symbol].channel
        health = self._channel_health.get(channel, BookHealth.GOOD)
        return health, reason_of_channel(health, self._channels[channel], facts)

    def take_changes(self, watch: Watch) -> Changes:
        """Return quotes, depths and bars that changed since the last call."""
        return self._conflator.take(watch, self.health_version)

    def health(self) -> FeedFacts:
        """Return the numbers of the feed."""
        channels = self._channels.values()
        counters = [self.books.channel_facts(channel.channel) for channel in channels]
        return FeedFacts(
            records=sum(counter.applied for counter in counters),
            gaps=sum(channel.gaps for channel in channels),
            duplicates=sum(channel.duplicates for channel in channels),
            late=sum(channel.late for channel in channels),
            refused_frames=self._decoder.refused_total,
            foreign_records=sum(counter.unknown for counter in counters),
            faulty_books=len(self.books.faulty_books()),
            recovering_channels=self._channels_in(BookHealth.RECOVERING),
            broken_channels=self._channels_in(BookHealth.BROKEN),
            kernel=self.books.kernel_name,
        )

    def _channels_in(self, health: BookHealth) -> tuple[int, ...]:
        return tuple(
            sorted(number for number, known in self._channel_health.items() if known is health)
        )
