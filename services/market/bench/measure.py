"""Measures how many records a second each stage takes; figures, no judgement."""

import time
from collections.abc import Callable
from dataclasses import dataclass

from models.market.instrument import Board, Exchange, SecurityKind, SecurityStatus
from models.wire.exchange import FeedInstrument, FeedWelcome
from models.wire.view import Watch
from services.market.bench.streams import CHANNEL, Stream
from services.market.conflator import Conflator
from services.market.feed.frames import RECORD_SIZE
from services.market.heart import MarketHeart
from services.market.kernel.book import Books
from services.market.kernel.choice import new_books
from services.market.kernel.twin import TwinBooks

FRAME_RECORDS = 512
FRAMES_A_PICTURE = 10
WATCHED = 300
_REPEATS = 12


@dataclass(frozen=True, slots=True)
class Rate:
    """``per_second`` records; ``state`` is the hash of the books afterwards."""

    events: int
    seconds: float
    state: int

    @property
    def per_second(self) -> int:
        """Records a second."""
        return round(self.events / self.seconds)


def open_books(books: Books, stream: Stream) -> Books:
    """Open a book for each instrument, with its price limits as on a real day."""
    for low, high in stream.limits:
        books.add_book(CHANNEL, low, high)
    return books


def best_of(measure: Callable[[], Rate], repeats: int = _REPEATS) -> Rate:
    """Return the quickest of several runs."""
    return min((measure() for _ in range(repeats)), key=lambda rate: rate.seconds)


def batch_rate(make: Callable[[], Books], stream: Stream) -> Rate:
    """One call for the whole run of records."""
    books, raw = open_books(make(), stream), stream.raw
    started = time.perf_counter()
    books.apply(CHANNEL, raw)
    return Rate(stream.events, time.perf_counter() - started, books.state_hash())


def single_call_rate(stream: Stream) -> Rate:
    """One Python call a record."""
    books, packed = open_books(new_books(), stream), _cut(stream)
    apply_one = books.apply_one
    started = time.perf_counter()
    for record in packed:
        apply_one(record)
    return Rate(stream.events, time.perf_counter() - started, books.state_hash())


def reading_rate(stream: Stream) -> Rate:
    """One Python call a record, and ten levels a side read after each."""
    books, packed = open_books(new_books(), stream), _cut(stream)
    apply_one, top = books.apply_one, books.top
    started = time.perf_counter()
    for record in packed:
        apply_one(record)
        top(0)
    return Rate(stream.events, time.perf_counter() - started, books.state_hash())


def heart_rate(stream: Stream) -> Rate:
    """Through decoder, checksum, sequence and conflator, with a screen that watches."""
    heart = MarketHeart(time.perf_counter)
    instruments = tuple(listed(at, CHANNEL, *limits) for at, limits in enumerate(stream.limits))
    heart.on_welcome(FeedWelcome("bench", "2023-02-01", 1.0, instruments))
    symbols = heart.symbols
    watch = Watch(symbols[:WATCHED], symbols[:1])
    conflator = Conflator(heart)
    frames = stream.frames(FRAME_RECORDS)
    started = time.perf_counter()
    for number, frame in enumerate(frames):
        heart.on_frame(frame)
        if number % FRAMES_A_PICTURE == 0:
            conflator.take(watch, heart.health_version)
    return Rate(stream.events, time.perf_counter() - started, heart.books.state_hash())


def twin_rate(stream: Stream) -> Rate:
    """The plain-Python twin on the same stream, book only: it works levels out when asked."""
    return batch_rate(TwinBooks, stream)


def twin_ten_levels_rate(stream: Stream) -> Rate:
    """The twin with ten levels worked out after each record, as the kernel keeps them."""
    twin, packed = open_books(TwinBooks(), stream), _cut(stream)
    started = time.perf_counter()
    for record in packed:
        twin.apply(CHANNEL, record)
        twin.top(0)
    return Rate(stream.events, time.perf_counter() - started, twin.state_hash())


def _cut(stream: Stream) -> list[bytes]:
    raw = stream.raw
    return [raw[at : at + RECORD_SIZE] for at in range(0, len(raw), RECORD_SIZE)]


def listed(index: int, channel: int, low: int, high: int) -> FeedInstrument:
    """Return a security as an exchange announces it."""
    return FeedInstrument(
        index=index,
        symbol=f"{600000 + index}.SH",
        name="",
        exchange=Exchange.SSE,
        board=Board.MAIN,
        kind=SecurityKind.STOCK,
        status=SecurityStatus.NORMAL,
        industry="",
        channel=channel,
        previous_close_units=(low + high) // 2,
        limit_up_units=high,
        limit_down_units=low,
    )
