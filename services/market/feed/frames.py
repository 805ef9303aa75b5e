"""Packs records into frames and takes frames apart; bad bytes are counted, never raised."""

import struct
from collections import Counter
from collections.abc import Iterable

import msgspec
from isal import isal_zlib

from models.wire.feed import FEED_MAGIC, FEED_VERSION, FRAME_HEADER, RECORD
from services.market.feed.record import FeedRecord

RECORD_SIZE = RECORD.size
HEADER_SIZE = FRAME_HEADER.size
MAX_RECORDS = 65_536

_SEQUENCE = struct.Struct("<q")
_SEQUENCE_AT = 32
_TIME = struct.Struct("<I")
_SENT_NS = struct.Struct("<Q")
_CHECKSUM = struct.Struct("<I")
_CHECKSUM_AT, _CHECKSUM_ENDS = 12, 16


class Frame(msgspec.Struct, frozen=True):
    """Records of one channel; ``records`` is a view of whole 48-byte records.

    The view is of the bytes the frame came in: who keeps it longer than the call keeps a copy.
    """

    channel: int
    first_sequence: int
    count: int
    sent_ns: int
    records: memoryview

    @property
    def last_sequence(self) -> int:
        """Sequence of the last record; first_sequence - 1 for an empty frame."""
        return self.first_sequence + self.count - 1


def encode_frame(
    channel: int, first_sequence: int, records: Iterable[FeedRecord], sent_ns: int
) -> bytes:
    """Return one frame; the records' sequences must be dense from ``first_sequence``.

    Raises ValueError when they are not, struct.error when a number does not fit its field.
    """
    packed = bytearray()
    expected = first_sequence
    for record in records:
        if record.sequence != expected:
            raise ValueError(f"record {record.sequence} where {expected} was due")
        packed += RECORD.pack(*record)
        expected += 1
    return frame_of_bytes(channel, first_sequence, bytes(packed), sent_ns)


def frame_of_bytes(channel: int, first_sequence: int, packed: bytes, sent_ns: int) -> bytes:
    """Return one frame around records that are packed already."""
    head = (FEED_MAGIC, FEED_VERSION, channel, len(packed) // RECORD_SIZE)
    bare = FRAME_HEADER.pack(*head, 0, first_sequence, sent_ns) + packed
    return FRAME_HEADER.pack(*head, checksum_of(bare), first_sequence, sent_ns) + packed


def stamp_frame(frame: memoryview, sent_ns: int) -> None:
    """Write another time of sending into a packed frame, and the checksum that goes with it."""
    _SENT_NS.pack_into(frame, HEADER_SIZE - _SENT_NS.size, sent_ns)
    _CHECKSUM.pack_into(frame, _CHECKSUM_AT, checksum_of(frame))


def checksum_of(frame: bytes | memoryview) -> int:
    """Return the CRC-32 of a whole frame without its own field: a flipped channel is damage too."""
    return isal_zlib.crc32(frame[_CHECKSUM_ENDS:], isal_zlib.crc32(frame[:_CHECKSUM_AT]))


def first_sequence_of(records: memoryview) -> int:
    """Return the sequence of the first of packed records."""
    sequence: int = _SEQUENCE.unpack_from(records, _SEQUENCE_AT)[0]
    return sequence


def last_time_of(records: memoryview) -> int:
    """Return the exchange time of the last of packed records, in milliseconds of the day."""
    time_ms: int = _TIME.unpack_from(records, len(records) - _TIME.size)[0]
    return time_ms


def unpack_records(packed: bytes | memoryview) -> list[FeedRecord]:
    """Return packed records as values."""
    return [FeedRecord._make(fields) for fields in RECORD.iter_unpack(packed)]


class FrameDecoder:
    """Takes frames apart; ``refused`` counts bad frames by reason."""

    def __init__(self) -> None:
        self.refused: Counter[str] = Counter()
        self.frames = 0

    def decode(self, raw: bytes | bytearray | memoryview) -> Frame | None:
        """Return the frame in ``raw``, else count why not and return None; never raises."""
        view = memoryview(raw)
        if len(view) < HEADER_SIZE:
            self.refused["short_header"] += 1
            return None
        magic, version, channel, count, crc, first, sent_ns = FRAME_HEADER.unpack_from(view)
        body = view[HEADER_SIZE:]
        reason = _fault_of_header(magic, version, count, len(body))
        if not reason and checksum_of(view) != crc:
            reason = "bad_checksum"
        reason = reason or _fault_of_body(body, count, first)
        if reason:
            self.refused[reason] += 1
            return None
        self.frames += 1
        return Frame(channel, first, count, sent_ns, body)

    @property
    def refused_total(self) -> int:
        """All refused frames."""
        return self.refused.total()


def _fault_of_header(magic: bytes, version: int, count: int, size: int) -> str:
    """Return why these bytes are not a frame, "" when they may be one."""
    if magic != FEED_MAGIC:
        return "foreign_magic"
    if version != FEED_VERSION:
        return "unknown_version"
    if count > MAX_RECORDS:
        return "too_many_records"
    return "" if size == count * RECORD_SIZE else "wrong_length"


def _fault_of_body(body: memoryview, count: int, first: int) -> str:
    if first < 1 or first + count > 1 << 62:
        return "bad_sequence"
    if count and not _is_dense(body, count, first):
        return "sequence_not_dense"
    return ""


def _is_dense(body: memoryview, count: int, first: int) -> bool:
    """Both ends of the run; the book checks each record again as it applies it."""
    last_at = (count - 1) * RECORD_SIZE + _SEQUENCE_AT
    head: int = _SEQUENCE.unpack_from(body, _SEQUENCE_AT)[0]
    tail: int = _SEQUENCE.unpack_from(body, last_at)[0]
    return head == first and tail == first + count - 1
