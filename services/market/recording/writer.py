"""Turns what a recorder hands over into blocks of the right file, each record once."""

import struct
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from models.errors import ExpectedFailure
from models.wire.exchange import FeedWelcome
from services.market.recording.block import (
    MOST_RECORDS,
    RECORD_SIZE,
    Item,
    ItemKind,
    Span,
)
from services.market.recording.file import RecordingFile, open_recording_file
from services.market.recording.fingerprint import hash_fingerprint

_SEQUENCE = struct.Struct("<q")
_SEQUENCE_AT = 32

Entry = int | Item
"""A run (its channel shifted by CHANNEL_SHIFT, plus its bytes), or a mark."""

CHANNEL_SHIFT = 32
_RUN_BYTES = (1 << CHANNEL_SHIFT) - 1


@dataclass(frozen=True, slots=True)
class Handed:
    """Entries in order, and the records of all their runs one after another."""

    entries: Sequence[Entry]
    records: bytes | bytearray


Batch = FeedWelcome | Handed


@dataclass(slots=True)
class Block:
    """What the next block will hold."""

    items: list[Item] = field(default_factory=list)
    spans: dict[int, Span] = field(default_factory=dict)
    records: int = 0

    def add_run(self, channel: int, first: int, records: memoryview) -> None:
        """Add a run that goes on where its channel stands."""
        count = len(records) // RECORD_SIZE
        begun = self.spans.get(channel)
        last = first + count - 1
        self.spans[channel] = Span(channel, begun.first if begun else first, last)
        self.records += count
        self.items.append(Item(ItemKind.RUN, channel, count, 0, records))


class BlockWriter:
    """``choose`` names the file of a session. Takes welcomes and batches in order.

    A run that the file holds already (the session's history, sent again after a restart) is left
    out up to the last recorded sequence; the hash of a book is kept only where the book stands
    exactly at the end of the recording.
    """

    def __init__(self, choose: Callable[[FeedWelcome], Path]) -> None:
        self._choose = choose
        self._file: RecordingFile | None = None
        self._session = ""
        self._channels: dict[int, int] = {}
        self._recorded: dict[int, int] = {}
        self._applied: dict[int, int] = {}
        self.records = 0
        self.cut_bytes = 0

    @property
    def file(self) -> Path | None:
        """The file being written."""
        return self._file.file if self._file else None

    @property
    def size(self) -> int:
        """Bytes of the file up to its last whole block."""
        return self._file.size if self._file else 0

    def take(self, batch: Batch) -> None:
        """Write a batch, or open the file of a welcome.

        Raises OSError, and ExpectedFailure RECORDING_FOREIGN, RECORDING_UNREADABLE or
        RECORDING_GAP when a run does not go on where its channel stands.
        """
        if isinstance(batch, FeedWelcome):
            self._open(batch)
        elif self._file is not None:
            self._write(self._file, batch)

    def close(self) -> None:
        """Close the file; raises OSError."""
        if self._file is not None:
            opened, self._file, self._session = self._file, None, ""
            opened.close()

    def _open(self, welcome: FeedWelcome) -> None:
        if self._file is not None and welcome.session == self._session:
            return
        self.close()
        self._file = open_recording_file(self._choose(welcome), welcome)
        self._session = welcome.session
        self._channels = {one.index: one.channel for one in welcome.instruments}
        self._recorded = dict(self._file.lasts)
        self._applied = {}
        self.records = sum(self._recorded.values())
        self.cut_bytes = self._file.cut_bytes

    def _write(self, file: RecordingFile, batch: Handed) -> None:
        block, records, at = Block(), memoryview(batch.records), 0
        for entry in batch.entries:
            if isinstance(entry, Item):
                self._put_mark(entry, block)
            else:
                begin, at = at, at + (entry & _RUN_BYTES)
                self._put_run(entry >> CHANNEL_SHIFT, records[begin:at], block)
            if block.records >= MOST_RECORDS // 2:
                block = self._flush(file, block)
        self._flush(file, block)

    def _flush(self, file: RecordingFile, block: Block) -> Block:
        if block.items:
            file.append(block.items, list(block.spans.values()))
            self.records += block.records
        return Block()

    def _put_mark(self, mark: Item, block: Block) -> None:
        if mark.kind is ItemKind.TIME or self._is_level(mark):
            block.items.append(mark)

    def _put_run(self, channel: int, records: memoryview, block: Block) -> None:
        if not records:
            return
        first: int = _SEQUENCE.unpack_from(records, _SEQUENCE_AT)[0]
        last = self._applied[channel] = first + len(records) // RECORD_SIZE - 1
        recorded = self._recorded.get(channel, 0)
        if last <= recorded:
            return
        if first > recorded + 1:
            missing = f"通道 {channel} 缺 {recorded + 1}–{first - 1}"
            raise ExpectedFailure("录制缺少记录", missing, "RECORDING_GAP")
        block.add_run(channel, recorded + 1, records[(recorded + 1 - first) * RECORD_SIZE :])
        self._recorded[channel] = last

    def _is_level(self, mark: Item) -> bool:
        """Whether books and recording stand at the same place, and their hashes compare."""
        if self._file is None or self._file.fingerprint != hash_fingerprint():
            return False
        if mark.kind is ItemKind.STATE_HASH:
            return self._applied == self._recorded
        channel = self._channels.get(mark.number, -1)
        return self._applied.get(channel) == self._recorded.get(channel)
