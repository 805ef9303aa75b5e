"""A simulated morning cut into frames, and a line that does to them whatever a line can do."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date
from functools import cache
from random import Random

from models.wire.exchange import FeedResend, FeedWelcome
from models.wire.feed import FRAME_HEADER
from services.exchange.admission.admission import load_admission
from services.exchange.feed.board import SnapshotBoard
from services.exchange.market_day import open_market
from services.market.feed.frames import HEADER_SIZE, RECORD_SIZE, frame_of_bytes

DAY = date(2023, 2, 1)
SYMBOLS = frozenset({"600519.SH", "600036.SH", "000001.SZ", "300059.SZ", "430047.BJ"})
OPENED, OVER = 33_890_000, 34_290_000  # 09:24:50 to 09:31:30
_FRAME_RECORDS = 64


@dataclass(frozen=True, slots=True)
class Sent:
    """One frame; ``is_snapshot`` tells the kind, ``sequence`` its last record."""

    channel: int
    sequence: int
    raw: bytes
    is_snapshot: bool


@dataclass(frozen=True, slots=True)
class Morning:
    """Everything a channel published, and the frames in the order in which they were sent."""

    welcome: FeedWelcome
    records: dict[int, bytes]
    frames: tuple[Sent, ...]

    def answer(self, question: FeedResend) -> bytes:
        """Return what the exchange sends again."""
        first, last = question.first, min(question.last, question.first + 4_095)
        packed = self.records[question.channel][(first - 1) * RECORD_SIZE : last * RECORD_SIZE]
        return frame_of_bytes(question.channel, first, packed, 0)

    @property
    def last_sequences(self) -> dict[int, int]:
        """How far each channel went."""
        return {number: len(packed) // RECORD_SIZE for number, packed in self.records.items()}


@cache
def morning() -> Morning:
    """Return the opening of five securities on five channels, with snapshots."""
    market = open_market(load_admission(DAY), 5, only=SYMBOLS)
    board = SnapshotBoard(market)
    market.advance(OPENED)
    board.open(OPENED)
    places = dict.fromkeys((channel.number for channel in market.channels), 1)
    frames: list[Sent] = []
    seen = 0
    while board.due_ms <= OVER:
        market.advance(board.due_ms)
        board.take()
        for channel in market.channels:
            for one in board.frames_after(channel.number, seen):
                while places[channel.number] <= one.sequence:
                    first = places[channel.number]
                    last = min(one.sequence, first + _FRAME_RECORDS - 1)
                    packed = bytes(channel.records[(first - 1) * RECORD_SIZE : last * RECORD_SIZE])
                    raw = frame_of_bytes(channel.number, first, packed, 0)
                    frames.append(Sent(channel.number, last, raw, False))
                    places[channel.number] = last + 1
                frames.append(Sent(channel.number, one.sequence, one.packed, True))
        seen = board.last_number
    records = {
        channel.number: bytes(channel.records[: (places[channel.number] - 1) * RECORD_SIZE])
        for channel in market.channels
    }
    announced = tuple(venue.listing.announced() for venue in market.venues.values())
    return Morning(FeedWelcome("s", DAY.isoformat(), 1.0, announced), records, tuple(frames))


@dataclass(slots=True)
class Mangler:
    """A bad line; ``damaged`` counts frames it spoilt, ``foreign`` those that are none of ours."""

    rng: Random
    worst: float
    damaged: int = 0
    foreign: int = 0
    _late: list[Sent] = field(default_factory=list)

    def carry(self, frames: tuple[Sent, ...]) -> Iterator[bytes]:
        """Yield what arrives, in the order in which it arrives."""
        for sent in frames:
            yield from self._arrive(sent)
        for sent in self._late:
            yield sent.raw

    def _arrive(self, sent: Sent) -> Iterator[bytes]:
        if self.rng.random() >= self.worst:
            yield sent.raw
        else:
            yield from self.rng.choice(_WAYS)(self, sent)
        if self._late and self.rng.random() < 0.3:
            yield self._late.pop(self.rng.randrange(len(self._late))).raw

    def drop(self, sent: Sent) -> Iterator[bytes]:
        """It never comes."""
        yield from ()

    def repeat(self, sent: Sent) -> Iterator[bytes]:
        """It comes several times."""
        yield from [sent.raw] * self.rng.randint(2, 3)

    def delay(self, sent: Sent) -> Iterator[bytes]:
        """Others overtake it."""
        self._late.append(sent)
        yield from ()

    def cut(self, sent: Sent) -> Iterator[bytes]:
        """Only a part of it comes."""
        self.damaged += 1
        yield sent.raw[: self.rng.randrange(len(sent.raw))]

    def flip(self, sent: Sent) -> Iterator[bytes]:
        """Bits of it turn over."""
        raw = bytearray(sent.raw)
        for bit in self.rng.sample(range(len(raw) * 8), self.rng.randint(1, 3)):
            raw[bit // 8] ^= 1 << bit % 8
        self.damaged += 1
        yield bytes(raw)

    def stuff(self, sent: Sent) -> Iterator[bytes]:
        """Bytes are put behind it."""
        self.damaged += 1
        yield sent.raw + self.rng.randbytes(self.rng.randint(1, 60))

    def noise(self, sent: Sent) -> Iterator[bytes]:
        """Something else comes before it."""
        self.damaged += 1
        yield sent.raw[:4] + self.rng.randbytes(self.rng.randint(0, 200))
        yield sent.raw

    def stranger(self, sent: Sent) -> Iterator[bytes]:
        """A sound frame of a channel that does not exist comes before it."""
        if not sent.is_snapshot:
            self.foreign += 1
            yield frame_of_bytes(77, sent.sequence, b"", 0)
        yield sent.raw

    def recut(self, sent: Sent) -> Iterator[bytes]:
        """It comes in two pieces that overlap."""
        count = (len(sent.raw) - HEADER_SIZE) // RECORD_SIZE
        if sent.is_snapshot or count < 2:
            yield sent.raw
            return
        first = FRAME_HEADER.unpack_from(sent.raw)[5]
        body = sent.raw[HEADER_SIZE:]
        until, start = self.rng.randint(1, count), self.rng.randint(0, count - 1)
        start = min(start, until)
        yield frame_of_bytes(sent.channel, first, body[: until * RECORD_SIZE], 0)
        yield frame_of_bytes(sent.channel, first + start, body[start * RECORD_SIZE :], 0)


_WAYS = (
    Mangler.drop,
    Mangler.repeat,
    Mangler.delay,
    Mangler.cut,
    Mangler.flip,
    Mangler.stuff,
    Mangler.noise,
    Mangler.stranger,
    Mangler.recut,
)
