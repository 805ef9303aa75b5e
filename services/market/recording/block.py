"""One block of a recording: the unit that is written whole, checked and read by itself.

A recording is blocks one after another, little-endian. The first is the welcome, all others hold
what the books were given, in that order. Head, 40 bytes (``<4sHHIIIIIIQ``): magic ``CMWB``; version
u16; kind u16 (1 welcome, 2 feed); packed u32, bytes of the body; plain u32, bytes of the body
before zstd; records u32; first_ms and last_ms u32, the market times within; spans u32; of a welcome
the u64 fingerprint of the hashes that follow (see fingerprint.py), else 0. Then each channel's span
(``<HQQ``: channel, first and last sequence, dense), CRC-32 of head and spans, CRC-32 of the body,
and the body, one zstd frame. Heads are the index by market time.

The body of a welcome is the FeedWelcome as on the wire. A feed body is a u32 number of items, the
items (``<BBHIQ``: kind, 0, channel, number, value) and the records of all its runs: the very
48-byte records of models.wire.feed, with ``sequence`` and ``time_ms`` as differences to the record
before, turned so that equal bytes of all records stand together; zstd packs them so to two thirds.
"""

import struct
import zlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import IntEnum
from typing import NamedTuple

import numpy as np
import zstandard
from numpy.typing import NDArray

from models.wire.feed import RECORD
from services.market.sources.day import RECORD_TYPE

VERSION = 1
MOST_RECORDS = 1 << 17
MOST_PLAIN = 64 << 20
RECORD_SIZE = RECORD.size

_MAGIC = b"CMWB"
_HEAD = struct.Struct("<4sHHIIIIIIQ")
_SPAN = struct.Struct("<HQQ")
_CHECKS = struct.Struct("<II")
_ITEM = struct.Struct("<BBHIQ")
_COUNT = struct.Struct("<I")
_MOST_SPANS = 1 << 16
_LEVEL = 3
_ROW_DIFFERENCES = ("sequence", "time_ms")

FIXED_SIZE = _HEAD.size


class BlockKind(IntEnum):
    """What a block holds."""

    WELCOME = 1
    FEED = 2


_KINDS = frozenset(BlockKind)


class ItemKind(IntEnum):
    """What stands in a feed block, in order."""

    RUN = 1  # records of one channel that were applied
    TIME = 2  # market time that the feed told (value, ms of the day)
    BOOK_HASH = 3  # hash (value) of one book (number = its index) at this place
    STATE_HASH = 4  # hash (value) over all books at this place


class Item(NamedTuple):
    """``number``: records of a run, or index of a book; ``records`` only of a run."""

    kind: ItemKind
    channel: int
    number: int
    value: int
    records: bytes | memoryview = b""


class Span(NamedTuple):
    """A dense range of one channel's sequences."""

    channel: int
    first: int
    last: int


@dataclass(frozen=True, slots=True)
class BlockHead:
    """What is known of a block without unpacking it."""

    kind: BlockKind
    records: int
    first_ms: int
    last_ms: int
    plain: int
    spans: tuple[Span, ...]
    head_size: int
    body_size: int
    body_crc: int
    fingerprint: int

    @property
    def size(self) -> int:
        """All bytes of the block in the file."""
        return self.head_size + self.body_size


class BadBlock(Exception):
    """These bytes are not a whole block; the message is the reason it is counted under."""


