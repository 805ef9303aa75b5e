"""Rows of a delimited text file, as spreadsheets and counters write them."""

import csv
import io
from collections.abc import Sequence

from models.errors import ExpectedFailure

_DELIMITERS = (",", "\t", ";", "|")
_LOOKED_AT = 20  # lines, to find the delimiter
_UTF_16 = (b"\xff\xfe", b"\xfe\xff")


def rows_of_text(raw: bytes) -> list[Sequence[str]]:
    """Return all rows; ExpectedFailure FILE_ENCODING, FILE_BROKEN."""
    text = decoded(raw)
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=_delimiter(text), strict=True)
    try:
        return list(reader)
    except csv.Error as fault:
        raise ExpectedFailure(
            f"文件第 {reader.line_num} 行起无法识别",
            f"引号可能不成对,请修正后再试({fault})",
            "FILE_BROKEN",
        ) from fault


def decoded(raw: bytes) -> str:
    """Return the text in UTF-8 (with or without mark), UTF-16 with mark, or GB18030."""
    encodings = ("utf-16",) if raw.startswith(_UTF_16) else ("utf-8-sig", "gb18030")
    for encoding in encodings:
        try:
            return raw.decode(encoding)
        except UnicodeDecodeError:
            continue
    raise ExpectedFailure(
        "文件编码无法识别", "请另存为 UTF-8 编码的 CSV 或 XLSX 后再试", "FILE_ENCODING"
    )


def _delimiter(text: str) -> str:
    head = text.splitlines()[:_LOOKED_AT]
    return max(_DELIMITERS, key=lambda sign: sum(sign in line for line in head))
