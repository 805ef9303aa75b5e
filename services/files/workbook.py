"""Rows of the first sheet of an XLSX workbook, as text."""

import io
import re
import warnings
import zipfile
import zlib
from collections.abc import Iterator, Sequence
from datetime import date, datetime, time
from xml.etree.ElementTree import ParseError, fromstring

from openpyxl import load_workbook
from openpyxl.utils.cell import range_boundaries
from openpyxl.utils.exceptions import InvalidFileException

from models.errors import ExpectedFailure

ROUNDED = "\ufffd"  # stands for a number of more digits than a spreadsheet keeps
_KEPT = 10**15
_MOST_UNPACKED = 512 * 1024 * 1024
_SHEET = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}sheet"
_ID = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}id"
_MERGED = re.compile(rb'<(?:\w+:)?mergeCell\s[^>]*?ref="([A-Z]{1,3}\d{1,7}:[A-Z]{1,3}\d{1,7})"')
_MOST_MERGED = 200_000
_FAULTS = (
    InvalidFileException,
    zipfile.BadZipFile,
    zlib.error,
    ParseError,
    KeyError,
    IndexError,
    ValueError,
    TypeError,
    AttributeError,
    EOFError,
    OSError,
    NotImplementedError,
    RuntimeError,
)  # what the reader raises on damaged, encrypted or invented parts


def rows_of_workbook(raw: bytes) -> list[Sequence[str]]:
    """Return all rows, filled up to the width of the widest; FILE_BROKEN, FILE_TOO_LARGE."""
    try:
        _require_modest(raw)
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # of styles and extensions that no import needs
            rows = _rows(raw)
    except _FAULTS as fault:
        raise ExpectedFailure(
            "表格文件已损坏或加密", f"请另存为新的 .xlsx 后再试({fault})", "FILE_BROKEN"
        ) from fault
    width = max(map(len, rows), default=0)
    return [[*row, *[""] * (width - len(row))] for row in rows]


def _require_modest(raw: bytes) -> None:
    with zipfile.ZipFile(io.BytesIO(raw)) as parts:
        unpacked = sum(part.file_size for part in parts.infolist())
    if unpacked > _MOST_UNPACKED:
        raise ExpectedFailure("表格文件展开后过大", "请拆分后再试", "FILE_TOO_LARGE")


def _rows(raw: bytes) -> list[list[str]]:
    workbook = load_workbook(io.BytesIO(raw), read_only=True, data_only=True)
    try:
        sheet = workbook.worksheets[0]
        sheet.reset_dimensions()  # what a file says of its size may be wrong
        rows = [list(map(_text, row)) for row in sheet.iter_rows(values_only=True)]
    finally:
        workbook.close()
    for column, first, last in _merged_downwards(raw):
        _fill(rows, column - 1, first - 1, min(last, len(rows)))
    return rows


def _fill(rows: list[list[str]], column: int, first: int, end: int) -> None:
    """Say in every row what cells merged from above say once."""
    told = rows[first][column] if first < end and column < len(rows[first]) else ""
    for row in rows[first + 1 : end] if told else ():
        row.extend([""] * (column + 1 - len(row)))
        row[column] = row[column] or told


def _merged_downwards(raw: bytes) -> Iterator[tuple[int, int, int]]:
    """Yield first column, first and last row (from 1) of what is merged over more than one row.

    Read from the sheet itself: the workbook reader makes every cell of a range, however large.
    """
    with zipfile.ZipFile(io.BytesIO(raw)) as parts:
        sheet = parts.read(_first_sheet(parts))
    for place, found in enumerate(_MERGED.finditer(sheet)):
        column, first, _, last = range_boundaries(found[1].decode())
        if place < _MOST_MERGED and column and first and last and last > first:
            yield column, first, last


def _first_sheet(parts: zipfile.ZipFile) -> str:
    """The part that the first worksheet is in; KeyError where there is none."""
    targets = {
        relation.attrib["Id"]: relation.attrib["Target"]
        for relation in fromstring(parts.read("xl/_rels/workbook.xml.rels"))
    }
    sheets = fromstring(parts.read("xl/workbook.xml")).iter(_SHEET)
    found = (targets[sheet.attrib[_ID]] for sheet in sheets)
    target = next((one for one in found if "worksheets/" in one), None)
    if target is None:
        raise KeyError("xl/worksheets")
    return target.lstrip("/") if target.startswith("/") else f"xl/{target}"


def _text(value: object) -> str:
    if value is None:
        return ""
    if isinstance(value, bool):
        return str(int(value))
    if isinstance(value, int | float):
        return _number(value)
    if isinstance(value, datetime):
        return (value.date() if value.time() == time() else value).isoformat()
    return value.isoformat() if isinstance(value, date) else str(value)


def _number(value: float) -> str:
    if abs(value) >= _KEPT:
        return ROUNDED
    return str(int(value)) if value == int(value) else f"{value:.15g}"
