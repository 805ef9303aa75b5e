"""Texts drawn once and then copied: for panels that write many short numbers many times a second.

Laying text out costs ten times as much as copying it. An ink is a style in a colour at one screen
scale; it keeps what it has written.
"""

from collections.abc import Callable
from math import ceil

from PySide6.QtCore import Qt
from PySide6.QtGui import QColor, QFontMetrics, QPainter, QPixmap

from widgets.paint.fonts import TextStyle, font

KEPT_TEXTS = 4_000  # of one ink: some 15 MB of small pixmaps at the very most
MARGIN = 1  # glyphs may reach over their advance

Written = tuple[QPixmap, int]  # the picture, and how far left of the text's end it begins


class Ink:
    """Writes one line of text at a point: ``x`` is an edge of the text, ``middle`` its height."""

    def __init__(self, style: TextStyle, colour: QColor, scale: float) -> None:
        self._font = font(style)
        self._colour = QColor(colour)
        self._scale = scale
        metrics = QFontMetrics(self._font)
        self._height = metrics.height()
        self.above = self._height // 2
        self._advance = metrics.horizontalAdvance
        self._written: dict[str, Written] = {}

    def left(self, painter: QPainter, x: int, middle: int, text: str) -> None:
        """Write from ``x`` on."""
        picture = (self._written.get(text) or self.write(text))[0]
        painter.drawPixmap(x - MARGIN, middle - self.above, picture)

    def right(self, painter: QPainter, x: int, middle: int, text: str) -> None:
        """Write so that the text ends at ``x``."""
        picture, reach = self._written.get(text) or self.write(text)
        painter.drawPixmap(x - reach, middle - self.above, picture)

    def centre(self, painter: QPainter, x: int, middle: int, text: str) -> None:
        """Write around ``x``."""
        picture, reach = self._written.get(text) or self.write(text)
        painter.drawPixmap(x - reach // 2, middle - self.above, picture)

    def width(self, text: str) -> int:
        """Return the width of a text."""
        return (self._written.get(text) or self.write(text))[1] - MARGIN

    def write(self, text: str) -> Written:
        """Draw a text and keep it."""
        width = self._advance(text)
        picture = self._blank(width + 2 * MARGIN)
        painter = QPainter(picture)
        painter.setFont(self._font)
        painter.setPen(self._colour)
        align = Qt.AlignmentFlag.AlignVCenter | Qt.TextFlag.TextSingleLine
        painter.drawText(MARGIN, 0, width + MARGIN, self._height, int(align), text)
        painter.end()
        if len(self._written) >= KEPT_TEXTS:
            self._written.clear()
        self._written[text] = picture, width + MARGIN
        return picture, width + MARGIN

    def _blank(self, width: int) -> QPixmap:
        scale = self._scale
        picture = QPixmap(ceil(width * scale), ceil(self._height * scale))
        picture.setDevicePixelRatio(scale)
        picture.fill(Qt.GlobalColor.transparent)
        return picture


class NumberInk:
    """An ink for whole numbers in one form: a number written before is not even put into text.

    For loops that draw many: ``known.get(number) or write(number)`` is a number's picture and
    reach (see Written).
    """

    def __init__(self, ink: Ink, text_of: Callable[[int], str]) -> None:
        self.above = ink.above
        self._ink = ink
        self._text_of = text_of
        self.known: dict[int, Written] = {}

    def write(self, number: int) -> Written:
        """Draw a number and keep it."""
        if len(self.known) >= KEPT_TEXTS:
            self.known.clear()
        written = self.known[number] = self._ink.write(self._text_of(number))
        return written


class Inks:
    """All inks of a look; colours are few, so are these."""

    def __init__(self) -> None:
        self._inks: dict[tuple[TextStyle, int, float], Ink] = {}

    def ink(self, style: TextStyle, colour: QColor, scale: float) -> Ink:
        """Return the ink of a style, colour and screen scale."""
        key = style, colour.rgba(), scale
        found = self._inks.get(key)
        if found is None:
            found = self._inks[key] = Ink(style, colour, scale)
        return found

    def clear(self) -> None:
        """Forget everything written."""
        self._inks.clear()
