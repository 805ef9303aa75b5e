"""Opens a recorded file, plain, gz or zst, and streams its rows."""

import csv
import gzip
import io
import zlib
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO

import zstandard

from models.errors import ExpectedFailure
from services.market.sources.layout import Layout, layout_of_header

if TYPE_CHECKING:
    from _typeshed import WriteableBuffer

_CHUNK = 1 << 17
_ENCODING = "utf-8-sig"  # a mark before a quoted header would hide its quotes
SUFFIXES = (".csv", ".csv.gz", ".csv.zst")  # in small or capital letters


@dataclass(frozen=True, slots=True)
class Table:
    """An open file: its layout and its rows, as text."""

    layout: Layout
    rows: Iterator[list[str]]


@contextmanager
def open_table(file: Path, faults: Counter[str]) -> Iterator[Table]:
    """Open a file whose dialect its header tells; damage inside ends the rows and is counted.

    Raises ExpectedFailure SOURCE_UNREADABLE or SOURCE_UNKNOWN.
    """
    try:
        stream = _open_text(file)
    except OSError as fault:
        raise ExpectedFailure(
            f"读不到行情文件:{file.name}", f"{fault.strerror or fault}", "SOURCE_UNREADABLE"
        ) from fault
    with stream:
        rows = _rows(csv.reader(stream), faults)
        header = next(rows, [])
        yield Table(layout_of_header(header), _without(header, rows, faults))


def _open_text(file: Path) -> io.TextIOBase:
    packing = file.suffix.lower()
    if packing == ".gz":
        return gzip.open(file, "rt", encoding=_ENCODING, errors="replace", newline="")
    if packing == ".zst":
        raw = io.BufferedReader(_ZstdStream(file.open("rb")))
        return io.TextIOWrapper(raw, encoding=_ENCODING, errors="replace", newline="")
    return file.open("r", encoding=_ENCODING, errors="replace", newline="")


class _ZstdStream(io.RawIOBase):
    """Frame after frame of a zst file. Raises EOFError where one is cut short: zstandard's own
    reader ends there as if that were the end of the day."""

    def __init__(self, packed: BinaryIO) -> None:
        self._packed = packed
        self._frame = zstandard.ZstdDecompressor().decompressobj()
        self._is_within = False
        self._ready = memoryview(b"")

    def readable(self) -> bool:
        return True

    def readinto(self, target: "WriteableBuffer") -> int:
        while not self._ready:
            chunk = self._packed.read(_CHUNK)
            if not chunk:
                if self._is_within:
                    raise EOFError("a frame is cut short")
                return 0
            self._ready = memoryview(b"".join(self._unpack(chunk)))
        room = memoryview(target).cast("B")
        size = min(len(room), len(self._ready))
        room[:size] = self._ready[:size]
        self._ready = self._ready[size:]
        return size

    def _unpack(self, chunk: bytes) -> Iterator[bytes]:
        while chunk:
            self._is_within = True
            yield self._frame.decompress(chunk)
            chunk = b""
            if self._frame.eof:
                chunk = self._frame.unused_data
                self._frame = zstandard.ZstdDecompressor().decompressobj()
                self._is_within = False

    def close(self) -> None:
        self._packed.close()
        super().close()


def _rows(reader: Iterator[list[str]], faults: Counter[str]) -> Iterator[list[str]]:
    while True:
        try:
            row = next(reader, None)
        except (EOFError, OSError, zlib.error, zstandard.ZstdError):
            faults["file_damaged"] += 1
            return
        except csv.Error:
            faults["row_unreadable"] += 1
            continue
        if row is None:
            return
        if row:
            yield row


def _without(
    header: list[str], rows: Iterator[list[str]], faults: Counter[str]
) -> Iterator[list[str]]:
    """Leave out the header where files were joined one behind the other, marks and all."""
    names = header[1:]
    for row in rows:
        if row[-1] == header[-1] and row[1:] == names:
            faults["repeated_header"] += 1
        else:
            yield row
