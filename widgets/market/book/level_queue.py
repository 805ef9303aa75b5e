"""The queue at one chosen price: every order that was sent, in priority order, scrolling."""

from PySide6.QtCore import QEvent, QRect, Qt
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QAbstractScrollArea, QFrame, QWidget

from models.market.details import PriceQueue
from widgets.market.book.queue_cells import CELL_HEIGHT, QueueForm, QueueGrid, draw_cells
from widgets.market.ladder_middle import draw_veil
from widgets.paint.fonts import TextStyle
from widgets.paint.look import Look
from widgets.paint.marks import CENTRE, RIGHT, draw_text
from widgets.paint.numbers import price_text

HEAD_HEIGHT = 42
PAD = 10


class LevelQueue(QAbstractScrollArea):
    """Cells under a head that tells the price, the orders and the quantity of the level."""

    def __init__(self, look: Look, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._look = look
        self._queue: PriceQueue | None = None
        self._form = QueueForm()
        self._is_veiled = False
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setMinimumSize(200, HEAD_HEIGHT + 2 * CELL_HEIGHT)
        self.setAccessibleName(self.tr("所选价位的委托队列"))
        self.verticalScrollBar().setSingleStep(1)
        look.changed.connect(self.viewport().update)

    def show_queue(self, queue: PriceQueue | None) -> None:
        """Show a newer picture; None = not known yet."""
        if queue == self._queue:
            return
        is_other = queue is None or self._queue is None or queue.place != self._queue.place
        self._queue = queue
        self._fit()
        if is_other:
            self.verticalScrollBar().setValue(0)
        self.viewport().update()

    def set_veiled(self, *, on: bool) -> None:
        """Dim the panel while its book may not be believed."""
        if on is not self._is_veiled:
            self._is_veiled = on
            self.viewport().update()

    def set_form(self, form: QueueForm) -> None:
        """Show prices and quantities in this form."""
        if form != self._form:
            self._form = form
            self.viewport().update()

    def resizeEvent(self, event: QEvent) -> None:  # noqa: N802 - Qt's name
        """Share the new size."""
        self._fit()

    def scrollContentsBy(self, _dx: int, _dy: int) -> None:  # noqa: N802 - Qt's name
        """Lines are drawn where they are."""
        self.viewport().update()

    def paintEvent(self, _event: QPaintEvent) -> None:  # noqa: N802 - Qt's name
        """Draw head and cells."""
        painter = QPainter(self.viewport())
        tokens, area = self._look.tokens, self.viewport().rect()
        painter.fillRect(area, tokens.ground_1)
        if self._queue is None:
            text = self.tr("等待该价位队列…")
            draw_text(painter, area, text, TextStyle.BODY, tokens.text_3, CENTRE)
        else:
            self._draw(painter, self._queue)
        if self._is_veiled:
            draw_veil(painter, self.viewport().rect(), tokens)
        painter.end()

    def _draw(self, painter: QPainter, queue: PriceQueue) -> None:
        tokens, form, grid = self._look.tokens, self._form, self._grid()
        place = queue.place
        colour = tokens.rise if place.is_bid else tokens.fall
        first = self.verticalScrollBar().value() * grid.columns
        line = QRect(PAD, 2, self.viewport().width() - 2 * PAD, 20)
        side = self.tr("买盘") if place.is_bid else self.tr("卖盘")
        title = f"{side} {price_text(place.price_units, form.decimals)}"
        draw_text(painter, line, title, TextStyle.STRONG, colour)
        total = f"{form.quantities.text(queue.quantity)} {form.quantities.word}"
        draw_text(painter, line, total, TextStyle.STRONG, tokens.text_1, RIGHT)
        below = line.translated(0, 18)
        draw_text(painter, below, self._note(queue), TextStyle.CAPTION, tokens.text_3)
        seen = min(len(queue.sizes), first + grid.room)
        shown = self.tr("第 {0}–{1} / 共 {2} 笔").format(first + 1, seen, queue.order_count)
        if not queue.sizes:
            shown = self.tr("该价位暂无委托")
        draw_text(painter, below, shown, TextStyle.CAPTION, tokens.text_3, RIGHT)
        head = colour if first == 0 else None
        price = place.price_units
        draw_cells(painter, grid, queue.sizes[first:], price, form, self._look, head)

    def _note(self, queue: PriceQueue) -> str:
        price, form = queue.place.price_units, self._form
        if not form.large_from:
            return ""
        huge = sum(form.is_huge(price, size) for size in queue.sizes)
        large = sum(form.is_large(price, size) for size in queue.sizes)
        return self.tr("特大 {0} 大 {1}").format(huge, large - huge)

    def _grid(self) -> QueueGrid:
        return QueueGrid(self.viewport().rect().adjusted(PAD, HEAD_HEIGHT, -PAD, -2))

    def _fit(self) -> None:
        grid = self._grid()
        orders = len(self._queue.sizes) if self._queue else 0
        lines = -(-orders // grid.columns)
        self.verticalScrollBar().setRange(0, max(0, lines - grid.lines))
        self.verticalScrollBar().setPageStep(grid.lines)
