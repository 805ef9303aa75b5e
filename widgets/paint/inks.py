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

# The picture; how far left of the text's end, and how far above its middle, it begins.
Written = tuple[QPixmap, int, int]


class Ink:
    """Writes one line of text at a point: ``x`` is an edge of the text, ``middle`` its height."""

    def __init__(self, style: TextStyle, colour: QColor, scale: float) -> None:
        self._font = font(style)
        self._colour = QColor(colour)
        self._scale = scale
        metrics = QFontMetrics(self._font)
        self._metrics = metrics
        self._drop = metrics.height() // 2 - metrics.ascent()  # from the baseline up to the middle
        self._written: dict[str, Written] = {}

    def left(self, painter: QPainter, x: int, middle: int, text: str) -> None:
        """Write from ``x`` on."""
        picture, _, rise = self._written.get(text) or self.write(text)
        painter.drawPixmap(x - MARGIN, middle - rise, picture)

    def right(self, painter: QPainter, x: int, middle: int, text: str) -> None:
        """Write so that the text ends at ``x``."""
        picture, reach, rise = self._written.get(text) or self.write(text)
        painter.drawPixmap(x - reach, middle - rise, picture)

    def centre(self, painter: QPainter, x: int, middle: int, text: str) -> None:
        """Write around ``x``."""
        picture, reach, rise = self._written.get(text) or self.write(text)
        painter.drawPixmap(x - reach // 2, middle - rise, picture)

    def width(self, text: str) -> int:
        """Return the width of a text."""
        return (self._written.get(text) or self.write(text))[1] - MARGIN

    def write(self, text: str) -> Written:
        """Draw a text and keep it: only as high as its glyphs are, what is copied is paid for."""
        width, glyphs = self._metrics.horizontalAdvance(text), self._metrics.tightBoundingRect(text)
        top, height = glyphs.top() - MARGIN, glyphs.height() + 2 * MARGIN
        picture = self._blank(width + 2 * MARGIN, height)
        painter = QPainter(picture)
        painter.setFont(self._font)
        painter.setPen(self._colour)
        painter.drawText(MARGIN, -top, text)
        painter.end()
        if len(self._written) >= KEPT_TEXTS:
            self._written.clear()
        written = self._written[text] = picture, width + MARGIN, self._drop - top
        return written

    def _blank(self, width: int, height: int) -> QPixmap:
        scale = self._scale
        picture = QPixmap(ceil(width * scale), ceil(height * scale))
        picture.setDevicePixelRatio(scale)
        picture.fill(Qt.GlobalColor.transparent)
        return picture


class NumberInk:
    """An ink for whole numbers in one form: a number written before is not even put into text.

    For loops that draw many: ``known.get(number) or write(number)`` is a Written.
    """

    def __init__(self, ink: Ink, text_of: Callable[[int], str]) -> None:
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
