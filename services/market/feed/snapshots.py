"""Packs snapshots into frames and takes such frames apart; bad bytes are counted, never raised."""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from models.dates import MS_PER_DAY
from models.wire.feed import FRAME_HEADER, PHASES
from models.wire.snapshot import (
    FLAG_AUCTION,
    SNAPSHOT,
    SNAPSHOT_LEVELS,
    SNAPSHOT_MAGIC,
    SNAPSHOT_VERSION,
)
from services.market.feed.frames import HEADER_SIZE, checksum_of

SNAPSHOT_SIZE = SNAPSHOT.size
MAX_SNAPSHOTS = 8_192
_HEAD_FIELDS = 17
_LEVEL_FIELDS = 3
_NO_LEVEL = (0, 0, 0)

Rows = tuple[tuple[int, int, int], ...]
"""Price units, shares, orders; best first."""


class Snapshot(NamedTuple):
    """One snapshot, field by field (units and meaning in models.wire.snapshot)."""

    instrument: int
    time_ms: int
    phase: int
    is_auction: bool
    previous_close: int
    last: int
    open: int
    high: int
    low: int
    bid_average: int
    ask_average: int
    volume: int
    turnover: int
    trades: int
    bid_total: int
    ask_total: int
    bids: Rows
    asks: Rows


@dataclass(frozen=True, slots=True)
class SnapshotFrame:
    """Snapshots of one channel after its record ``sequence``; 0 = the instant is not known."""

    channel: int
    sequence: int
    sent_ns: int
    snapshots: tuple[Snapshot, ...]


def auction_rows(price: int, volume: int, unmatched: int) -> tuple[Rows, Rows]:
    """Return bids and asks of the auction form; ``unmatched`` > 0: buyers are left over."""
    if not volume:
        return (), ()
    first, left = (price, volume, 0), (0, abs(unmatched), 0)
    bids = (first, left) if unmatched > 0 else (first,)
    asks = (first, left) if unmatched < 0 else (first,)
    return bids, asks


def pack_snapshot(one: Snapshot) -> bytes:
    """Return the bytes of one snapshot; raises struct.error when a number does not fit."""
    flags = FLAG_AUCTION if one.is_auction else 0
    head = (one.instrument, one.time_ms, one.phase, flags, 0, *one[4:16])
    return SNAPSHOT.pack(*head, *_flat(one.bids), *_flat(one.asks))


def encode_snapshots(
    channel: int, sequence: int, snapshots: Iterable[Snapshot], sent_ns: int
) -> bytes:
    """Return one frame; raises struct.error when a number does not fit its field."""
    packed = b"".join(map(pack_snapshot, snapshots))
    head = (SNAPSHOT_MAGIC, SNAPSHOT_VERSION, channel, len(packed) // SNAPSHOT_SIZE)
    bare = FRAME_HEADER.pack(*head, 0, sequence, sent_ns) + packed
    return FRAME_HEADER.pack(*head, checksum_of(bare), sequence, sent_ns) + packed


class SnapshotDecoder:
    """Takes frames apart; ``refused`` counts bad frames, ``unsound`` snapshots that cannot be."""

    def __init__(self) -> None:
        self.refused: Counter[str] = Counter()
        self.unsound = 0

    def decode(self, raw: bytes | bytearray | memoryview) -> SnapshotFrame | None:
        """Return the frame in ``raw``, else count why not and return None; never raises."""
        view = memoryview(raw)
        reason = fault_of_frame(view)
        if reason:
            self.refused[reason] += 1
            return None
        _, _, channel, count, _, sequence, sent_ns = FRAME_HEADER.unpack_from(view)
        rows = SNAPSHOT.iter_unpack(view[HEADER_SIZE:])
        sound = tuple(_snapshot(row) for row in rows if is_sound(row))
        self.unsound += count - len(sound)
        return SnapshotFrame(channel, sequence, sent_ns, sound)

    @property
    def refused_total(self) -> int:
        """All refused frames."""
        return self.refused.total()


def fault_of_frame(view: memoryview) -> str:
    """Return why these bytes are not a frame of snapshots, "" when they are one."""
    if len(view) < HEADER_SIZE:
        return "short_header"
    magic, version, _, count, crc, sequence, _ = FRAME_HEADER.unpack_from(view)
    checks = (
        (magic != SNAPSHOT_MAGIC, "foreign_magic"),
        (version != SNAPSHOT_VERSION, "unknown_version"),
        (count > MAX_SNAPSHOTS, "too_many_snapshots"),
        (len(view) != HEADER_SIZE + count * SNAPSHOT_SIZE, "wrong_length"),
        (sequence >= 1 << 62, "bad_sequence"),
    )
    reason = next((reason for is_bad, reason in checks if is_bad), "")
    return reason or ("" if checksum_of(view) == crc else "bad_checksum")


def is_sound(row: Sequence[int]) -> bool:
    """Whether the numbers of one snapshot can be: a known phase, levels in order and uncrossed."""
    is_auction = bool(row[3] & FLAG_AUCTION)
    bids, asks = _rows(row, 0), _rows(row, 1)
    is_known = row[1] < MS_PER_DAY and row[2] < len(PHASES)
    if not is_known or min(row[5:_HEAD_FIELDS]) < 0:
        return False
    if is_auction:
        return _is_match(bids, asks)
    is_uncrossed = not bids or not asks or bids[0][0] < asks[0][0]
    return is_uncrossed and _is_ordered(bids, -1) and _is_ordered(asks, 1)


def _is_match(bids: Rows, asks: Rows) -> bool:
    """Both sides at one price and volume, at most one of them with a remainder."""
    if not bids and not asks:
        return True
    if not bids or not asks or bids[0][:2] != asks[0][:2] or min(bids[0][:2]) <= 0:
        return False
    rest = (*bids[1:], *asks[1:])
    return len(rest) <= 1 and all(price == 0 and shares > 0 for price, shares, _ in rest)


def _is_ordered(rows: Rows, direction: int) -> bool:
    prices = [price for price, _, _ in rows]
    steps = zip(prices, prices[1:], strict=False)
    return all(price > 0 and shares > 0 for price, shares, _ in rows) and all(
        (after - before) * direction > 0 for before, after in steps
    )


def _snapshot(row: Sequence[int]) -> Snapshot:
    head = (*row[:3], bool(row[3] & FLAG_AUCTION), *row[5:_HEAD_FIELDS])
    return Snapshot._make((*head, _rows(row, 0), _rows(row, 1)))


def _rows(row: Sequence[int], side: int) -> Rows:
    """Return the levels up to the first empty one; what stands behind it is kept, to be judged."""
    start = _HEAD_FIELDS + side * SNAPSHOT_LEVELS * _LEVEL_FIELDS
    numbers = row[start : start + SNAPSHOT_LEVELS * _LEVEL_FIELDS]
    rows = [*zip(numbers[::3], numbers[2::3], numbers[1::3], strict=True)]
    while rows and rows[-1][0] == 0 and rows[-1][1] == 0:
        rows.pop()
    return tuple(rows)


def _flat(rows: Rows) -> list[int]:
    filled = [*rows, *[_NO_LEVEL] * (SNAPSHOT_LEVELS - len(rows))]
    return [number for price, shares, orders in filled for number in (price, orders, shares)]
