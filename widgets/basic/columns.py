"""How a table shows its records: one Column per column, each a few pure functions."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Generic, TypeVar

from PySide6.QtCore import Qt

Record = TypeVar("Record")


def _same_text(_record: object) -> str:
    return ""


# No slots: with them Column[Order](…) fails on Python 3.11 (the alias sets __orig_class__).
@dataclass(frozen=True)
class Column(Generic[Record]):
    """One column.

    ``text`` what is shown; ``value`` what it is sorted by (the text where None); ``tone`` names a
    colour by meaning: "", "muted", "rise", "fall", "warn", "accent"; ``widest`` is a text as wide
    as any that will come: the column is at least that wide; ``stretch`` takes what is left.
    """

    title: str
    text: Callable[[Record], str]
    widest: str
    value: Callable[[Record], object] | None = None
    tone: Callable[[Record], str] = _same_text
    is_number: bool = False
    stretch: bool = False
    tip: Callable[[Record], str] = _same_text

    @property
    def align(self) -> Qt.AlignmentFlag:
        """Numbers stand right, words left, the header as its column."""
        side = Qt.AlignmentFlag.AlignRight if self.is_number else Qt.AlignmentFlag.AlignLeft
        return side | Qt.AlignmentFlag.AlignVCenter

    def sort_value(self, record: Record) -> object:
        """Return what the record is sorted by in this column."""
        return self.value(record) if self.value else self.text(record)
