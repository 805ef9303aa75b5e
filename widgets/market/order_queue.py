"""The first fifty orders at the best bid and ask, as small cells in priority order."""

from PySide6.QtCore import QRect, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QPainter, QPaintEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from models.market.picture import Depth
from widgets.paint.fonts import TextStyle
from widgets.paint.look import Look
from widgets.paint.marks import CENTRE, RIGHT, draw_text
from widgets.paint.numbers import lots_text, price_text

CELL_WIDTH = 40
CELL_HEIGHT = 18
HEAD_HEIGHT = 22
PAD = 10
SHOWN = 50


class OrderQueue(QWidget):
    """Two blocks, ask above bid; each as many cells as fit."""

    def __init__(self, look: Look, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._look = look
        self.setAttribute(Qt.WidgetAttribute.WA_OpaquePaintEvent)  # nothing beneath is drawn
        self._depth: Depth | None = None
        self._decimals = 2
        self.setMinimumSize(200, 2 * (HEAD_HEIGHT + CELL_HEIGHT + 4))
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        look.changed.connect(self.update)

    def show_depth(self, depth: Depth | None) -> None:
        """Show the queues of a picture; None empties."""
        if depth is not None and self._depth is not None and _same(depth, self._depth):
            return
        self._depth = depth
        self.update()

    def set_decimals(self, decimals: int) -> None:
        """Show prices with 2 or 3 decimals."""
        self._decimals = decimals
        self.update()

    def sizeHint(self) -> QSize:  # noqa: N802 - Qt's name
        """Three lines of cells a side."""
        return QSize(284, 2 * (HEAD_HEIGHT + 3 * CELL_HEIGHT))

    def paintEvent(self, _event: QPaintEvent) -> None:  # noqa: N802 - Qt's name
        """Draw both blocks."""
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        tokens = self._look.tokens
        painter.fillRect(self.rect(), tokens.ground_1)
        if self._depth is not None:
            half = self.height() // 2
            upper = QRect(0, 0, self.width(), half)
            lower = QRect(0, half, self.width(), self.height() - half)
            quote = self._depth.quote
            self._draw_block(
                painter, upper, self.tr("卖一"), quote.ask_units, self._depth.ask_queue
            )
            self._draw_block(
                painter, lower, self.tr("买一"), quote.bid_units, self._depth.bid_queue
            )
        painter.end()

    def _draw_block(
        self, painter: QPainter, box: QRect, title: str, price: int, queue: tuple[int, ...]
    ) -> None:
        tokens = self._look.tokens
        is_ask = box.top() == 0
        colour = tokens.fall if is_ask else tokens.rise
        head = QRect(PAD, box.top(), box.width() - 2 * PAD, HEAD_HEIGHT)
        text = f"{title}  {price_text(price, self._decimals)}"
        draw_text(painter, head, text, TextStyle.STRONG, tokens.text_2)
        shown = min(len(queue), SHOWN, self._room(box))
        note = self.tr("前 {0} 笔 / 共 {1} 笔").format(shown, len(queue)) if queue else ""
        draw_text(painter, head, note, TextStyle.CAPTION, tokens.text_3, RIGHT)
        self._draw_cells(painter, box.adjusted(PAD, HEAD_HEIGHT, -PAD, -4), queue, colour)

    @staticmethod
    def _room(box: QRect) -> int:
        columns = max(1, (box.width() - 2 * PAD) // CELL_WIDTH)
        return columns * max(1, (box.height() - HEAD_HEIGHT - 4) // CELL_HEIGHT)

    def _draw_cells(
        self, painter: QPainter, box: QRect, queue: tuple[int, ...], colour: QColor
    ) -> None:
        tokens = self._look.tokens
        columns = max(1, box.width() // CELL_WIDTH)
        width = box.width() / columns
        lines = max(1, box.height() // CELL_HEIGHT)
        largest = max(queue[:SHOWN], default=0)
        for number, shares in enumerate(queue[: min(SHOWN, columns * lines)]):
            line, column = divmod(number, columns)
            cell = QRectF(box.left() + column * width, box.top() + line * CELL_HEIGHT, width, 0)
            cell.setHeight(CELL_HEIGHT)
            inner = cell.adjusted(1, 1, -1, -1)
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(tokens.ground_3 if shares < largest else tokens.accent_soft)
            painter.drawRoundedRect(inner, 2, 2)
            text_colour = colour if number == 0 else tokens.text_1
            text = lots_text(shares)
            draw_text(painter, inner.toRect(), text, TextStyle.CAPTION, text_colour, CENTRE)


def _same(one: Depth, other: Depth) -> bool:
    return (
        one.ask_queue == other.ask_queue
        and one.bid_queue == other.bid_queue
        and one.quote.ask_units == other.quote.ask_units
        and one.quote.bid_units == other.quote.bid_units
    )
