"""Writes a sheet row by row as a CSV or an XLSX file: never more of it in memory than a batch."""

import csv
import io
from collections.abc import Iterable, Sequence
from decimal import Decimal
from typing import IO, Protocol

from openpyxl import Workbook
from openpyxl.cell import WriteOnlyCell
from openpyxl.styles import Font

from services.files.writing.marks import MARK_HEADER, mark_text
from services.files.writing.sheet import Cell, Sheet, form_of, harmless

_LEAK = "C00000"  # the heading has to be seen


class SheetWriter(Protocol):
    """A file in the making."""

    def add(self, rows: Iterable[Sequence[Cell]]) -> None:
        """Write the next rows."""
        ...

    def finish(self) -> None:
        """Write what is left; the file is whole then, and stays open."""
        ...


def begin_file(name: str, sheet: Sheet, file: IO[bytes]) -> SheetWriter:
    """Begin it in the form that its name says; ExpectedFailure EXPORT_FORM."""
    return _Csv(sheet, file) if form_of(name) == "csv" else _Workbook(sheet, file)


class _Csv:
    """UTF-8 with mark, which spreadsheets need to read Chinese."""

    def __init__(self, sheet: Sheet, file: IO[bytes]) -> None:
        self._text = io.TextIOWrapper(file, encoding="utf-8-sig", newline="")
        self._mark = mark_text(sheet.mark)
        self._writer = csv.writer(self._text)
        self._writer.writerow([sheet.heading])
        self._writer.writerow([*sheet.columns, MARK_HEADER])

    def add(self, rows: Iterable[Sequence[Cell]]) -> None:
        """Write the next rows."""
        self._writer.writerows([*map(harmless, row), self._mark] for row in rows)

    def finish(self) -> None:
        """Write what the text layer still holds."""
        self._text.flush()
        self._text.detach()


class _Workbook:
    """openpyxl keeps the rows in a file of its own until the book is packed."""

    def __init__(self, sheet: Sheet, file: IO[bytes]) -> None:
        self._file = file
        self._mark = mark_text(sheet.mark)
        self._book = Workbook(write_only=True)
        self._page = page = self._book.create_sheet(sheet.title)
        page.oddHeader.center.text = page.oddFooter.center.text = sheet.heading.replace("&", "&&")
        page.freeze_panes = "A3"
        heading = WriteOnlyCell(page, value=sheet.heading)
        heading.font = Font(bold=True, color=_LEAK)
        page.append([heading])
        page.append([*sheet.columns, MARK_HEADER])
        self._book.properties.creator = self._book.properties.description = sheet.heading

    def add(self, rows: Iterable[Sequence[Cell]]) -> None:
        """Write the next rows."""
        for row in rows:
            self._page.append([*map(_cell, row), self._mark])

    def finish(self) -> None:
        """Pack the book."""
        self._book.save(self._file)


def _cell(cell: Cell) -> object:
    if isinstance(cell, Decimal):
        return float(cell)
    return cell if isinstance(cell, int) else harmless(cell)
