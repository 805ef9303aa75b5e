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

import zstandard

from models.errors import ExpectedFailure
from services.market.sources.layout import Layout, layout_of_header

SUFFIXES = (".csv", ".csv.gz", ".csv.zst")


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
        yield Table(layout_of_header(next(rows, [])), rows)


def _open_text(file: Path) -> io.TextIOBase:
    if file.suffix == ".gz":
        return gzip.open(file, "rt", encoding="utf-8", errors="replace", newline="")
    if file.suffix == ".zst":
        raw = zstandard.ZstdDecompressor().stream_reader(file.open("rb"), closefd=True)
        return io.TextIOWrapper(raw, encoding="utf-8", errors="replace", newline="")
    return file.open("r", encoding="utf-8", errors="replace", newline="")


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
