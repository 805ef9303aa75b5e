"""Makes long feed streams out of a recorded day: real records, repeated over many instruments."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from models.wire.feed import KIND_TRADE
from services.market.feed.frames import RECORD_SIZE, frame_of_bytes
from services.market.sources.day import RecordArray, RecordedDay

CHANNEL = 1

IntArray = NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class Stream:
    """Records of one channel with dense sequences; ``limits`` are each book's price limits."""

    records: RecordArray
    limits: tuple[tuple[int, int], ...]

    @property
    def instruments(self) -> int:
        """How many books there are."""
        return len(self.limits)

    @property
    def raw(self) -> bytes:
        """All records, packed."""
        return self.records.tobytes()

    @property
    def events(self) -> int:
        """How many records there are."""
        return len(self.records)

    def frames(self, size: int) -> list[bytes]:
        """Return the stream as wire frames of ``size`` records."""
        raw = self.raw
        return [
            frame_of_bytes(CHANNEL, at + 1, raw[at * RECORD_SIZE : (at + size) * RECORD_SIZE], 0)
            for at in range(0, self.events, size)
        ]


def single_stream(day: RecordedDay, events: int) -> Stream:
    """Return the busiest security's first ``events`` records as the only ones of a channel."""
    return many_stream(securities(day)[:1], 1, events)


def whole_stream(day: RecordedDay, instruments: int, events: int) -> Stream:
    """Return so many instruments, each a copy of one of the day's securities, merged by time."""
    return many_stream(securities(day), instruments, events)


def securities(day: RecordedDay) -> list[RecordArray]:
    """Return each security's records, the busiest first."""
    found = [
        records[records["instrument"] == number]
        for records in day.channels.values()
        for number in np.unique(records["instrument"])
    ]
    return sorted(found, key=len, reverse=True)


def many_stream(bases: list[RecordArray], instruments: int, events: int) -> Stream:
    """Merge copies by their place in the day; order ids become dense as Shenzhen's are."""
    each = max(events // instruments, 1)
    parts: list[RecordArray] = []
    firsts: list[tuple[IntArray, IntArray]] = []
    for number in range(instruments):
        part = bases[number % len(bases)][:each].copy()
        part["instrument"] = number
        parts.append(part)
        firsts.append(_first_seen(part) if number < len(bases) else firsts[number % len(bases)])
    merged, sequences = _merge(parts)
    at = 0
    for number, part in enumerate(parts):
        own = sequences[at : at + len(part)]
        _renumber(merged, own, firsts[number % len(bases)])
        at += len(part)
    merged["sequence"] = np.arange(1, len(merged) + 1)
    ranges = [_limits(base) for base in bases]
    return Stream(merged, tuple(ranges[at % len(bases)] for at in range(instruments)))


def _limits(records: RecordArray) -> tuple[int, int]:
    """Return the lowest and highest price of the security's day."""
    prices = records["price"][records["price"] > 0]
    return int(prices.min()), int(prices.max())


def _merge(parts: list[RecordArray]) -> tuple[RecordArray, IntArray]:
    """Interleave the parts evenly; return the merged records and where each one went."""
    places = np.concatenate(
        [np.arange(len(part)) + at / len(parts) for at, part in enumerate(parts)]
    )
    order = np.argsort(places, kind="stable")
    went = np.empty(len(order), np.int64)
    went[order] = np.arange(len(order))
    return np.concatenate(parts)[order], went


def _first_seen(records: RecordArray) -> tuple[IntArray, IntArray]:
    """Return for both ids of each record the place where that id first stood; -1 for none."""
    ids = np.stack((records["order_id"], records["other_id"]), axis=1).ravel()
    _, first, inverse = np.unique(ids, return_index=True, return_inverse=True)
    places = (first // 2)[inverse].reshape(-1, 2)
    places[np.stack((records["order_id"], records["other_id"]), axis=1) == 0] = -1
    return places[:, 0], places[:, 1]


def _renumber(merged: RecordArray, own: IntArray, firsts: tuple[IntArray, IntArray]) -> None:
    """Give each order the sequence of the record that first names it."""
    for name, first in zip(("order_id", "other_id"), firsts, strict=True):
        merged[name][own] = np.where(first >= 0, own[first] + 1, 0)
    trades = own[merged["kind"][own] == KIND_TRADE]
    same = merged["order_id"][trades] == merged["other_id"][trades]
    merged["other_id"][trades[same]] += 1 << 30  # two ids first met in one record
