"""A report as a workbook: a sheet a subject, figures as numbers, ready to print."""

import io
from datetime import date, datetime
from decimal import Decimal

from openpyxl import Workbook
from openpyxl.styles import Alignment, Border, Font, PatternFill, Side
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.header_footer import HeaderFooterItem
from openpyxl.worksheet.properties import PageSetupProperties
from openpyxl.worksheet.worksheet import Worksheet

from models.files.report.document import (
    Block,
    Cell,
    Column,
    Document,
    Facts,
    Kind,
    Section,
    Sentence,
    Table,
)
from services.files.writing.report.shown import FIGURES, FORMATS, shown
from services.files.writing.sheet import harmless

_BOLD, _TITLE = Font(bold=True), Font(bold=True, size=14)
_WARNING, _SMALL = Font(color="9A5B00", bold=True), Font(color="566277", size=9)
_HEAD = PatternFill("solid", fgColor="EBF0F6")
_LINE = Border(top=Side(style="thin", color="566277"))
_WRAPPED = Alignment(wrap_text=True, vertical="top")
_TOP, _RIGHT = Alignment(vertical="top"), Alignment(horizontal="right", vertical="top")
_MOST_WIDTH, _TITLE_LENGTH, _FIRST_ROW = 48, 31, 4
_FORBIDDEN = str.maketrans(dict.fromkeys("[]:*?/\\", " "))


def report_workbook(document: Document) -> bytes:
    """Return the XLSX file; texts are harmless to spreadsheets."""
    book = Workbook()
    book.remove(book.worksheets[0])
    for title, sections in _by_subject(document).items():
        _Page(book.create_sheet(title), document, title).fill(sections)
    notes = tuple(Sentence(note) for note in document.notes)
    _Page(book.create_sheet("重要提示"), document, "重要提示").fill([("", Section("", notes))])
    properties = book.properties
    properties.title, properties.creator = document.title, document.watermark
    properties.keywords = document.mark
    properties.created = properties.modified = datetime.fromisoformat(document.made_at).replace(
        tzinfo=None
    )
    saved = io.BytesIO()
    book.save(saved)
    return saved.getvalue()


def _by_subject(document: Document) -> dict[str, list[tuple[str, Section]]]:
    """Sections of one subject share a sheet, each under the part that it belongs to."""
    sheets: dict[str, list[tuple[str, Section]]] = {}
    part = ""
    for section in document.sections:
        if section.level == 1:
            part = section.title
        if section.blocks:
            name = "总览" if section.level == 1 else section.title
            title = name.translate(_FORBIDDEN)[:_TITLE_LENGTH]
            sheets.setdefault(title, []).append((part if section.level > 1 else "", section))
    return sheets


class _Page:
    """One sheet, filled from top to bottom."""

    def __init__(self, page: Worksheet, document: Document, title: str) -> None:
        self._page = page
        self._row = _FIRST_ROW
        self._widths: dict[int, int] = {}
        self._heads: list[int] = []
        self._put(1, 1, f"{document.title}:{title}", _TITLE)
        self._put(2, 1, f"{document.subtitle}  {document.watermark}  {document.mark}", _SMALL)
        self._set_up(document)

    def fill(self, sections: "list[tuple[str, Section]]") -> None:
        """Write the sections one below the other; a sheet of one table keeps its head in view."""
        for part, section in sections:
            if part:
                self._put(self._row, 1, part, _BOLD)
                self._row += 1
            for block in section.blocks:
                self._add(block)
                self._row += 1
        for at, width in self._widths.items():
            self._page.column_dimensions[get_column_letter(at)].width = width
        frozen = self._heads[0] if len(self._heads) == 1 else _FIRST_ROW - 2
        self._page.freeze_panes = f"A{frozen + 1}"
        self._page.print_title_rows = f"1:{frozen}" if frozen < _FIRST_ROW else f"{frozen}:{frozen}"

    def _add(self, block: Block) -> None:
        match block:
            case Sentence():
                self._put(self._row, 1, block.text, _WARNING if block.is_warning else Font())
                self._row += 1
            case Facts():
                for name, said in block.pairs:
                    self._put(self._row, 1, name, _SMALL, measured=True)
                    self._put(self._row, 2, said, Font(), measured=True)
                    self._row += 1
            case Table():
                self._add_table(block)

    def _add_table(self, block: Table) -> None:
        if block.title:
            self._put(self._row, 1, block.title, _BOLD)
            self._row += 1
        self._heads.append(self._row)
        for at, column in enumerate(block.columns, 1):
            cell = self._page.cell(self._row, at, column.title)
            cell.font, cell.fill = _BOLD, _HEAD
            cell.alignment = _RIGHT if column.kind in FIGURES else _TOP
            self._measure(at, column.title)
        self._row += 1
        for row in block.rows:
            self._add_row(block.columns, row)
        if block.total is not None:
            self._add_row(block.columns, block.total)
            for at in range(1, len(block.columns) + 1):
                total = self._page.cell(self._row - 1, at)
                total.font, total.border = _BOLD, _LINE

    def _add_row(self, columns: tuple[Column, ...], row: tuple[Cell, ...]) -> None:
        for at, (column, value) in enumerate(zip(columns, row, strict=True), 1):
            cell = self._page.cell(self._row, at, _value(column.kind, value))
            if column.kind in FIGURES:
                cell.number_format, cell.alignment = FORMATS[column.kind], _RIGHT
            else:
                cell.alignment = _WRAPPED
            if isinstance(cell.value, date):
                cell.number_format = "yyyy-mm-dd"
            self._measure(at, shown(column.kind, value))
        self._row += 1

    def _put(self, row: int, at: int, text: str, font: Font, *, measured: bool = False) -> None:
        cell = self._page.cell(row, at, harmless(text))
        cell.font = font
        if measured:
            self._measure(at, text)

    def _measure(self, at: int, text: str) -> None:
        width = min(sum(2 if ord(one) > 0xFF else 1 for one in text) + 3, _MOST_WIDTH)
        self._widths[at] = max(width, self._widths.get(at, 10))

    def _set_up(self, document: Document) -> None:
        page = self._page
        page.page_setup.orientation, page.page_setup.paperSize = "landscape", "9"
        page.page_setup.fitToWidth, page.page_setup.fitToHeight = 1, 0
        page.sheet_properties.pageSetUpPr = PageSetupProperties(fitToPage=True)
        head, foot = HeaderFooterItem(), HeaderFooterItem()
        head.center.text = document.watermark.replace("&", "&&")
        foot.left.text, foot.right.text = document.mark, "&P / &N"
        page.oddHeader, page.oddFooter = head, foot


def _value(kind: Kind, value: Cell) -> str | int | Decimal | date | None:
    if isinstance(value, str):
        return _day(value) if kind is Kind.DAY else harmless(value)
    return value


def _day(text: str) -> date | str:
    try:
        return date.fromisoformat(text)
    except ValueError:
        return harmless(text)
