"""Makes the flow of a whole market out of a recorded day, and cuts it into what is sent at once."""

import struct
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from models.errors import ExpectedFailure
from models.wire.exchange import FeedInstrument, FeedWelcome
from services.market.bench.measure import listed
from services.market.bench.streams import Stream, many_stream, securities
from services.market.feed.frames import RECORD_SIZE, frame_of_bytes, stamp_frame
from services.market.kernel.book import Books
from services.market.sources.day import open_day

BUSY_CHANNEL = 1
CHANNELS = 8  # of all other securities
BUSY_RATE = 1_000  # records a second of the watched security, in the quiet phase too
HISTORY = 1_300  # records a security before the first phase: the opening call is behind it
BUSY_HISTORY = 10_000
HISTORY_FRAME = 4_096
SESSION, TRADE_DATE = "bench", "2023-02-01"

_BINARY, _LENGTH_16, _LENGTH_64 = 0x82, 126, 127


@dataclass(frozen=True, slots=True)
class Order:
    """What is wanted of a bench: records a second, seconds of each phase, securities."""

    rate: int
    instruments: int
    quiet_s: float
    burst_s: float
    flush_ms: float


@dataclass(frozen=True, slots=True)
class Flush:
    """Websocket frames of several channels, sent in one write.

    ``frames`` say where each lies in ``raw``, ``last`` the last sequence of each channel.
    """

    raw: bytearray
    frames: tuple[slice, ...]
    last: dict[int, int]
    records: int

    def stamp(self, now_ns: int) -> None:
        """Write the time of sending into every frame."""
        with memoryview(self.raw) as raw:
            for place in self.frames:
                stamp_frame(raw[place], now_ns)


class MarketFlow:
    """Records of every channel, and how far they were cut; the first security is the watched."""

    def __init__(self, folder: Path, order: Order) -> None:
        self.order = order
        streams = _streams(folder, order)
        self._raw = {channel: stream.raw for channel, stream in streams.items()}
        self._first_instruments = dict(zip(streams, _firsts(streams), strict=True))
        self._limits = {channel: stream.limits for channel, stream in streams.items()}
        self.sent = dict.fromkeys(streams, 0)

    def welcome(self) -> FeedWelcome:
        """The day as the exchange announces it."""
        return FeedWelcome(SESSION, TRADE_DATE, 1.0, tuple(self._instruments()))

    def history(self) -> Iterator[Flush]:
        """What was before the first phase, in large frames."""
        for channel, raw in self._raw.items():
            securities = len(self._limits[channel])
            wanted = BUSY_HISTORY if channel == BUSY_CHANNEL else HISTORY * securities
            last = min(wanted, len(raw) // RECORD_SIZE)
            while self.sent[channel] < last:
                count = min(HISTORY_FRAME, last - self.sent[channel])
                yield self._flush({channel: count})

    def quiet(self) -> list[Flush]:
        """The watched security alone."""
        return self._phase(self.order.quiet_s, {BUSY_CHANNEL: BUSY_RATE})

    def burst(self) -> list[Flush]:
        """The whole market."""
        others = max(0, self.order.rate - BUSY_RATE) / (len(self._raw) - 1)
        rates = dict.fromkeys(self._raw, others) | {BUSY_CHANNEL: BUSY_RATE}
        return self._phase(self.order.burst_s, rates)

    def apply(self, books: Books) -> Books:
        """Apply all that was cut so far, directly."""
        for instrument in self._instruments():
            books.add_book(
                instrument.channel, instrument.limit_down_units, instrument.limit_up_units
            )
        for channel, raw in self._raw.items():
            books.apply(channel, memoryview(raw)[: self.sent[channel] * RECORD_SIZE])
        return books

    def _instruments(self) -> Iterator[FeedInstrument]:
        for channel, limits in self._limits.items():
            for at, (low, high) in enumerate(limits):
                yield listed(self._first_instruments[channel] + at, channel, low, high)

    def _phase(self, seconds: float, rates: dict[int, float]) -> list[Flush]:
        """Cut so that each flush holds what came since the one before."""
        each_s = self.order.flush_ms / 1_000
        before = dict.fromkeys(rates, 0)
        flushes: list[Flush] = []
        for number in range(1, round(seconds / each_s) + 1):
            due = {channel: round(rate * number * each_s) for channel, rate in rates.items()}
            flushes.append(self._flush({one: due[one] - before[one] for one in rates}))
            before = due
        return flushes

    def _flush(self, counts: dict[int, int]) -> Flush:
        raw, frames, last, records = bytearray(), list[slice](), dict[int, int](), 0
        for channel, wanted in counts.items():
            first = self.sent[channel]
            packed = self._raw[channel][first * RECORD_SIZE : (first + wanted) * RECORD_SIZE]
            if not packed:
                continue
            frame = frame_of_bytes(channel, first + 1, packed, 0)
            raw += _websocket_head(len(frame))
            frames.append(slice(len(raw), len(raw) + len(frame)))
            raw += frame
            count = len(packed) // RECORD_SIZE
            self.sent[channel] = last[channel] = first + count
            records += count
        return Flush(raw, tuple(frames), last, records)


def _streams(folder: Path, order: Order) -> dict[int, Stream]:
    """One channel of the busiest security alone, the others share the rest of the market."""
    day = open_day(folder)
    bases = securities(day)
    if not bases:
        raise ExpectedFailure("没有逐笔数据,无法测速", f"{folder.name}", "BENCH_NO_DATA")
    busy = BUSY_HISTORY + round(BUSY_RATE * (order.quiet_s + order.burst_s)) + 1
    streams = {BUSY_CHANNEL: many_stream(bases[:1], 1, busy)}
    each = HISTORY + round(order.rate * order.burst_s / max(1, order.instruments - 1)) + 1
    shares = np.array_split(np.arange(order.instruments - 1), CHANNELS)
    for channel, share in enumerate(shares, BUSY_CHANNEL + 1):
        if len(share):
            streams[channel] = many_stream(bases, len(share), each * len(share))
    for (_, stream), first in zip(streams.items(), _firsts(streams), strict=True):
        stream.records["instrument"] += first
    return streams


def _firsts(streams: dict[int, Stream]) -> list[int]:
    """The number of each channel's first security."""
    sizes = [stream.instruments for stream in streams.values()]
    return [sum(sizes[:at]) for at in range(len(sizes))]


def _websocket_head(size: int) -> bytes:
    """A server's head of one whole binary frame (RFC 6455 § 5.2): never masked."""
    if size < _LENGTH_16:
        return bytes((_BINARY, size))
    if size < 1 << 16:
        return struct.pack(">BBH", _BINARY, _LENGTH_16, size)
    return struct.pack(">BBQ", _BINARY, _LENGTH_64, size)
