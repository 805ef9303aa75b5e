"""Draws the rows of the depth ladder."""

from itertools import accumulate

from PySide6.QtCore import QRect, QRectF, Qt
from PySide6.QtGui import QColor, QPainter, QPen

from models.market.own_place import OwnPlace
from models.market.picture import Level
from widgets.market.ladder_layout import LadderLayout
from widgets.market.ladder_state import LadderState
from widgets.paint.fonts import TextStyle
from widgets.paint.marks import RIGHT, draw_text, faded, text_width
from widgets.paint.numbers import NOTHING, price_text
from widgets.paint.tokens import Tokens
from widgets.trading.own_chip import draw_own_chip
from widgets.trading.own_words import mark_texts

DIGITS = "一二三四五六七八九十"
LIMIT_MARK_WIDTH = 30


class LadderPainter:
    """Draws one picture of a ladder; made anew for each paint event."""

    def __init__(
        self, painter: QPainter, layout: LadderLayout, state: LadderState, tokens: Tokens
    ) -> None:
        self._painter = painter
        self._layout = layout
        self._state = state
        self._tokens = tokens
        self._largest = max(1, state.largest)
        self._deepest = max(1, state.deepest)
        self._sums = {side: _sums(state.levels(side)) for side in ("ask", "bid")}

    def draw_head(self, titles: tuple[str, str, str]) -> None:
        """Draw the column titles: price, quantity, orders."""
        row = self._layout.head
        painter, tokens = self._painter, self._tokens
        boxes = (self._layout.price(row), self._layout.bar(row), self._layout.count(row))
        for box, title in zip(boxes, titles, strict=True):
            place = box.adjusted(-20, 0, -4 if box == boxes[1] else 0, 0)
            draw_text(painter, place, title, TextStyle.CAPTION, tokens.text_3, RIGHT)
        painter.fillRect(QRect(0, row.bottom(), row.width(), 1), tokens.line)

    def draw_level(self, side: str, place: int) -> None:
        """Draw one row."""
        row = self._row(side, place)
        level = self._state.level(side, place)
        if self._state.hovered == (side, place) and level:
            self._painter.fillRect(row, self._tokens.ground_3)
        self._draw_label(side, place, row)
        if level is None:
            self._draw_void(row)
            return
        self._draw_bars(side, place, level, row)
        self._draw_price(side, level, row)
        self._draw_own(level, row)
        self._draw_numbers(level, row)

    def draw_cage_lines(self) -> None:
        """Draw a dashed line where prices begin that a new order may not have."""
        cage = self._state.cage
        if cage is None:
            return
        ceiling, floor = cage.buy_ceiling_units, cage.sell_floor_units
        shown = slice(0, self._layout.levels)
        asks, bids = self._state.levels("ask")[shown], self._state.levels("bid")[shown]
        above = [bool(ceiling) and level.price_units > ceiling for level in asks]
        if True in above:
            self._draw_cage_line(self._row("ask", above.index(True)).bottom())
        below = [bool(floor) and level.price_units < floor for level in bids]
        if True in below:
            self._draw_cage_line(self._row("bid", below.index(True)).top())

    def _row(self, side: str, place: int) -> QRect:
        return self._layout.ask_row(place) if side == "ask" else self._layout.bid_row(place)

    def _draw_label(self, side: str, place: int, row: QRect) -> None:
        text = ("卖" if side == "ask" else "买") + DIGITS[place]
        box = self._layout.label(row)
        draw_text(self._painter, box, text, TextStyle.BODY, self._tokens.text_3)

    def _draw_void(self, row: QRect) -> None:
        box = self._layout.price(row)
        draw_text(self._painter, box, NOTHING, TextStyle.NUMBER, self._tokens.text_3, RIGHT)

    def _draw_bars(self, side: str, place: int, level: Level, row: QRect) -> None:
        tokens = self._tokens
        bar = self._layout.bar(row)
        # Buyers push up, sellers push down: bars wear the colours of the move they make.
        soft = tokens.fall_soft if side == "ask" else tokens.rise_soft
        strong = tokens.fall if side == "ask" else tokens.rise
        height = min(row.height() - 3, 28)
        length = bar.width() * level.quantity // self._largest
        top = row.center().y() - height // 2
        reach = bar.width() * self._sums[side][place] // self._deepest
        whole = QRect(bar.right() - reach, row.top(), reach, row.height())
        self._painter.fillRect(whole, faded(soft, 120))
        box = QRect(bar.right() - length, top, length, height)
        self._painter.fillRect(box, soft)
        self._painter.fillRect(box, faded(strong, 44))
        if level.price_units in self._state.touched:
            self._painter.fillRect(QRect(bar.right() - 2, top, 2, height), strong)

    def _draw_price(self, side: str, level: Level, row: QRect) -> None:
        box = self._layout.price(row)
        colour = self._price_colour(level.price_units)
        text = price_text(level.price_units, self._state.decimals)
        draw_text(self._painter, box, text, TextStyle.NUMBER, colour, RIGHT)
        mark = self._limit_mark(level.price_units)
        if mark:
            self._draw_limit_mark(mark, colour, row)

    def _price_colour(self, units: int) -> QColor:
        depth = self._state.depth
        close = depth.quote.previous_close_units if depth else 0
        return self._tokens.change(units - close if close else 0)

    def _limit_mark(self, units: int) -> str:
        depth = self._state.depth
        if depth is None:
            return ""
        if units == depth.quote.limit_up_units:
            return "涨停"
        return "跌停" if units == depth.quote.limit_down_units else ""

    def _draw_limit_mark(self, mark: str, colour: QColor, row: QRect) -> None:
        box = self._layout.own(row) if self._layout.is_wide else self._layout.label(row)
        place = QRectF(box.left(), box.center().y() - 7, LIMIT_MARK_WIDTH, 15)
        self._painter.fillRect(place, self._tokens.ground_1)
        self._painter.setPen(QPen(colour, 1))
        self._painter.setBrush(Qt.BrushStyle.NoBrush)
        self._painter.drawRoundedRect(place, 3, 3)
        align = Qt.AlignmentFlag.AlignCenter
        draw_text(self._painter, place.toRect(), mark, TextStyle.CAPTION, colour, align)

    def _draw_own(self, level: Level, row: QRect) -> None:
        own = self._state.own.get(level.price_units, 0)
        if not own:
            return
        tokens = self._tokens
        self._painter.fillRect(QRect(0, row.top() + 1, 3, row.height() - 2), tokens.accent)
        places = self._state.own_places(level.price_units)
        if places:
            self._draw_place(places, level, row)
        elif self._layout.is_wide:
            text = "◆" + self._state.quantity(own)
            draw_text(self._painter, self._layout.own(row), text, TextStyle.CAPTION, tokens.accent)
            return
        box = self._layout.label(row).adjusted(26, 0, 0, 0)
        draw_text(self._painter, box, "◆", TextStyle.CAPTION, tokens.accent)

    def _draw_place(self, places: tuple[OwnPlace, ...], level: Level, row: QRect) -> None:
        """Between price and quantity: shares ahead and behind and the time, as much as fits."""
        left = self._layout.price(row).right() + 6
        if self._layout.is_wide and self._limit_mark(level.price_units):
            left = self._layout.own(row).left() + LIMIT_MARK_WIDTH + 4
        quantity = text_width(self._state.quantity(level.quantity), TextStyle.NUMBER)
        right = self._layout.bar(row).right() - quantity - 10
        room = QRect(left, row.top(), right - left, row.height())
        draw_own_chip(
            self._painter, room, mark_texts(places[0], self._state.quantity), self._tokens
        )

    def _draw_numbers(self, level: Level, row: QRect) -> None:
        tokens = self._tokens
        box = self._layout.bar(row).adjusted(0, 0, -6, 0)
        text = self._state.quantity(level.quantity)
        draw_text(self._painter, box, text, TextStyle.NUMBER, tokens.text_1, RIGHT)
        count = str(level.order_count) if level.order_count else ""
        draw_text(
            self._painter, self._layout.count(row), count, TextStyle.BODY, tokens.text_3, RIGHT
        )

    def _draw_cage_line(self, y: int) -> None:
        pen = QPen(self._tokens.warn, 1, Qt.PenStyle.DashLine)
        self._painter.setPen(pen)
        self._painter.drawLine(0, y, self._layout.size.width(), y)


def _sums(levels: tuple[Level, ...]) -> tuple[int, ...]:
    return tuple(accumulate(level.quantity for level in levels))


def all_places(levels: int) -> tuple[tuple[str, int], ...]:
    """Return the best ``levels`` of both sides."""
    return tuple((side, place) for side in ("ask", "bid") for place in range(levels))
