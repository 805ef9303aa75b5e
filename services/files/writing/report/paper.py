"""A page of A4 with the report's fonts: its head, foot and watermark, and measured text."""

from datetime import datetime

from fpdf import FPDF
from fpdf.enums import XPos, YPos

from models.files.report.document import Document
from services.files.writing.report.glyphs import BOLD, RARE, REGULAR, Glyphs, font_file

MARGIN, BOTTOM = 15.0, 16.0  # mm
INK, QUIET, FAINT, WARNING = (24, 32, 45), (86, 98, 119), (236, 239, 244), (154, 90, 0)
_FAMILY, _RARE = "cmw", "rare"
_MARK_POINTS, _FOOT_POINTS = 15.0, 7.5
_ANGLE = 28.0
_MARKS_AT = ((30.0, 95.0), (30.0, 180.0), (30.0, 265.0))


class Paper(FPDF):
    """``ink`` chooses font and colour, ``width_of`` measures, ``write_at`` puts one line."""

    def __init__(self, document: Document) -> None:
        super().__init__("P", "mm", "A4")
        self.glyphs = Glyphs()
        self._document = document
        self._widths: dict[tuple[str, str], float] = {}
        self._embed()
        self.set_margins(MARGIN, MARGIN, MARGIN)
        self.set_auto_page_break(False)
        self.c_margin = 0.0
        self.set_title(f"{document.title} {document.subtitle}")
        self.set_author(document.watermark)
        self.set_keywords(document.mark)
        self.set_lang("zh-CN")
        self.set_creation_date(datetime.fromisoformat(document.made_at))

    @property
    def line_width_mm(self) -> float:
        """Between the margins."""
        return float(self.epw)

    @property
    def floor(self) -> float:
        """Where the last line of a page ends."""
        return float(self.h) - BOTTOM

    def header(self) -> None:
        """Lie the watermark under the page; from the second one on name the report."""
        self._stamp()
        if self.page_no() > 1:
            self.ink(_FOOT_POINTS, QUIET)
            self.write_at(MARGIN, 8.0, self._document.title)
            self.write_right(self.w - MARGIN, 8.0, self._document.subtitle)
            self.rule(MARGIN, self.w - MARGIN, 12.5, QUIET)
        self.set_y(MARGIN + 1.0)

    def footer(self) -> None:
        """Name copy, maker and page."""
        self.ink(_FOOT_POINTS, QUIET)
        at = self.h - 11.0
        self.rule(MARGIN, self.w - MARGIN, at - 1.5, QUIET)
        self.write_at(MARGIN, at, f"{self._document.watermark}  {self._document.mark}")
        self.write_right(self.w - MARGIN, at, f"第 {self.page_no()} 页 / 共 {{nb}} 页", pages=True)

    def ink(self, points: float, colour: tuple[int, int, int] = INK, style: str = "") -> None:
        """Choose size, colour and weight ("" or "B")."""
        self.set_font(_FAMILY, style, points)
        self.set_text_color(*colour)

    def width_of(self, text: str) -> float:
        """Return the width in mm of drawable text in the font that is chosen."""
        return sum(self._width_of(one) for one in text) * float(self.font_size_pt)

    def write_at(self, x: float, y: float, text: str) -> None:
        """Put one line; what no font has is told as its code."""
        self.set_xy(x, y)
        drawable = self.glyphs.drawable(text)
        self.cell(0, self.font_size, drawable, new_x=XPos.RIGHT, new_y=YPos.TOP)

    def write_right(self, right: float, y: float, text: str, *, pages: bool = False) -> None:
        """Put one line that ends at ``right``; ``pages``: it holds the count of pages."""
        measured = text.replace("{nb}", "00") if pages else text
        self.write_at(right - self.width_of(self.glyphs.drawable(measured)), y, text)

    def rule(self, left: float, right: float, y: float, colour: tuple[int, int, int]) -> None:
        """Draw a hair line."""
        self.set_draw_color(*colour)
        self.set_line_width(0.15)
        self.line(left, y, right, y)

    def shade(self, left: float, top: float, width: float, height: float) -> None:
        """Lay a faint ground under a table's head."""
        self.set_fill_color(*FAINT)
        self.rect(left, top, width, height, style="F")

    def _width_of(self, character: str) -> float:
        key = (self.font_style, character)
        if key not in self._widths:
            self._widths[key] = float(self.get_string_width(character)) / float(self.font_size_pt)
        return self._widths[key]

    def _stamp(self) -> None:
        self.ink(_MARK_POINTS, FAINT)
        text = f"{self._document.watermark}    {self._document.mark}"
        for x, y in _MARKS_AT:
            with self.rotation(_ANGLE, x, y):
                self.write_at(x, y, text)

    def _embed(self) -> None:
        self.add_font(_FAMILY, "", font_file(REGULAR))
        self.add_font(_FAMILY, "B", font_file(BOLD))
        self.add_font(_RARE, "", font_file(RARE))
        self.set_fallback_fonts([_RARE], exact_match=False)
