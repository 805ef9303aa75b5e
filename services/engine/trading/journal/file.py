"""An append-only file of checksummed records; what was not wholly written is cut and kept aside.

Layout: 8 bytes magic, then frames of length u32, CRC-32 u32 (little-endian) and the MessagePack
form of one record. A frame that does not check is a torn tail when nothing sound follows it (a
crash in the middle of a write) and damage when something does.
"""

import asyncio
import os
import struct
import zlib
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

import msgspec

from models.errors import ExpectedFailure
from services.engine.trading.journal.records import JournalRecord

MAGIC = b"CMWJRNL1"
_FRAME = struct.Struct("<II")
_LARGEST = 16 * 1024 * 1024
_flush_to_disk = getattr(os, "fdatasync", os.fsync)


@dataclass(frozen=True, slots=True)
class JournalContent:
    """All sound records; ``torn_bytes`` were cut off and kept in ``torn_file``."""

    records: tuple[JournalRecord, ...]
    torn_bytes: int = 0
    torn_file: Path | None = None


class JournalFile:
    """The open end of a journal. ``append`` collects, ``sync`` makes it last."""

    def __init__(self, file: Path) -> None:
        self._file = file
        self._fd = os.open(file, os.O_WRONLY | os.O_APPEND | getattr(os, "O_BINARY", 0))
        self._encoder = msgspec.msgpack.Encoder()
        self._waiting = bytearray()
        self._broken: ExpectedFailure | None = None
        self._writer = ThreadPoolExecutor(1, "journal")

    def append(self, record: JournalRecord) -> None:
        """Add a record to what the next ``sync`` writes."""
        if self._broken is not None:
            raise self._broken
        self._waiting += frame_of(self._encoder.encode(record))

    async def sync(self) -> None:
        """Return when everything appended so far is on the disk.

        Raises ExpectedFailure JOURNAL_FAILED; the journal then takes nothing more, because after
        a broken write nobody knows where the file ends.
        """
        if self._broken is not None:
            raise self._broken
        if not self._waiting:
            return
        block, self._waiting = bytes(self._waiting), bytearray()
        loop = asyncio.get_running_loop()
        try:
            await loop.run_in_executor(self._writer, self._write, block)
        except OSError as fault:
            self._broken = ExpectedFailure(
                "交易日志写不进磁盘,引擎已停止接单",
                f"{self._file.name}:{fault.strerror}。请检查磁盘空间与权限后重启引擎",
                "JOURNAL_FAILED",
            )
            raise self._broken from fault

    def close(self) -> None:
        """Let the file go; what was not synced is lost on purpose (nobody was told of it)."""
        self._writer.shutdown()
        os.close(self._fd)

    def _write(self, block: bytes) -> None:
        view = memoryview(block)
        while view:
            view = view[os.write(self._fd, view) :]
        _flush_to_disk(self._fd)


def frame_of(payload: bytes) -> bytes:
    """Return the payload with its length and checksum before it."""
    return _FRAME.pack(len(payload), zlib.crc32(payload)) + payload


def create_journal(file: Path) -> None:
    """Make an empty journal that survives a power cut from the start."""
    part = file.with_suffix(".new")
    with part.open("wb") as handle:
        handle.write(MAGIC)
        handle.flush()
        os.fsync(handle.fileno())
    part.replace(file)
    _sync_folder(file.parent)


def read_journal(file: Path) -> JournalContent:
    """Return all records of a journal and cut a torn tail off.

    Raises ExpectedFailure JOURNAL_DAMAGED when the file is no journal or sound records follow a
    broken one: then nobody may guess what was lost.
    """
    raw = file.read_bytes()
    if not raw.startswith(MAGIC):
        raise _damaged(file, 0)
    decoder = msgspec.msgpack.Decoder(JournalRecord)
    records: list[JournalRecord] = []
    end = len(MAGIC)
    try:
        for payload, after in _frames(raw, end):
            records.append(decoder.decode(payload))
            end = after
    except (msgspec.DecodeError, msgspec.ValidationError) as fault:
        raise _damaged(file, end) from fault
    if end == len(raw):
        return JournalContent(tuple(records))
    if _sound_frame_after(raw, end + 1):
        raise _damaged(file, end)
    return _cut(file, raw, end, tuple(records))


def _frames(raw: bytes, start: int) -> Iterator[tuple[memoryview, int]]:
    view = memoryview(raw)
    while (end := _frame_end(raw, start)) is not None:
        yield view[start + _FRAME.size : end], end
        start = end


def _frame_end(raw: bytes, start: int) -> int | None:
    if start + _FRAME.size > len(raw):
        return None
    length, checksum = _FRAME.unpack_from(raw, start)
    end = int(start + _FRAME.size + length)
    if not 0 < length <= _LARGEST or end > len(raw):
        return None
    if zlib.crc32(memoryview(raw)[start + _FRAME.size : end]) != checksum:
        return None
    return end


def _sound_frame_after(raw: bytes, start: int) -> bool:
    return any(_frame_end(raw, place) is not None for place in range(start, len(raw)))


def _cut(file: Path, raw: bytes, end: int, records: tuple[JournalRecord, ...]) -> JournalContent:
    torn = file.with_name(f"{file.stem}.torn-{end}")
    torn.write_bytes(raw[end:])
    with file.open("r+b") as handle:
        handle.truncate(end)
        os.fsync(handle.fileno())
    return JournalContent(records, len(raw) - end, torn)


def _damaged(file: Path, place: int) -> ExpectedFailure:
    return ExpectedFailure(
        f"交易日志已损坏:{file.name}",
        f"第 {place} 字节起校验不符。请勿删除该文件,联系支持人员核对后再启动引擎",
        "JOURNAL_DAMAGED",
    )


def _sync_folder(folder: Path) -> None:
    if not hasattr(os, "O_DIRECTORY"):
        return
    handle = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
