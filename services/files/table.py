"""A file as rows of text, whatever form it has."""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass

from models.errors import ExpectedFailure
from services.files.delimited import rows_of_text
from services.files.workbook import rows_of_workbook

MOST_BYTES = 64 * 1024 * 1024
MOST_ROWS = 200_000
_ZIP, _OLD_EXCEL = b"PK\x03\x04", b"\xd0\xcf\x11\xe0"


@dataclass(frozen=True, slots=True)
class FileTable:
    """All rows, empty ones too, so that a row's place is its number in the file."""

    name: str
    file_hash: str
    rows: Sequence[Sequence[str]]


def read_table(name: str, raw: bytes) -> FileTable:
    """Read CSV (UTF-8, UTF-16, GB18030) or XLSX, told apart by content, not by name.

    Raises ExpectedFailure FILE_EMPTY, FILE_TOO_LARGE, FILE_XLS_OLD, FILE_ENCODING, FILE_BROKEN.
    """
    _require_size(len(raw), MOST_BYTES, "字节")
    if not raw.strip():
        raise ExpectedFailure("文件是空的", "请检查导出步骤", "FILE_EMPTY")
    if raw.startswith(_OLD_EXCEL):
        raise ExpectedFailure("不支持旧式 .xls 文件", "请另存为 .xlsx 或 CSV", "FILE_XLS_OLD")
    rows = rows_of_workbook(raw) if raw.startswith(_ZIP) else rows_of_text(raw)
    _require_size(len(rows), MOST_ROWS, "行")
    return FileTable(name, hashlib.sha256(raw).hexdigest(), rows)


def _require_size(found: int, most: int, unit: str) -> None:
    if found > most:
        raise ExpectedFailure(
            f"文件过大({found:,} {unit})", f"请拆分为不超过 {most:,} {unit}的文件", "FILE_TOO_LARGE"
        )
