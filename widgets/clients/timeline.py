"""What happened with a client, newest first, on one line of time."""

from dataclasses import dataclass

from PySide6.QtCore import QPointF, QRect, QSize, Qt
from PySide6.QtGui import QFontMetrics, QPainter, QPaintEvent, QPen, QResizeEvent
from PySide6.QtWidgets import QScrollArea, QWidget

from widgets.paint.fonts import TextStyle, font
from widgets.paint.look import Look
from widgets.paint.marks import RIGHT, draw_fitting, draw_text, text_width

PAD = 12
RAIL = 22
TEXT_LEFT = 36
HEAD = 20


@dataclass(frozen=True, slots=True)
class TimelineEntry:
    """``moment`` as shown ("01-31 14:20"), ``title`` such as 去电, ``pending`` = 待同步."""

    moment: str
    title: str
    text: str
    by: str = ""
    pending: bool = False


class _TimelinePaper(QWidget):
    """Draws all entries; as high as they need."""

    def __init__(self, look: Look) -> None:
        super().__init__()
        self.setObjectName("timelinePaper")
        self._look = look
        self._entries: tuple[TimelineEntry, ...] = ()
        look.changed.connect(self.update)

    def show_entries(self, entries: tuple[TimelineEntry, ...]) -> None:
        self._entries = entries
        self.fit()
        self.update()

    def fit(self) -> None:
        """Take the height that the wrapped texts need."""
        self.setFixedHeight(sum(self._height(entry) for entry in self._entries) + PAD)

    def sizeHint(self) -> QSize:  # noqa: N802 - Qt's name
        return QSize(320, self.height())

    def resizeEvent(self, event: QResizeEvent) -> None:  # noqa: N802 - Qt's name
        super().resizeEvent(event)
        if event.size().width() != event.oldSize().width():
            self.fit()

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: N802 - Qt's name
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        top = PAD // 2
        for number, entry in enumerate(self._entries):
            height = self._height(entry)
            if top + height >= event.rect().top() and top <= event.rect().bottom():
                self._draw(painter, entry, top, height, number == len(self._entries) - 1)
            top += height
        painter.end()

    def _text_box(self, top: int) -> QRect:
        return QRect(TEXT_LEFT, top + HEAD, max(self.width() - TEXT_LEFT - PAD, 40), 2_000)

    def _height(self, entry: TimelineEntry) -> int:
        metrics = QFontMetrics(font(TextStyle.BODY))
        flags = int(Qt.TextFlag.TextWordWrap)
        text = metrics.boundingRect(self._text_box(0), flags, entry.text) if entry.text else None
        return HEAD + (text.height() if text else 0) + 12

    def _draw(
        self, painter: QPainter, entry: TimelineEntry, top: int, height: int, is_last: bool
    ) -> None:
        tokens = self._look.tokens
        if not is_last:
            painter.setPen(QPen(tokens.line_strong, 1))
            painter.drawLine(QPointF(RAIL, top + 16), QPointF(RAIL, top + height + 6))
        painter.setPen(QPen(tokens.warn if entry.pending else tokens.accent, 1.5))
        painter.setBrush(tokens.ground_1 if entry.pending else tokens.accent)
        painter.drawEllipse(QPointF(RAIL, top + 10), 3.5, 3.5)
        self._draw_head(painter, entry, QRect(TEXT_LEFT, top, self.width() - TEXT_LEFT - PAD, HEAD))
        painter.setFont(font(TextStyle.BODY))
        painter.setPen(tokens.text_1)
        flags = int(Qt.TextFlag.TextWordWrap)
        painter.drawText(self._text_box(top), flags, entry.text)

    def _draw_head(self, painter: QPainter, entry: TimelineEntry, box: QRect) -> None:
        tokens = self._look.tokens
        draw_text(painter, box, entry.moment, TextStyle.CAPTION, tokens.text_3, RIGHT)
        limit = box.right() - text_width(entry.moment, TextStyle.CAPTION) - 8
        title = QRect(box.left(), box.top(), text_width(entry.title, TextStyle.STRONG), HEAD)
        draw_text(painter, title, entry.title, TextStyle.STRONG, tokens.text_1)
        x = title.right() + 8
        by = self.tr("待同步") if entry.pending else entry.by
        colour = tokens.warn if entry.pending else tokens.text_3
        rest = QRect(x, box.top(), max(0, limit - x), HEAD)
        draw_fitting(painter, rest, by, TextStyle.CAPTION, colour)


class Timeline(QScrollArea):
    """A scrolling timeline."""

    def __init__(self, look: Look, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._paper = _TimelinePaper(look)
        self.setWidget(self._paper)
        self.setWidgetResizable(True)
        self.setFrameShape(QScrollArea.Shape.NoFrame)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)

    def show_entries(self, entries: tuple[TimelineEntry, ...]) -> None:
        """Show these entries, newest first."""
        self._paper.show_entries(entries)
