"""What an export consists of beside its rows, whatever form its file has."""

import re
from dataclasses import dataclass
from decimal import Decimal
from typing import TypeAlias

from models.errors import ExpectedFailure

Cell: TypeAlias = str | int | Decimal
# What a spreadsheet takes for a formula, in narrow and wide letters.
_FORMULA = re.compile("^\\s*[=+\\-@\uff1d\uff0b\uff0d\uff20]|^[\t\r\n]")
_PLAIN_NUMBER = re.compile(r"[+-]?\d+(\.\d+)?")


@dataclass(frozen=True, slots=True)
class Sheet:
    """``heading`` tells whose copy it is; ``mark`` stands on every row."""

    title: str
    heading: str
    mark: str
    columns: tuple[str, ...]


def harmless(cell: Cell) -> str:
    """Return the text of a cell; one that a spreadsheet would run is led by an apostrophe."""
    text = str(cell)
    if _FORMULA.match(text) and not _PLAIN_NUMBER.fullmatch(text):
        return f"'{text}"
    return text


def form_of(name: str) -> str:
    """Return csv or xlsx by a file's name; ExpectedFailure EXPORT_FORM."""
    form = name.rpartition(".")[2].lower()
    if form not in ("csv", "xlsx"):
        raise ExpectedFailure(
            f"不能导出为「{name}」", "文件名须以 .csv 或 .xlsx 结尾", "EXPORT_FORM"
        )
    return form
