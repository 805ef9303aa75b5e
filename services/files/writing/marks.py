"""The mark that each copy of an export carries, and what else a leaked file is known by."""

import re
from collections.abc import Iterable, Sequence
from hashlib import blake2b

MARK_HEADER = "溯源码"
_PREFIX = "CMW-"
_MARK = re.compile(r"CMW-([0-9A-F]{16})")
_NUMBER = re.compile(r"-?\d+\.\d+")
PRINT_BYTES = 8
_SEPARATOR = "\x1f"


def mark_text(mark: str) -> str:
    """Return the mark as it stands in the file."""
    return _PREFIX + mark


def marks_in(rows: Iterable[Sequence[str]]) -> dict[str, int]:
    """Return the marks that stand in a file, and in how many rows."""
    found: dict[str, int] = {}
    for row in rows:
        for mark in {mark for cell in row for mark in _MARK.findall(cell)}:
            found[mark] = found.get(mark, 0) + 1
    return found


def marks_in_bytes(raw: bytes) -> frozenset[str]:
    """Return the marks that stand readable in a file of any form, as in a PDF's own description."""
    return frozenset(_MARK.findall(raw.decode("latin-1")))


def prints_of(rows: Iterable[Sequence[str]]) -> list[bytes]:
    """Return what names the content of each row, whatever mark it carries or has lost."""
    return [_print(row) for row in rows]


def _print(row: Sequence[str]) -> bytes:
    cells = [_plain(cell) for cell in row if not _MARK.search(cell)]
    while cells and not cells[-1]:
        cells.pop()
    return blake2b(_SEPARATOR.join(cells).encode(), digest_size=PRINT_BYTES).digest()


def _plain(cell: str) -> str:
    text = cell.strip().removeprefix("'")
    return text.rstrip("0").rstrip(".") if _NUMBER.fullmatch(text) else text
