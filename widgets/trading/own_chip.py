"""Draws the words of an own order's place: the longest text that the room holds."""

from collections.abc import Sequence

from PySide6.QtCore import QRect, QRectF, Qt
from PySide6.QtGui import QPainter

from widgets.paint.fonts import TextStyle
from widgets.paint.marks import CENTRE, draw_text, text_width
from widgets.paint.tokens import Tokens

_PAD = 4
_HEIGHT = 15


def draw_own_chip(painter: QPainter, room: QRect, texts: Sequence[str], tokens: Tokens) -> None:
    """Draw the first of ``texts`` that fits at the left of ``room``; nothing where none does."""
    fitting = (text for text in texts if _width(text) <= room.width())
    text = next(fitting, "")
    if not text:
        return
    top = room.center().y() - _HEIGHT // 2
    box = QRectF(room.left() + 0.5, top + 0.5, _width(text) - 1, _HEIGHT)
    painter.setPen(tokens.accent)
    painter.setBrush(tokens.accent_soft)
    painter.drawRoundedRect(box, 3, 3)
    painter.setBrush(Qt.BrushStyle.NoBrush)
    draw_text(painter, box.toRect(), text, TextStyle.CAPTION, tokens.text_1, CENTRE)


def _width(text: str) -> int:
    return text_width(text, TextStyle.CAPTION) + 2 * _PAD
