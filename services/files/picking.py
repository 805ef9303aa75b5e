"""Finds the header of a file, and of each row the cells that an import reads."""

import re
import unicodedata
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TypeAlias

from models.errors import ExpectedFailure
from models.files.judged import Judged, Line, Value, rejected
from services.files.fields import Unreadable
from services.files.forms import ImportColumn, ImportForm
from services.files.table import FileTable
from services.files.workbook import ROUNDED

_HEADER_WITHIN = 20  # rows: titles and marks may stand above it
_MOST_CELL = 200
_CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f\ud800-\udfff]")
_UNITS = re.compile(r"[((].*?[))]|[\s*::_]")
# Number of the row, what is wrong with it as a whole ("" = nothing), its cells by the form.
PickedRow: TypeAlias = tuple[int, str, tuple[str, ...]]


@dataclass(frozen=True, slots=True)
class Picked:
    """The rows of a file as they travel; ``used`` header by field, ``ignored`` headers."""

    name: str
    file_hash: str
    rows: tuple[PickedRow, ...]
    used: Mapping[str, str]
    ignored: tuple[str, ...]


def pick(form: ImportForm, table: FileTable, mapping: Mapping[str, str] | None = None) -> Picked:
    """Return the rows below the header; ``mapping`` names fields of headers not known by words.

    Raises ExpectedFailure FILE_COLUMNS, FILE_COLUMN_TWICE, FILE_MAPPING.
    """
    places = _Places(form, dict(mapping or {}))
    at, header = _header(places, table.rows)
    found = places.find(header)
    order = [found.get(column.name, -1) for column in form.columns]
    rows = tuple(_rows(table.rows[at + 1 :], at + 2, order, len(header)))
    taken = {place: name for name, place in found.items()}
    return Picked(
        table.name,
        table.file_hash,
        rows,
        {name: header[place] for name, place in found.items()},
        tuple(word for place, word in enumerate(header) if word.strip() and place not in taken),
    )


def read_rows(form: ImportForm, rows: Sequence[PickedRow]) -> tuple[list[Line], list[Judged]]:
    """Return the rows that can be read, and those that cannot with field and reason."""
    lines: list[Line] = []
    faulty: list[Judged] = []
    for row, fault, cells in rows:
        read = rejected(row, fault) if fault else _read(form, row, cells)
        if isinstance(read, Line):
            lines.append(read)
        else:
            faulty.append(read)
    return lines, faulty


def _read(form: ImportForm, row: int, cells: Sequence[str]) -> Line | Judged:
    values: dict[str, Value] = {}
    if len(cells) != len(form.columns):
        return rejected(row, "ROW_TOO_SHORT")
    for column, cell in zip(form.columns, cells, strict=True):
        try:
            value = _cell(column, cell.strip().strip("\ufeff\u200b"))
        except Unreadable as fault:
            return rejected(row, fault.reason, column.name)
        if value is not None:
            values[column.name] = value
    return Line(row, values)


def _cell(column: ImportColumn, text: str) -> Value | None:
    if not text:
        if column.needed:
            raise Unreadable("FIELD_MISSING")
        return None
    if text == ROUNDED:
        raise Unreadable("NUMBER_ROUNDED")
    if len(text) > _MOST_CELL:
        raise Unreadable("CELL_TOO_LONG")
    if _CONTROL.search(text):
        raise Unreadable("CELL_CONTROL")
    return column.read(text)


def _rows(
    rows: Sequence[Sequence[str]], first: int, order: Sequence[int], width: int
) -> Iterator[PickedRow]:
    for number, row in enumerate(rows, first):
        if not any(cell.strip() for cell in row):
            continue
        if any(cell.strip() for cell in row[width:]):
            yield number, "ROW_TOO_WIDE", ()
        elif len(row) < width:
            yield number, "ROW_TOO_SHORT", ()
        else:
            yield number, "", tuple(row[at] if at >= 0 else "" for at in order)


@dataclass(slots=True)
class _Places:
    """Knows headers by their words, and by what a person said of them."""

    form: ImportForm
    mapping: dict[str, str]
    by_word: dict[str, str] = field(init=False)

    def __post_init__(self) -> None:
        names = {column.name for column in self.form.columns}
        unknown = sorted(set(self.mapping.values()) - names)
        if unknown:
            raise ExpectedFailure(
                f"没有字段 {'、'.join(unknown)}", f"可用:{'、'.join(sorted(names))}", "FILE_MAPPING"
            )
        self.by_word = {
            plain_header(word): column.name
            for column in self.form.columns
            for word in (column.title, column.name, *column.words)
        } | {plain_header(word): name for word, name in self.mapping.items()}

    def find(self, header: Sequence[str]) -> dict[str, int]:
        """Return the place of each field; FILE_COLUMN_TWICE."""
        found: dict[str, int] = {}
        for place, word in enumerate(header):
            name = self.by_word.get(plain_header(word))
            if name is None:
                continue
            if name in found:
                raise ExpectedFailure(
                    f"表头中「{self.form.title_of(name)}」出现了两次",
                    f"第 {found[name] + 1} 列与第 {place + 1} 列,请删去一列",
                    "FILE_COLUMN_TWICE",
                )
            found[name] = place
        return found

    def missing(self, header: Sequence[str]) -> list[str]:
        """Return the titles of needed columns that a header lacks."""
        known = {self.by_word.get(plain_header(word)) for word in header}
        return [one.title for one in self.form.columns if one.needed and one.name not in known]


def plain_header(word: str) -> str:
    """Return a header without units, spaces and case."""
    return _UNITS.sub("", unicodedata.normalize("NFKC", word)).strip("\ufeff").lower()


def _header(places: _Places, rows: Sequence[Sequence[str]]) -> tuple[int, list[str]]:
    best: list[str] | None = None
    for at, row in enumerate(rows[:_HEADER_WITHIN]):
        missing = places.missing(row)
        if not missing:
            return at, _without_tail(row)
        if best is None or len(missing) < len(best):
            best = missing
    raise ExpectedFailure(
        f"找不到需要的列:{'、'.join(best or [])}", "请核对表头,或指明各列对应的字段", "FILE_COLUMNS"
    )


def _without_tail(row: Sequence[str]) -> list[str]:
    header = list(row)
    while header and not header[-1].strip():
        header.pop()
    return header
