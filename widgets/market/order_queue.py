"""The first fifty orders at the best bid and ask as small cells in priority order, ours marked."""

from typing import NamedTuple

from PySide6.QtCore import QRect, QSize, Qt
from PySide6.QtGui import QColor, QPainter, QPaintEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from models.market.own_place import OwnPlace, PlaceCertainty
from models.market.picture import Depth
from models.trading.order import Side
from widgets.market.book.queue_cells import CELL_HEIGHT, QueueForm, QueueGrid, draw_cells
from widgets.market.ladder_middle import draw_veil
from widgets.paint.fonts import TextStyle
from widgets.paint.look import Look
from widgets.paint.marks import CENTRE, RIGHT, draw_fitting, draw_text
from widgets.paint.numbers import price_text
from widgets.trading.own_words import line_text, tip_text

HEAD_HEIGHT = 22
PAD = 10
LINE_HEIGHT = 20
MOST_LINES = 3
ON_FILL = QColor("#FFFFFF")  # on filled grounds, in both themes


class _Block(NamedTuple):
    is_ask: bool
    title: str
    price_units: int
    queue: tuple[int, ...]
    orders: int  # at the price in all
    own: set[int]  # places of our own orders in the queue, 0 = first


class OrderQueue(QWidget):
    """Two blocks, ask above bid; each as many cells as fit; below them our own orders in words."""

    def __init__(self, look: Look, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._look = look
        self.setAttribute(Qt.WidgetAttribute.WA_OpaquePaintEvent)  # nothing beneath is drawn
        self._depth: Depth | None = None
        self._own: tuple[OwnPlace, ...] = ()
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

    def set_own_places(self, places: tuple[OwnPlace, ...]) -> None:
        """Show where our own orders stand: at the best prices in their cells, all in words."""
        if places != self._own:
            self._own = tuple(sorted(places, key=_nearness))
            self.setToolTip(tip_text(self._own, self._form.decimals))
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
            self.setToolTip(tip_text(self._own, form.decimals))
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
        room = self.height() - self._draw_own_lines(painter)
        half = room // 2
        upper = QRect(0, 0, self.width(), half)
        lower = QRect(0, half, self.width(), room - half)
        self._draw_block(painter, upper, self._block(Side.SELL, depth))
        self._draw_block(painter, lower, self._block(Side.BUY, depth))

    def _block(self, side: Side, depth: Depth) -> _Block:
        is_ask = side is Side.SELL
        price = depth.quote.ask_units if is_ask else depth.quote.bid_units
        own = {
            one.orders_ahead
            for one in self._own
            if (one.side, one.price_units) == (side, price)
            and one.certainty is PlaceCertainty.EXACT
        }
        title = self.tr("卖一") if is_ask else self.tr("买一")
        queue, levels = (depth.ask_queue, depth.asks) if is_ask else (depth.bid_queue, depth.bids)
        orders = max(levels[0].order_count if levels else 0, len(queue))
        return _Block(is_ask, title, price, queue, orders, own)

    def _draw_own_lines(self, painter: QPainter) -> int:
        """Draw our orders in words at the foot; return the height they take."""
        if not self._own:
            return 0
        tokens, form = self._look.tokens, self._form
        shown = self._own[:MOST_LINES]
        height = LINE_HEIGHT * len(shown) + 4
        top = self.height() - height
        painter.fillRect(QRect(0, top, self.width(), height), tokens.ground_2)
        painter.fillRect(QRect(0, top, 3, height), tokens.accent)
        for number, place in enumerate(shown):
            line = QRect(PAD, top + 2 + number * LINE_HEIGHT, self.width() - PAD - 4, LINE_HEIGHT)
            text = line_text(place, form.quantities.text, form.decimals)
            more = len(self._own) - MOST_LINES if number == MOST_LINES - 1 else 0
            text += self.tr("  等 {0} 笔").format(len(self._own)) if more > 0 else ""
            draw_fitting(painter, line, text, TextStyle.CAPTION, tokens.text_1)
        return height

    def _draw_block(self, painter: QPainter, box: QRect, block: _Block) -> None:
        tokens, queue = self._look.tokens, block.queue
        colour = tokens.fall if block.is_ask else tokens.rise
        head = QRect(PAD, box.top(), box.width() - 2 * PAD, HEAD_HEIGHT)
        text = f"{block.title}  {price_text(block.price_units, self._form.decimals)}"
        draw_text(painter, head, text, TextStyle.STRONG, tokens.text_2)
        grid = QueueGrid(box.adjusted(PAD, HEAD_HEIGHT, -PAD, -4))
        note_colour = tokens.accent if block.own and queue else tokens.text_3
        note = self._note(block, min(len(queue), grid.room))
        draw_text(painter, head, note, TextStyle.CAPTION, note_colour, RIGHT)
        draw_cells(painter, grid, queue, block.price_units, self._form, self._look, colour)
        for place in block.own:
            if place < min(grid.room, len(queue)):
                self._draw_own_cell(painter, grid.cell(place), queue[place])

    def _note(self, block: _Block, shown: int) -> str:
        if not block.queue:
            return self.tr("无队列")
        if block.own:
            place = min(block.own) + 1
            return self.tr("◆ 我在第 {0} 笔 / 共 {1} 笔").format(place, block.orders)
        return self.tr("前 {0} / 共 {1} 笔").format(shown, block.orders)

    def _draw_own_cell(self, painter: QPainter, cell: QRect, quantity: int) -> None:
        """Our own order in line: filled, so that it is found without colour."""
        inner = cell.adjusted(1, 1, -1, -1)
        painter.fillRect(inner, self._look.tokens.accent_fill)
        text = "◆" + self._form.quantities.text(quantity)
        draw_text(painter, inner, text, TextStyle.CAPTION, ON_FILL, CENTRE)


def _nearness(place: OwnPlace) -> tuple[bool, int, int]:
    return not place.is_placed, place.better, place.ahead


def _same(one: Depth, other: Depth) -> bool:
    return (
        one.ask_queue == other.ask_queue
        and one.bid_queue == other.bid_queue
        and one.quote.ask_units == other.quote.ask_units
        and one.quote.bid_units == other.quote.bid_units
    )
