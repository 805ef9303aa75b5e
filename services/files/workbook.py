"""Rows of the first sheet of an XLSX workbook, as text."""

import io
import warnings
import zipfile
import zlib
from collections.abc import Sequence
from datetime import date, datetime, time
from xml.etree.ElementTree import ParseError

from openpyxl import load_workbook
from openpyxl.utils.exceptions import InvalidFileException

from models.errors import ExpectedFailure

ROUNDED = "\ufffd"  # stands for a number of more digits than a spreadsheet keeps
_KEPT = 10**15
_MOST_UNPACKED = 512 * 1024 * 1024
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
        return [list(map(_text, row)) for row in sheet.iter_rows(values_only=True)]
    finally:
        workbook.close()


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
