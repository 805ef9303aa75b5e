"""Rows of a delimited text file, as spreadsheets and counters write them."""

import csv
import io
import re
from collections.abc import Sequence

from models.errors import ExpectedFailure

_DELIMITERS = (",", "\t", ";", "|")
_LOOKED_AT = 20  # lines, to find the delimiter
_UTF_16 = (b"\xff\xfe", b"\xfe\xff")
_QUOTED = re.compile(r'"[^"]*"')
_KEPT_AS_TEXT = re.compile(r'="([^"]*)"|\'(\d.*)')  # how spreadsheets are told not to count


def rows_of_text(raw: bytes) -> list[Sequence[str]]:
    """Return all rows; ExpectedFailure FILE_ENCODING, FILE_BROKEN."""
    text = decoded(raw)
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=_delimiter(text), strict=True)
    try:
        return [list(map(_cell, row)) for row in reader]
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


def _cell(text: str) -> str:
    found = _KEPT_AS_TEXT.fullmatch(text.strip()) if "=" in text or "'" in text else None
    return text if found is None else found[1] or found[2] or ""


def _delimiter(text: str) -> str:
    """Return the sign that stands in most of the first lines, outside of quotes."""
    head = _QUOTED.sub("", text).splitlines()[:_LOOKED_AT]
    return max(_DELIMITERS, key=lambda sign: sum(sign in line for line in head))
