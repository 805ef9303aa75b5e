"""Small drawn things: badges, bars, ticks and crosses, dots; and text in a rectangle."""

from PySide6.QtCore import QPointF, QRect, QRectF, Qt
from PySide6.QtGui import QColor, QFontMetrics, QPainter, QPen

from widgets.paint.fonts import TextStyle, font

LEFT = Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter
RIGHT = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
CENTRE = Qt.AlignmentFlag.AlignCenter
_ONE_LINE = Qt.TextFlag.TextSingleLine.value


def text_width(text: str, style: TextStyle) -> int:
    """Return the width of a text in logical pixels."""
    return QFontMetrics(font(style)).horizontalAdvance(text)


def draw_text(
    painter: QPainter,
    box: QRect,
    text: str,
    style: TextStyle,
    colour: QColor,
    align: Qt.AlignmentFlag = LEFT,
) -> None:
    """Draw one line of text in ``box``."""
    painter.setFont(font(style))
    painter.setPen(colour)
    painter.drawText(box, align.value | _ONE_LINE, text)


def draw_fitting(
    painter: QPainter, box: QRect, text: str, style: TextStyle, colour: QColor
) -> None:
    """Draw one line from the left, ended by "…" where the box is too narrow."""
    metrics = QFontMetrics(font(style))
    short = metrics.elidedText(text, Qt.TextElideMode.ElideRight, box.width())
    draw_text(painter, box, short, style, colour)


def draw_badge(
    painter: QPainter, corner: QPointF, text: str, colour: QColor, ground: QColor
) -> int:
    """Draw a rounded badge whose left middle is ``corner``; return its width."""
    width = text_width(text, TextStyle.CAPTION) + 12
    box = QRectF(corner.x(), corner.y() - 9, width, 18)
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(ground)
    painter.drawRoundedRect(box, 9, 9)
    draw_text(painter, box.toRect(), text, TextStyle.CAPTION, colour, CENTRE)
    return width


def draw_check(painter: QPainter, box: QRectF, colour: QColor) -> None:
    """Draw a tick mark."""
    painter.setPen(mark_pen(colour))
    x, y, w, h = box.x(), box.y(), box.width(), box.height()
    points = [
        QPointF(x + w * 0.15, y + h * 0.52),
        QPointF(x + w * 0.42, y + h * 0.78),
        QPointF(x + w * 0.88, y + h * 0.22),
    ]
    painter.drawPolyline(points)


def draw_cross(painter: QPainter, box: QRectF, colour: QColor) -> None:
    """Draw a cross mark."""
    painter.setPen(mark_pen(colour))
    inner = box.adjusted(box.width() / 5, box.height() / 5, -box.width() / 5, -box.height() / 5)
    painter.drawLine(inner.topLeft(), inner.bottomRight())
    painter.drawLine(inner.topRight(), inner.bottomLeft())


def draw_dots(painter: QPainter, box: QRectF, colour: QColor) -> None:
    """Draw three dots: cannot be judged yet."""
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(colour)
    for share in (0.2, 0.5, 0.8):
        painter.drawEllipse(
            QPointF(box.x() + box.width() * share, box.center().y()),
            1.4,
            1.4,
        )


def mark_pen(colour: QColor) -> QPen:
    """Return the pen of ticks and crosses."""
    pen = QPen(colour, 2)
    pen.setCapStyle(Qt.PenCapStyle.RoundCap)
    pen.setJoinStyle(Qt.PenJoinStyle.RoundJoin)
    return pen


def faded(colour: QColor, alpha: int) -> QColor:
    """Return the colour with another opacity (0..255)."""
    return QColor(colour.red(), colour.green(), colour.blue(), alpha)


def mixed(below: QColor, above: QColor, alpha: int) -> QColor:
    """Return what the one colour looks like under the other of an opacity (0..255), opaque."""
    pairs = (
        (below.red(), above.red()),
        (below.green(), above.green()),
        (below.blue(), above.blue()),
    )
    red, green, blue = ((one * (255 - alpha) + two * alpha) // 255 for one, two in pairs)
    return QColor(red, green, blue)
