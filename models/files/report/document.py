"""A report as a small tree: sections of tables, facts and sentences, without any layout.

Figures are whole numbers or Decimal in the unit that the column's kind names; writers only format.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from enum import StrEnum
from typing import TypeAlias

from models.errors import ExpectedFailure

Cell: TypeAlias = str | int | Decimal | None  # None = there is no such figure


class Kind(StrEnum):
    """What stands in a column: its unit, and how many decimals are shown."""

    TEXT = "text"
    DAY = "day"
    YUAN = "yuan"  # two decimals
    PRICE = "price"  # two to four
    WHOLE = "whole"
    PERCENT = "percent"  # 12.34 = 12.34 %
    PERMILLE = "permille"  # up to four decimals
    POINTS = "points"  # up to three


@dataclass(frozen=True, slots=True)
class Column:
    """``width`` is a share of the line against the other columns; ``summed``: the total row has
    its sum."""

    title: str
    kind: Kind = Kind.TEXT
    width: int = 10
    summed: bool = False


@dataclass(frozen=True, slots=True)
class Table:
    """``total`` is the last row where there is one; it was reckoned once, by ``total_of``."""

    title: str
    columns: tuple[Column, ...]
    rows: tuple[tuple[Cell, ...], ...]
    total: tuple[Cell, ...] | None = None


@dataclass(frozen=True, slots=True)
class Facts:
    """Names with what is said of each, two to a line."""

    pairs: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class Sentence:
    """``is_warning``: it has to be seen."""

    text: str
    is_warning: bool = False


Block: TypeAlias = Table | Facts | Sentence


@dataclass(frozen=True, slots=True)
class Section:
    """``level`` 1 begins a part (a member of a household), 2 a subject."""

    title: str
    blocks: tuple[Block, ...]
    level: int = 2


@dataclass(frozen=True, slots=True)
class Document:
    """``mark`` names the copy, ``watermark`` lies over every page, ``notes`` close it."""

    title: str
    subtitle: str
    mark: str
    watermark: str
    made_at: str
    sections: tuple[Section, ...]
    notes: tuple[str, ...] = field(default=())


class Unbalanced(ExpectedFailure):
    """Two ways to one figure do not agree: such a report is not made."""

    def __init__(self, what: str, one: object, other: object) -> None:
        super().__init__(
            f"{what}对不上:{one} 与 {other}",
            "请先与总部同步,再试;仍不符请报告",
            "REPORT_UNBALANCED",
        )


def table(title: str, columns: Sequence[Column], rows: Sequence[Sequence[Cell]]) -> Table:
    """Return a table with its total where a column is summed; every row has all columns."""
    wide = tuple(tuple(row) for row in rows)
    if any(len(row) != len(columns) for row in wide):
        raise ValueError(f"rows of {title} do not fit its columns")
    is_summed = any(column.summed for column in columns) and bool(wide)
    return Table(title, tuple(columns), wide, total_of(columns, wide) if is_summed else None)


def total_of(columns: Sequence[Column], rows: Sequence[Sequence[Cell]]) -> tuple[Cell, ...]:
    """Return the total row: sums of the summed columns, its name in the first one."""
    cells: list[Cell] = [None] * len(columns)
    for at, column in enumerate(columns):
        if column.summed:
            cells[at] = _sum([row[at] for row in rows])
    cells[0] = "合计"
    return tuple(cells)


def agree(what: str, one: Decimal | int, other: Decimal | int) -> None:
    """Raise Unbalanced unless two ways to a figure lead to the same."""
    if one != other:
        raise Unbalanced(what, one, other)


def _sum(cells: Sequence[Cell]) -> Cell:
    figures = [cell for cell in cells if isinstance(cell, int | Decimal)]
    return sum(figures[1:], figures[0]) if figures else None
