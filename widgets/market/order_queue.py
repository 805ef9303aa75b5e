"""The first fifty orders at the best bid and ask, as small cells in priority order."""

from PySide6.QtCore import QRect, QSize
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from models.market.picture import Depth
from widgets.market.book.queue_cells import CELL_HEIGHT, QueueForm, QueueGrid, draw_cells
from widgets.market.ladder_middle import draw_veil
from widgets.paint.fonts import TextStyle
from widgets.paint.look import Look
from widgets.paint.marks import CENTRE, RIGHT, draw_text
from widgets.paint.numbers import price_text

HEAD_HEIGHT = 22
PAD = 10


class OrderQueue(QWidget):
    """Two blocks, ask above bid; each as many cells as fit."""

    def __init__(self, look: Look, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._look = look
        self._depth: Depth | None = None
        self._form = QueueForm()
        self._is_veiled = False
        self._empty_text = ""
        self.setMinimumSize(200, 2 * (HEAD_HEIGHT + CELL_HEIGHT + 4))
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        look.changed.connect(self.update)

    def show_depth(self, depth: Depth | None) -> None:
        """Show the queues of a picture; None empties."""
        if depth is not None and self._depth is not None and _same(depth, self._depth):
            return
        self._depth = depth
        self.update()

    def show_nothing(self, text: str) -> None:
        """Empty the queues and say why."""
        self._depth, self._empty_text = None, text
        self.update()

    def set_veiled(self, *, on: bool) -> None:
        """Dim the panel while its book may not be believed."""
        if on is not self._is_veiled:
            self._is_veiled = on
            self.update()

    def set_form(self, form: QueueForm) -> None:
        """Show prices and quantities in this form."""
        if form != self._form:
            self._form = form
            self.update()

    def sizeHint(self) -> QSize:  # noqa: N802 - Qt's name
        """Three lines of cells a side."""
        return QSize(284, 2 * (HEAD_HEIGHT + 3 * CELL_HEIGHT))

    def paintEvent(self, _event: QPaintEvent) -> None:  # noqa: N802 - Qt's name
        """Draw both blocks."""
        painter = QPainter(self)
        tokens = self._look.tokens
        painter.fillRect(self.rect(), tokens.ground_1)
        if self._depth is None:
            text = self._empty_text
            draw_text(painter, self.rect(), text, TextStyle.BODY, tokens.text_3, CENTRE)
        else:
            self._draw_blocks(painter, self._depth)
        if self._is_veiled:
            draw_veil(painter, self.rect(), tokens)
        painter.end()

    def _draw_blocks(self, painter: QPainter, depth: Depth) -> None:
        half = self.height() // 2
        upper = QRect(0, 0, self.width(), half)
        lower = QRect(0, half, self.width(), self.height() - half)
        asks, bids = (side[0].order_count if side else 0 for side in (depth.asks, depth.bids))
        quote = depth.quote
        told = (upper, self.tr("卖一"), quote.ask_units, depth.ask_queue, asks)
        self._draw_block(painter, *told)
        self._draw_block(painter, lower, self.tr("买一"), quote.bid_units, depth.bid_queue, bids)

    def _draw_block(
        self,
        painter: QPainter,
        box: QRect,
        title: str,
        price: int,
        queue: tuple[int, ...],
        orders: int,
    ) -> None:
        tokens = self._look.tokens
        colour = tokens.fall if box.top() == 0 else tokens.rise
        head = QRect(PAD, box.top(), box.width() - 2 * PAD, HEAD_HEIGHT)
        text = f"{title}  {price_text(price, self._form.decimals)}"
        draw_text(painter, head, text, TextStyle.STRONG, tokens.text_2)
        grid = QueueGrid(box.adjusted(PAD, HEAD_HEIGHT, -PAD, -4))
        shown, whole = min(len(queue), grid.room), max(orders, len(queue))
        note = self.tr("前 {0} / 共 {1} 笔").format(shown, whole) if queue else self.tr("无队列")
        draw_text(painter, head, note, TextStyle.CAPTION, tokens.text_3, RIGHT)
        draw_cells(painter, grid, queue, price, self._form, self._look, colour)


def _same(one: Depth, other: Depth) -> bool:
    return (
        one.ask_queue == other.ask_queue
        and one.bid_queue == other.bid_queue
        and one.quote.ask_units == other.quote.ask_units
        and one.quote.bid_units == other.quote.bid_units
    )
