"""The first fifty orders at the best bid and ask as small cells in priority order, ours marked."""

from typing import NamedTuple

from PySide6.QtCore import QRect, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QPainter, QPaintEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from models.market.own_place import OwnPlace, PlaceCertainty
from models.market.picture import Depth
from models.trading.order import Side
from widgets.paint.fonts import TextStyle
from widgets.paint.look import Look
from widgets.paint.marks import CENTRE, RIGHT, draw_fitting, draw_text
from widgets.paint.numbers import lots_text, price_text
from widgets.trading.own_words import line_text, tip_text

CELL_WIDTH = 40
CELL_HEIGHT = 18
HEAD_HEIGHT = 22
PAD = 10
SHOWN = 50
LINE_HEIGHT = 20
MOST_LINES = 3
ON_FILL = QColor("#FFFFFF")  # on filled grounds, in both themes


class _Block(NamedTuple):
    is_ask: bool
    title: str
    price_units: int
    queue: tuple[int, ...]
    own: set[int]  # places of our own orders in the queue, 0 = first


class OrderQueue(QWidget):
    """Two blocks, ask above bid; each as many cells as fit; below them our own orders in words."""

    def __init__(self, look: Look, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._look = look
        self.setAttribute(Qt.WidgetAttribute.WA_OpaquePaintEvent)  # nothing beneath is drawn
        self._depth: Depth | None = None
        self._own: tuple[OwnPlace, ...] = ()
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

    def set_own_places(self, places: tuple[OwnPlace, ...]) -> None:
        """Show where our own orders stand: at the best prices in their cells, all in words."""
        if places != self._own:
            self._own = tuple(sorted(places, key=_nearness))
            self.setToolTip(tip_text(self._own, self._decimals))
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
            room = self.height() - self._draw_own_lines(painter)
            half = room // 2
            upper = QRect(0, 0, self.width(), half)
            lower = QRect(0, half, self.width(), room - half)
            self._draw_block(painter, upper, self._block(Side.SELL, self._depth))
            self._draw_block(painter, lower, self._block(Side.BUY, self._depth))
        painter.end()

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
        return _Block(is_ask, title, price, depth.ask_queue if is_ask else depth.bid_queue, own)

    def _draw_own_lines(self, painter: QPainter) -> int:
        """Draw our orders in words at the foot; return the height they take."""
        if not self._own:
            return 0
        tokens = self._look.tokens
        shown = self._own[:MOST_LINES]
        height = LINE_HEIGHT * len(shown) + 4
        top = self.height() - height
        painter.fillRect(QRect(0, top, self.width(), height), tokens.ground_2)
        painter.fillRect(QRect(0, top, 3, height), tokens.accent)
        for number, place in enumerate(shown):
            line = QRect(PAD, top + 2 + number * LINE_HEIGHT, self.width() - PAD - 4, LINE_HEIGHT)
            text = line_text(place, lots_text, self._decimals)
            more = len(self._own) - MOST_LINES if number == MOST_LINES - 1 else 0
            text += self.tr("  等 {0} 笔").format(len(self._own)) if more > 0 else ""
            draw_fitting(painter, line, text, TextStyle.CAPTION, tokens.text_1)
        return height

    def _draw_block(self, painter: QPainter, box: QRect, block: _Block) -> None:
        tokens, queue = self._look.tokens, block.queue
        colour = tokens.fall if block.is_ask else tokens.rise
        head = QRect(PAD, box.top(), box.width() - 2 * PAD, HEAD_HEIGHT)
        text = f"{block.title}  {price_text(block.price_units, self._decimals)}"
        draw_text(painter, head, text, TextStyle.STRONG, tokens.text_2)
        shown = min(len(queue), SHOWN, self._room(box))
        note = self.tr("前 {0} 笔 / 共 {1} 笔").format(shown, len(queue)) if queue else ""
        colours = tokens.text_3, tokens.accent
        if block.own and queue:
            place = min(block.own) + 1
            note = self.tr("◆ 我在第 {0} 笔 / 共 {1} 笔").format(place, len(queue))
        draw_text(painter, head, note, TextStyle.CAPTION, colours[bool(block.own)], RIGHT)
        cells = box.adjusted(PAD, HEAD_HEIGHT, -PAD, -4)
        self._draw_cells(painter, cells, queue, colour)
        for place in block.own:
            self._draw_own_cell(painter, cells, place, queue)

    def _draw_own_cell(
        self, painter: QPainter, box: QRect, place: int, queue: tuple[int, ...]
    ) -> None:
        """Our own order in line: filled, so that it is found without colour."""
        columns = max(1, box.width() // CELL_WIDTH)
        lines = max(1, box.height() // CELL_HEIGHT)
        if place >= min(SHOWN, columns * lines, len(queue)):
            return
        tokens = self._look.tokens
        cell = _cell(box, columns, place).adjusted(1, 1, -1, -1)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(tokens.accent_fill)
        painter.drawRoundedRect(cell, 2, 2)
        text = "◆" + lots_text(queue[place])
        draw_text(painter, cell.toRect(), text, TextStyle.CAPTION, ON_FILL, CENTRE)

    @staticmethod
    def _room(box: QRect) -> int:
        columns = max(1, (box.width() - 2 * PAD) // CELL_WIDTH)
        return columns * max(1, (box.height() - HEAD_HEIGHT - 4) // CELL_HEIGHT)

    def _draw_cells(
        self, painter: QPainter, box: QRect, queue: tuple[int, ...], colour: QColor
    ) -> None:
        tokens = self._look.tokens
        columns = max(1, box.width() // CELL_WIDTH)
        lines = max(1, box.height() // CELL_HEIGHT)
        largest = max(queue[:SHOWN], default=0)
        for number, shares in enumerate(queue[: min(SHOWN, columns * lines)]):
            inner = _cell(box, columns, number).adjusted(1, 1, -1, -1)
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(tokens.ground_3 if shares < largest else tokens.accent_soft)
            painter.drawRoundedRect(inner, 2, 2)
            text_colour = colour if number == 0 else tokens.text_1
            text = lots_text(shares)
            draw_text(painter, inner.toRect(), text, TextStyle.CAPTION, text_colour, CENTRE)


def _nearness(place: OwnPlace) -> tuple[bool, int, int]:
    return not place.is_placed, place.better, place.ahead


def _cell(box: QRect, columns: int, number: int) -> QRectF:
    line, column = divmod(number, columns)
    width = box.width() / columns
    return QRectF(box.left() + column * width, box.top() + line * CELL_HEIGHT, width, CELL_HEIGHT)


def _same(one: Depth, other: Depth) -> bool:
    return (
        one.ask_queue == other.ask_queue
        and one.bid_queue == other.bid_queue
        and one.quote.ask_units == other.quote.ask_units
        and one.quote.bid_units == other.quote.bid_units
    )
