"""How wide a table's columns are: figures whole, texts broken where the line is full."""

from collections.abc import Callable
from dataclasses import dataclass

from models.files.report.document import Table
from services.files.writing.report.lines import Measure
from services.files.writing.report.shown import FIGURES, places_of, shown

SIZES = (8.2, 7.6, 7.0, 6.4, 5.8)  # points, the largest that fits is taken
PADDING = 2.2  # mm between columns
_NARROW, _LEAST_TEXT = 3, 5.0
_AFTER_FIGURE = 4.0
_SPREAD = 0.6  # of the line, for a table of few columns


@dataclass(frozen=True, slots=True)
class Grid:
    """Points of the type, and the width in mm of each column, padding in it."""

    points: float
    widths: tuple[float, ...]


def grid_of(table: Table, line: float, measure_at: Callable[[float], Measure]) -> Grid:
    """Return the grid; the smallest type where even that is too wide, cut at the texts."""
    for points in SIZES:
        measure = measure_at(points)
        natural = _natural(table, measure)
        fixed = sum(
            width
            for width, column in zip(natural, table.columns, strict=True)
            if column.kind in FIGURES
        )
        texts = sum(column.kind not in FIGURES for column in table.columns)
        if fixed + texts * (_LEAST_TEXT + PADDING) <= line or points == SIZES[-1]:
            return Grid(points, _fitted(table, natural, line, fixed))
    raise AssertionError("the last size always fits")


def texts_of(table: Table) -> list[list[str]]:
    """Return the cells as they are read, total last; a column's decimals are as many."""
    kinds = [column.kind for column in table.columns]
    total = [table.total] if table.total is not None else []
    places = [
        max((places_of(kind, row[at]) for row in (*table.rows, *total)), default=0)
        for at, kind in enumerate(kinds)
    ]
    rows = [[*map(shown, kinds, row, places)] for row in table.rows]
    rows += [
        [
            "" if cell is None else shown(kind, cell, most)
            for kind, cell, most in zip(kinds, row, places, strict=True)
        ]
        for row in total
    ]
    return rows


def indent_of(table: Table, at: int) -> float:
    """Return the space in mm before a text that follows a figure: that ends at the right."""
    follows = at > 0 and table.columns[at - 1].kind in FIGURES
    return _AFTER_FIGURE if follows and table.columns[at].kind not in FIGURES else 0.0


def _natural(table: Table, measure: Measure) -> list[float]:
    told = [[column.title for column in table.columns], *texts_of(table)]
    return [
        max(map(measure, column)) + PADDING + indent_of(table, at)
        for at, column in enumerate(zip(*told, strict=True))
    ]


def _fitted(table: Table, natural: list[float], line: float, fixed: float) -> tuple[float, ...]:
    whole = sum(natural)
    if whole <= line:
        wanted = line if len(natural) > _NARROW else max(whole, line * _SPREAD)
        return tuple(width * wanted / whole for width in natural)
    left = line - fixed
    shares = [
        0 if column.kind in FIGURES else min(width, column.width * 2.0)
        for width, column in zip(natural, table.columns, strict=True)
    ]
    return tuple(
        width if column.kind in FIGURES else left * share / sum(shares)
        for width, share, column in zip(natural, shares, table.columns, strict=True)
    )
