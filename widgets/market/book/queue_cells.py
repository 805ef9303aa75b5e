"""Draws the orders of a queue as small cells in priority order; big ones are marked."""

from dataclasses import dataclass

from PySide6.QtCore import QRect
from PySide6.QtGui import QColor, QPainter

from widgets.paint.fonts import TextStyle
from widgets.paint.look import Look
from widgets.paint.quantities import Quantities

CELL_WIDTH = 44
CELL_HEIGHT = 18


@dataclass(frozen=True, slots=True)
class QueueForm:
    """``large_from`` and ``huge_from`` = turnover (price units times shares) of 大单 and 特大单.

    0 = the firm has set no bound: nothing is marked.
    """

    quantities: Quantities = Quantities()
    decimals: int = 2
    large_from: int = 0
    huge_from: int = 0

    def is_large(self, price_units: int, quantity: int) -> bool:
        """Whether one order at a price is a big one."""
        return 0 < self.large_from <= price_units * quantity

    def is_huge(self, price_units: int, quantity: int) -> bool:
        """Whether one order at a price is a very big one."""
        return 0 < self.huge_from <= price_units * quantity


@dataclass(frozen=True, slots=True)
class QueueGrid:
    """How many cells stand in a line and how many lines there are in a box."""

    box: QRect

    @property
    def columns(self) -> int:
        """Cells a line."""
        return max(1, self.box.width() // CELL_WIDTH)

    @property
    def lines(self) -> int:
        """Lines that are seen whole."""
        return max(1, self.box.height() // CELL_HEIGHT)

    @property
    def room(self) -> int:
        """Cells that are seen whole."""
        return self.columns * self.lines

    def cell(self, number: int) -> QRect:
        """Rectangle of a cell; its number counts from the first one in the box."""
        line, column = divmod(number, self.columns)
        left = self.box.left() + self.box.width() * column // self.columns
        right = self.box.left() + self.box.width() * (column + 1) // self.columns
        return QRect(left, self.box.top() + line * CELL_HEIGHT, right - left, CELL_HEIGHT)


def draw_cells(
    painter: QPainter,
    grid: QueueGrid,
    sizes: tuple[int, ...],
    price_units: int,
    form: QueueForm,
    look: Look,
    first_colour: QColor | None,
) -> None:
    """Draw as many orders as the box holds; the first one in line wears ``first_colour``."""
    tokens, scale = look.tokens, painter.device().devicePixelRatioF()
    plain = look.inks.ink(TextStyle.CAPTION, tokens.text_1, scale)
    first = look.inks.ink(TextStyle.CAPTION, first_colour or tokens.text_1, scale)
    for number, size in enumerate(sizes[: grid.room]):
        cell = grid.cell(number).adjusted(1, 1, -1, -1)
        is_large = form.is_large(price_units, size)
        painter.fillRect(cell, tokens.accent_soft if is_large else tokens.ground_3)
        if form.is_huge(price_units, size):
            mark = QRect(cell.left(), cell.top(), 3, cell.height())
            painter.fillRect(mark, tokens.accent)
        ink = plain if number else first
        middle = cell.center()
        ink.centre(painter, middle.x() + 1, middle.y(), form.quantities.text(size))