def run_item(channel: int, records: bytes | memoryview) -> Item:
    """Return the item of one applied run."""
    return Item(ItemKind.RUN, channel, len(records) // RECORD_SIZE, 0, records)


def pack_welcome(message: bytes, fingerprint: int) -> bytes:
    """Return the first block around an encoded FeedWelcome."""
    return _block(BlockKind.WELCOME, message, (), (0, 0, 0, fingerprint))


def pack_feed(items: Sequence[Item], spans: Sequence[Span]) -> bytes:
    """Return the block of these items; ``spans`` are what their runs cover, dense by channel."""
    raw = b"".join(item.records for item in items)
    rows = np.frombuffer(raw, RECORD_TYPE)
    table = b"".join(_ITEM.pack(item[0], 0, *item[1:4]) for item in items)
    plain = _COUNT.pack(len(items)) + table + _turned(rows)
    return _block(BlockKind.FEED, plain, spans, (len(rows), *_times(items, rows), 0))


def head_size(fixed: bytes) -> int:
    """Return how long the head is that starts with these ``FIXED_SIZE`` bytes; raises BadBlock."""
    if len(fixed) < FIXED_SIZE:
        raise BadBlock("cut_head")
    magic, version, kind, packed, plain, _, _, _, spans, _ = _HEAD.unpack_from(fixed)
    if magic != _MAGIC:
        raise BadBlock("foreign_bytes")
    if version != VERSION:
        raise BadBlock("unknown_version")
    if kind not in _KINDS or max(packed, plain) > MOST_PLAIN or spans > _MOST_SPANS:
        raise BadBlock("bad_head")
    return FIXED_SIZE + int(spans) * _SPAN.size + _CHECKS.size


def read_head(raw: bytes) -> BlockHead:
    """Return the head in ``raw``, all ``head_size`` bytes of it; raises BadBlock."""
    if len(raw) < head_size(raw[:FIXED_SIZE]):
        raise BadBlock("cut_head")
    spans_end = len(raw) - _CHECKS.size
    head_crc, body_crc = _CHECKS.unpack_from(raw, spans_end)
    if zlib.crc32(raw[:spans_end]) != head_crc:
        raise BadBlock("bad_head")
    _, _, kind, packed, plain, records, first, last, _, mark = _HEAD.unpack_from(raw)
    spans = tuple(Span(*fields) for fields in _SPAN.iter_unpack(raw[FIXED_SIZE:spans_end]))
    return BlockHead(
        BlockKind(kind), records, first, last, plain, spans, len(raw), packed, body_crc, mark
    )


def check_body(head: BlockHead, body: bytes) -> None:
    """See that the body of ``head`` is whole; raises BadBlock."""
    if len(body) < head.body_size:
        raise BadBlock("cut_body")
    if zlib.crc32(body) != head.body_crc:
        raise BadBlock("bad_body")


def plain_body(head: BlockHead, body: bytes) -> bytes:
    """Return the body before compression; raises BadBlock."""
    try:
        if zstandard.get_frame_parameters(body).content_size != head.plain:
            raise BadBlock("bad_body")
        return zstandard.ZstdDecompressor().decompress(body)
    except zstandard.ZstdError as fault:
        raise BadBlock("bad_body") from fault


def read_items(head: BlockHead, body: bytes) -> list[Item]:
    """Return the items of a feed block in order; raises BadBlock."""
    check_body(head, body)
    plain = memoryview(plain_body(head, body))
    try:
        (count,) = _COUNT.unpack_from(plain)
        table_end = _COUNT.size + count * _ITEM.size
        table = list(_ITEM.iter_unpack(plain[_COUNT.size : table_end]))
        return list(_items(table, _turned_back(plain[table_end:], head.records)))
    except (struct.error, ValueError) as fault:
        raise BadBlock("bad_items") from fault


def _items(table: list[tuple[int, int, int, int, int]], records: bytes) -> Iterable[Item]:
    view, at = memoryview(records), 0
    for kind, _, channel, count, value in table:
        if kind != ItemKind.RUN:
            yield Item(ItemKind(kind), channel, count, value)
            continue
        end = at + count * RECORD_SIZE
        if end > len(view):
            raise ValueError("a run longer than the block")
        yield Item(ItemKind.RUN, channel, count, value, view[at:end])
        at = end


def _block(
    kind: BlockKind, plain: bytes, spans: Sequence[Span], told: tuple[int, int, int, int]
) -> bytes:
    """``told``: records, first and last market time, fingerprint."""
    body = zstandard.ZstdCompressor(level=_LEVEL).compress(plain)
    sizes = (len(body), len(plain))
    head = _HEAD.pack(_MAGIC, VERSION, kind, *sizes, *told[:3], len(spans), told[3])
    head += b"".join(_SPAN.pack(*span) for span in spans)
    return head + _CHECKS.pack(zlib.crc32(head), zlib.crc32(body)) + body


def _times(items: Sequence[Item], rows: NDArray[np.void]) -> tuple[int, int]:
    told = [item.value for item in items if item.kind is ItemKind.TIME]
    if len(rows):
        told += [int(rows["time_ms"].min()), int(rows["time_ms"].max())]
    return (min(told), max(told)) if told else (0, 0)


def _turned(rows: NDArray[np.void]) -> bytes:
    stepped = rows.copy()
    for name in _ROW_DIFFERENCES:
        stepped[name][1:] = rows[name][1:] - rows[name][:-1]
    return stepped.view(np.uint8).reshape(-1, RECORD_SIZE).T.tobytes()


def _turned_back(plain: memoryview, records: int) -> bytes:
    turned = np.frombuffer(plain, np.uint8).reshape(RECORD_SIZE, records)
    rows = turned.T.copy(order="C").view(RECORD_TYPE).reshape(records)
    for name in _ROW_DIFFERENCES:
        np.cumsum(rows[name], dtype=rows[name].dtype, out=rows[name])
    return rows.tobytes()
