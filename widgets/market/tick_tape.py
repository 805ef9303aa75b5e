"""The latest trades, newest on top: time, price, quantity, who took."""

from PySide6.QtCore import QRect, QSize, Qt
from PySide6.QtGui import QColor, QPainter, QPaintEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from models.market.picture import Tick
from widgets.market.ladder_middle import draw_veil
from widgets.paint.fonts import TextStyle, font
from widgets.paint.inks import Ink
from widgets.paint.look import Look
from widgets.paint.marks import CENTRE, RIGHT, draw_text
from widgets.paint.numbers import clock_text, price_text
from widgets.paint.quantities import Quantities

ROW = 22
HEAD = 24
PAD = 10
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
        self._quantities = Quantities()
        self._big_from = 0
        self._is_veiled = False
        self._empty_text = self.tr("今日尚无成交")
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

    def set_veiled(self, *, on: bool) -> None:
        """Dim the panel while its book may not be believed."""
        if on is not self._is_veiled:
            self._is_veiled = on
            self.update()

    def set_quantities(self, quantities: Quantities) -> None:
        """Show quantities in lots or single ones."""
        if quantities != self._quantities:
            self._quantities = quantities
            self.update()

    def set_big_from(self, turnover_units: int) -> None:
        """Write trades of this turnover and more boldly; 0 = none."""
        self._big_from = turnover_units

    def set_empty_text(self, text: str) -> None:
        """Say why there is nothing; "" = nothing was traded yet."""
        wanted = text or self.tr("今日尚无成交")
        if wanted != self._empty_text:
            self._empty_text = wanted
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
            wrapped = int(Qt.TextFlag.TextWordWrap | CENTRE)
            painter.setFont(font(TextStyle.BODY))
            painter.setPen(tokens.text_2)
            painter.drawText(box.adjusted(PAD, 0, -PAD, 0), wrapped, self._empty_text)
        for number in range(min(len(self._ticks), (self.height() - HEAD) // ROW)):
            self._draw_tick(painter, number)
        if self._is_veiled:
            draw_veil(painter, self.rect(), tokens)
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
        titles = (self.tr("成交价"), self._quantities.word, self.tr("向"))
        for box, title in zip((price, quantity, side), titles, strict=True):
            draw_text(painter, box, title, TextStyle.CAPTION, tokens.text_3, RIGHT)
        painter.fillRect(QRect(0, HEAD - 1, self.width(), 1), tokens.line)

    def _draw_tick(self, painter: QPainter, number: int) -> None:
        tokens, tick = self._look.tokens, self._ticks[number]
        top = HEAD + number * ROW
        if number % 2:
            painter.fillRect(QRect(0, top, self.width(), ROW), tokens.ground_2)
        time, price, quantity, side = self._boxes(top, ROW)
        middle = time.center().y()
        ink = self._ink(TextStyle.BODY, tokens.text_2)
        ink.left(painter, time.left(), middle, clock_text(tick.time_ms))
        change = tick.price_units - self._previous_close if self._previous_close else 0
        text = price_text(tick.price_units, self._decimals)
        ink = self._ink(TextStyle.NUMBER, tokens.change(change))
        ink.right(painter, price.right() + 1, middle, text)
        colour = self._side_colour(tick.side)
        is_big = 0 < self._big_from <= tick.price_units * tick.quantity
        ink = self._ink(TextStyle.TITLE if is_big else TextStyle.NUMBER, colour)
        ink.right(painter, quantity.right() + 1, middle, self._quantities.text(tick.quantity))
        if is_big:
            painter.fillRect(QRect(0, top, 2, ROW), colour)
        ink = self._ink(TextStyle.BODY, colour)
        ink.right(painter, side.right() + 1, middle, SIDES.get(tick.side, "竞"))

    def _ink(self, style: TextStyle, colour: QColor) -> Ink:
        return self._look.inks.ink(style, colour, self.devicePixelRatioF())

    def _side_colour(self, side: str) -> QColor:
        tokens = self._look.tokens
        return {"B": tokens.rise, "S": tokens.fall}.get(side, tokens.text_2)
