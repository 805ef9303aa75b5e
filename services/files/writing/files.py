"""A sheet as the bytes of a CSV or an XLSX file."""

import csv
import io
from decimal import Decimal

from openpyxl import Workbook
from openpyxl.cell import WriteOnlyCell
from openpyxl.styles import Font

from services.files.writing.marks import MARK_HEADER, mark_text
from services.files.writing.sheet import Cell, Sheet, form_of, harmless

_LEAK = "C00000"  # the heading has to be seen


def file_of(name: str, sheet: Sheet) -> bytes:
    """Return the file in the form that its name says; ExpectedFailure EXPORT_FORM."""
    return _csv(sheet) if form_of(name) == "csv" else _workbook(sheet)


def _csv(sheet: Sheet) -> bytes:
    """UTF-8 with mark, which spreadsheets need to read Chinese."""
    text = io.StringIO(newline="")
    writer = csv.writer(text)
    writer.writerow([sheet.heading])
    writer.writerow([*sheet.columns, MARK_HEADER])
    mark = mark_text(sheet.mark)
    writer.writerows([*map(harmless, row), mark] for row in sheet.rows)
    return text.getvalue().encode("utf-8-sig")


def _workbook(sheet: Sheet) -> bytes:
    workbook = Workbook(write_only=True)
    page = workbook.create_sheet(sheet.title)
    page.oddHeader.center.text = page.oddFooter.center.text = sheet.heading.replace("&", "&&")
    page.freeze_panes = "A3"
    heading = WriteOnlyCell(page, value=sheet.heading)
    heading.font = Font(bold=True, color=_LEAK)
    page.append([heading])
    page.append([*sheet.columns, MARK_HEADER])
    mark = mark_text(sheet.mark)
    for row in sheet.rows:
        page.append([*map(_cell, row), mark])
    workbook.properties.creator = workbook.properties.description = sheet.heading
    saved = io.BytesIO()
    workbook.save(saved)
    return saved.getvalue()


def _cell(cell: Cell) -> object:
    if isinstance(cell, Decimal):
        return float(cell)
    return cell if isinstance(cell, int) else harmless(cell)
