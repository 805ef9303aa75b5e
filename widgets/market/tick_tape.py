"""The latest trades, newest on top: time, price, quantity, who took."""

from PySide6.QtCore import QRect, QSize, Qt
from PySide6.QtGui import QColor, QPainter, QPaintEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from models.market.picture import Tick
from widgets.paint.fonts import TextStyle
from widgets.paint.look import Look
from widgets.paint.marks import CENTRE, RIGHT, draw_text
from widgets.paint.numbers import clock_text, lots_text, price_text

ROW = 22
HEAD = 24
PAD = 10
BIG_SHARES = 10_000
SIDES = {"B": "买", "S": "卖"}


class TickTape(QWidget):
    """As many trades as the height holds."""

    def __init__(self, look: Look, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._look = look
        self.setAttribute(Qt.WidgetAttribute.WA_OpaquePaintEvent)  # nothing beneath is drawn
        self._ticks: tuple[Tick, ...] = ()
        self._previous_close = 0
        self._decimals = 2
        self._empty = self.tr("今日尚无成交")
        self.setMinimumSize(196, HEAD + 4 * ROW)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        look.changed.connect(self.update)

    def show_ticks(self, ticks: tuple[Tick, ...], previous_close_units: int) -> None:
        """Show these trades, in any order; they are laid newest on top."""
        fresh = tuple(sorted(ticks, key=lambda tick: tick.number, reverse=True))
        if fresh != self._ticks or previous_close_units != self._previous_close:
            self._ticks = fresh
            self._previous_close = previous_close_units
            self.update()

    def set_decimals(self, decimals: int) -> None:
        """Show prices with 2 or 3 decimals."""
        self._decimals = decimals
        self.update()

    def sizeHint(self) -> QSize:  # noqa: N802 - Qt's name
        """Fifteen trades."""
        return QSize(230, HEAD + 15 * ROW)

    def paintEvent(self, _event: QPaintEvent) -> None:  # noqa: N802 - Qt's name
        """Draw titles and rows."""
        painter = QPainter(self)
        tokens = self._look.tokens
        painter.fillRect(self.rect(), tokens.ground_1)
        self._draw_head(painter)
        if not self._ticks:
            box = self.rect().adjusted(0, HEAD, 0, 0)
            draw_text(painter, box, self._empty, TextStyle.BODY, tokens.text_2, CENTRE)
        for number in range(min(len(self._ticks), (self.height() - HEAD) // ROW)):
            self._draw_tick(painter, number)
        painter.end()

    def _boxes(self, top: int, height: int) -> tuple[QRect, QRect, QRect, QRect]:
        right = self.width() - PAD
        side = QRect(right - 20, top, 20, height)
        time = QRect(PAD, top, 62, height)
        middle = side.left() - 8 - time.right()
        price = QRect(time.right(), top, middle // 2, height)
        quantity = QRect(price.right(), top, middle - middle // 2, height)
        return time, price, quantity, side

    def _draw_head(self, painter: QPainter) -> None:
        tokens = self._look.tokens
        time, price, quantity, side = self._boxes(0, HEAD)
        draw_text(painter, time, self.tr("时间"), TextStyle.CAPTION, tokens.text_3)
        titles = (self.tr("成交价"), self.tr("手"), self.tr("向"))
        for box, title in zip((price, quantity, side), titles, strict=True):
            draw_text(painter, box, title, TextStyle.CAPTION, tokens.text_3, RIGHT)
        painter.fillRect(QRect(0, HEAD - 1, self.width(), 1), tokens.line)

    def _draw_tick(self, painter: QPainter, number: int) -> None:
        tokens = self._look.tokens
        tick = self._ticks[number]
        top = HEAD + number * ROW
        if number % 2:
            painter.fillRect(QRect(0, top, self.width(), ROW), tokens.ground_2)
        time, price, quantity, side = self._boxes(top, ROW)
        draw_text(painter, time, clock_text(tick.time_ms), TextStyle.BODY, tokens.text_2)
        change = tick.price_units - self._previous_close if self._previous_close else 0
        text = price_text(tick.price_units, self._decimals)
        draw_text(painter, price, text, TextStyle.NUMBER, tokens.change(change), RIGHT)
        colour = self._side_colour(tick.side)
        style = TextStyle.TITLE if tick.quantity >= BIG_SHARES else TextStyle.NUMBER
        draw_text(painter, quantity, lots_text(tick.quantity), style, colour, RIGHT)
        draw_text(painter, side, SIDES.get(tick.side, "竞"), TextStyle.BODY, colour, RIGHT)

    def _side_colour(self, side: str) -> QColor:
        tokens = self._look.tokens
        return {"B": tokens.rise, "S": tokens.fall}.get(side, tokens.text_2)
