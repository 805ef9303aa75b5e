"""A report as a PDF: pages are broken between rows, a heading never stands alone."""

from collections.abc import Sequence

from models.files.report.document import Block, Document, Facts, Section, Sentence, Table
from services.files.writing.report.columns import PADDING, Grid, grid_of, indent_of, texts_of
from services.files.writing.report.lines import Measure, broken
from services.files.writing.report.paper import INK, MARGIN, QUIET, WARNING, Paper
from services.files.writing.report.shown import FIGURES

_TITLE, _PART, _SUBJECT, _BODY, _NOTE = 20.0, 14.0, 11.0, 9.0, 7.6
_LEADING = 0.3528 * 1.38  # mm a point of type
_ROW_SPACE, _ABOVE, _GAP = 1.7, 1.05, 2.6  # mm: of a row, of that above its text, of a section
_FACT_NAME, _FACTS_A_LINE = 24.0, 2
_WITH_HEADING = 26.0  # mm that have to be free below a heading


def report_pdf(document: Document) -> bytes:
    """Return the PDF file; characters that no font has stand as their code, and are listed."""
    return _Writer(document).made()


class _Writer:
    """Goes down the pages once, from the title to the notes."""

    def __init__(self, document: Document) -> None:
        self._document = document
        self._paper = Paper(document)

    def made(self) -> bytes:
        paper, document = self._paper, self._document
        paper.add_page()
        self._headline(document.title, document.subtitle)
        for section in document.sections:
            self._section(section)
        self._section(Section("重要提示", ()))
        for note in document.notes:
            self._text(note, _NOTE, QUIET)
        self._missing()
        return bytes(paper.output())

    def _headline(self, title: str, subtitle: str) -> None:
        paper = self._paper
        paper.ink(_TITLE, INK, "B")
        paper.write_at(MARGIN, MARGIN + 2, title)
        paper.set_y(MARGIN + 12)
        self._text(subtitle, _SUBJECT, QUIET)
        paper.rule(MARGIN, MARGIN + paper.line_width_mm, paper.get_y() + 1, INK)
        paper.set_y(paper.get_y() + _GAP)

    def _section(self, section: Section) -> None:
        paper = self._paper
        points = _PART if section.level == 1 else _SUBJECT
        if section.level == 1 and not section.blocks:  # a member of a household
            self._turn()
        self._room(points * _LEADING + _WITH_HEADING)
        paper.set_y(paper.get_y() + _GAP)
        self._text(section.title, points, INK, "B")
        if section.level == 1:
            paper.rule(MARGIN, MARGIN + paper.line_width_mm, paper.get_y(), INK)
        paper.set_y(paper.get_y() + 0.8)
        for block in section.blocks:
            self._block(block)
            paper.set_y(paper.get_y() + 1.2)

    def _block(self, block: Block) -> None:
        match block:
            case Sentence():
                text = f"注意:{block.text}" if block.is_warning else block.text
                self._text(text, _BODY, WARNING if block.is_warning else INK)
            case Facts():
                self._facts(block)
            case Table():
                self._table(block)

    def _text(
        self, text: str, points: float, colour: tuple[int, int, int], style: str = ""
    ) -> None:
        paper = self._paper
        paper.ink(points, colour, style)
        for line in self._broken(text, paper.line_width_mm, paper.width_of):
            self._room(points * _LEADING)
            paper.ink(points, colour, style)
            paper.write_at(MARGIN, paper.get_y(), line)
            paper.set_y(paper.get_y() + points * _LEADING)

    def _facts(self, facts: Facts) -> None:
        paper = self._paper
        column = paper.line_width_mm / _FACTS_A_LINE
        paper.ink(_BODY)
        widest = max(paper.width_of(paper.glyphs.drawable(name)) for name, _ in facts.pairs)
        indent = max(_FACT_NAME, widest + PADDING)
        for at in range(0, len(facts.pairs), _FACTS_A_LINE):
            pairs = facts.pairs[at : at + _FACTS_A_LINE]
            paper.ink(_BODY)
            room = column - indent - PADDING
            said = [self._broken(value, room, paper.width_of) for _, value in pairs]
            height = max(map(len, said)) * _BODY * _LEADING
            self._room(height)
            top = paper.get_y()
            for place, ((name, _), lines) in enumerate(zip(pairs, said, strict=True)):
                left = MARGIN + place * column
                paper.ink(_BODY, QUIET)
                paper.write_at(left, top, name)
                paper.ink(_BODY)
                self._stack(lines, left + indent, top, _BODY)
            paper.set_y(top + height + 0.4)

    def _table(self, table: Table) -> None:
        paper = self._paper
        grid = grid_of(table, paper.line_width_mm, self._measure_at)
        line = grid.points * _LEADING
        rows = [self._cells(table, grid, row) for row in texts_of(table)]
        self._room(line * 4 + (len(table.title) and _BODY * _LEADING))
        if table.title:
            paper.set_y(paper.get_y() + _ABOVE)
            self._text(table.title, _BODY, QUIET, "B")
        self._head(table, grid)
        for at, cells in enumerate(rows):
            is_last = at == len(rows) - 1
            is_total = is_last and table.total is not None
            with_next = 2 if at == len(rows) - 2 and table.total is not None else 1
            if not self._fits(with_next * _height(cells, line)):
                self._turn()
                self._head(table, grid)
            self._row(table, grid, cells, "B" if is_total else "")

    def _head(self, table: Table, grid: Grid) -> None:
        paper = self._paper
        paper.ink(grid.points, INK, "B")
        cells = self._cells(table, grid, [column.title for column in table.columns])
        height = _height(cells, grid.points * _LEADING)
        paper.shade(MARGIN, paper.get_y(), sum(grid.widths), height)
        self._row(table, grid, cells, "B")

    def _row(self, table: Table, grid: Grid, cells: Sequence[list[str]], style: str) -> None:
        """Draw a row; one that is higher than a page goes on over the next one."""
        paper, line = self._paper, grid.points * _LEADING
        most = max(int((paper.floor - MARGIN - 12) / line) - 1, 1)
        for start in range(0, max(map(len, cells)), most):
            part = [lines[start : start + most] for lines in cells]
            if not self._fits(_height(part, line)):
                self._turn()
            self._draw(table, grid, part, style)

    def _draw(self, table: Table, grid: Grid, cells: Sequence[list[str]], style: str) -> None:
        paper, line = self._paper, grid.points * _LEADING
        top, left = paper.get_y(), MARGIN
        paper.ink(grid.points, INK, style)
        row = zip(table.columns, grid.widths, cells, strict=True)
        for place, (column, width, lines) in enumerate(row):
            if column.kind in FIGURES:
                for at, text in enumerate(lines):
                    right = left + width - PADDING / 2
                    paper.write_right(right, top + _ABOVE + at * line, text)
            else:
                indent = PADDING / 2 + indent_of(table, place)
                self._stack(lines, left + indent, top + _ABOVE, grid.points)
            left += width
        bottom = top + _height(cells, line)
        paper.rule(MARGIN, left, bottom, QUIET if style else (221, 227, 235))
        paper.set_y(bottom)

    def _cells(self, table: Table, grid: Grid, texts: Sequence[str]) -> list[list[str]]:
        measure = self._measure_at(grid.points)
        widths = [width - PADDING - indent_of(table, at) for at, width in enumerate(grid.widths)]
        return [
            [text] if column.kind in FIGURES else self._broken(text, width, measure)
            for column, width, text in zip(table.columns, widths, texts, strict=True)
        ]

    def _stack(self, lines: Sequence[str], left: float, top: float, points: float) -> None:
        for at, line in enumerate(lines):
            self._paper.write_at(left, top + at * points * _LEADING, line)

    def _broken(self, text: str, width: float, measure: Measure) -> list[str]:
        return broken(self._paper.glyphs.drawable(text), width, measure)

    def _measure_at(self, points: float) -> Measure:
        self._paper.ink(points, INK, "B")  # the bold is the wider
        return lambda text: self._paper.width_of(self._paper.glyphs.drawable(text))

    def _missing(self) -> None:
        """Tell which characters could not be drawn: none is lost silently."""
        if self._paper.glyphs.missing:
            codes = "、".join(sorted(self._paper.glyphs.missing.values()))
            self._text(f"以下字符不在内嵌字库中,以编码代替:{codes}。", _NOTE, WARNING)

    def _room(self, height: float) -> None:
        if not self._fits(height):
            self._turn()

    def _fits(self, height: float) -> bool:
        return self._paper.get_y() + height <= self._paper.floor

    def _turn(self) -> None:
        self._paper.add_page()


def _height(cells: Sequence[Sequence[str]], line: float) -> float:
    return max(map(len, cells)) * line + _ROW_SPACE
