"""What every check says of the ticket: ✓, ✗ or … with its numbers and the rule's source."""

from PySide6.QtCore import QRect, QRectF, QSize, Qt
from PySide6.QtGui import QFontMetrics, QPainter, QPaintEvent, QResizeEvent
from PySide6.QtWidgets import QWidget

from models.trading.ticket import CheckLine
from widgets.paint.fonts import TextStyle, font
from widgets.paint.look import Look
from widgets.paint.marks import RIGHT, draw_check, draw_cross, draw_dots, draw_text, text_width

MARK = 14
TEXT_LEFT = 24
SPACING = 7
WRAP = int(Qt.TextFlag.TextWordWrap)


def worst_first(lines: tuple[CheckLine, ...]) -> tuple[CheckLine, ...]:
    """Return failed checks, then open ones, then those that hold; else in their order."""
    rank = {False: 0, None: 1, True: 2}
    return tuple(sorted(lines, key=lambda line: rank[line.ok]))


def short_source(source: str) -> str:
    """Return the section of a source; the records behind it stand in the tool tip."""
    return source.split(";")[0].split(" MR:")[0].strip()


class CheckList(QWidget):
    """All check lines, as high as they need."""

    def __init__(self, look: Look, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._look = look
        self._lines: tuple[CheckLine, ...] = ()
        look.changed.connect(self.update)

    def show_lines(self, lines: tuple[CheckLine, ...]) -> None:
        """Show these checks, failed ones first."""
        self._lines = worst_first(lines)
        self.setToolTip("\n".join(f"{line.text}({line.source})" for line in self._lines))
        self._fit()
        self.update()

    def _fit(self) -> None:
        self.setFixedHeight(max(20, sum(self._height(line) for line in self._lines)))

    def resizeEvent(self, event: QResizeEvent) -> None:  # noqa: N802 - Qt's name
        """Wrap anew."""
        super().resizeEvent(event)
        if event.size().width() != event.oldSize().width():
            self._fit()

    def sizeHint(self) -> QSize:  # noqa: N802 - Qt's name
        """As high as the lines."""
        return QSize(240, self.height())

    def paintEvent(self, _event: QPaintEvent) -> None:  # noqa: N802 - Qt's name
        """Draw marks, texts and sources."""
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        if not self._lines:
            self._draw_hint(painter)
        top = 0
        for line in self._lines:
            self._draw(painter, line, top)
            top += self._height(line)
        painter.end()

    def _draw_hint(self, painter: QPainter) -> None:
        text = self.tr("填写后逐项检查,不通过的排在最前")
        colour = self._look.tokens.text_3
        draw_text(painter, QRect(0, 0, self.width(), 20), text, TextStyle.CAPTION, colour)

    def _text_box(self, line: CheckLine, top: int) -> QRect:
        words = short_source(line.source)
        source = text_width(words, TextStyle.CAPTION) + 8 if words else 0
        return QRect(TEXT_LEFT, top, max(60, self.width() - TEXT_LEFT - source), 1_000)

    def _height(self, line: CheckLine) -> int:
        metrics = QFontMetrics(font(_style(line)))
        return metrics.boundingRect(self._text_box(line, 0), WRAP, line.text).height() + SPACING

    def _draw(self, painter: QPainter, line: CheckLine, top: int) -> None:
        tokens = self._look.tokens
        mark = QRectF(2, top + 2, MARK, MARK)
        if line.ok is None:
            draw_dots(painter, mark, tokens.text_3)
        elif line.ok:
            draw_check(painter, mark, tokens.accent)
        else:
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(tokens.warn)
            painter.drawRoundedRect(mark, 3, 3)
            draw_cross(painter, mark, tokens.on_warn)
        painter.setFont(font(_style(line)))
        painter.setPen(tokens.warn if line.ok is False else tokens.text_2)
        painter.drawText(self._text_box(line, top), WRAP, line.text)
        source = QRect(0, top, self.width(), 18)
        words = short_source(line.source)
        draw_text(painter, source, words, TextStyle.CAPTION, tokens.text_3, RIGHT)


def _style(line: CheckLine) -> TextStyle:
    return TextStyle.STRONG if line.ok is False else TextStyle.BODY
