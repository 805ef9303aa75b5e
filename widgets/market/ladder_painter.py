"""Draws the rows of the depth ladder."""

from dataclasses import dataclass
from math import ceil

from PySide6.QtCore import QPoint, QRect, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QPainter, QPen, QPixmap, QRegion

from models.market.own_place import OwnPlace
from models.market.picture import Depth, Level
from widgets.market.ladder_layout import LadderLayout
from widgets.market.ladder_state import LadderState
from widgets.paint.fonts import TextStyle
from widgets.paint.inks import Ink, NumberInk
from widgets.paint.look import Look
from widgets.paint.marks import mixed
from widgets.paint.numbers import NOTHING, price_text
from widgets.paint.quantities import Quantities
from widgets.trading.own_chip import draw_own_chip
from widgets.trading.own_words import mark_texts

DIGITS = "一二三四五六七八九十"
SIDES = ("ask", "bid")
BAR_GAP = 3
MOST_BAR = 28
LIMIT_MARK_WIDTH = 30
NO_CEILING = 1 << 40
CHANGES = (0, 1, -1)  # at, above and below the previous close: also a list read by the sign


@dataclass(frozen=True, slots=True)
class LadderForm:
    """All that a painter depends on beside the picture: it is made anew when this changes."""

    layout: LadderLayout
    scale: float
    decimals: int
    quantities: Quantities


class LadderPainter:
    """Draws rows of one size, theme and form of numbers; kept from paint to paint."""

    def __init__(self, look: Look, form: LadderForm) -> None:
        self._look = look
        self._tokens = look.tokens
        self._layout = form.layout
        self._quantities = form.quantities
        self._scale = form.scale
        self._make_inks(form)
        self._make_places(form.layout)

    def ground(self, titles: tuple[str, str, str]) -> QPixmap:
        """Return what lies under the rows, down to the foot; size and theme alone change it."""
        size = QSize(self._layout.size.width(), max(1, self._layout.foot.top()))
        picture = QPixmap(ceil(size.width() * self._scale), ceil(size.height() * self._scale))
        picture.setDevicePixelRatio(self._scale)
        picture.fill(self._tokens.ground_1)
        painter = QPainter(picture)
        self.draw_head(painter, titles)
        self.draw_middle_ground(painter)
        self.draw_labels(painter)
        painter.end()
        return picture

    def draw_head(self, painter: QPainter, titles: tuple[str, str, str]) -> None:
        """Draw the column titles: price, quantity, orders."""
        row, ink = self._layout.head, self._ink(TextStyle.CAPTION, self._tokens.text_3)
        ends = (self._price_end, self._quantity_end, self._count_end)
        for end, title in zip(ends, titles, strict=True):
            ink.right(painter, end, row.center().y(), title)
        painter.fillRect(QRect(0, row.bottom(), row.width(), 1), self._tokens.line)

    def draw_middle_ground(self, painter: QPainter) -> None:
        """Draw the band between asks and bids."""
        band = self._layout.middle
        painter.fillRect(band, self._tokens.ground_2)
        for y in (band.top(), band.bottom()):
            painter.fillRect(QRect(0, y, band.width(), 1), self._tokens.line)

    def draw_labels(self, painter: QPainter) -> None:
        """Draw 卖十 … 买十."""
        ink = self._ink(TextStyle.BODY, self._tokens.text_3)
        for side, place in all_places(self._layout.levels):
            box = self._layout.label(self._layout.row(side, place))
            ink.left(painter, box.left(), box.center().y(), _label(side, place))

    def draw_levels(self, painter: QPainter, state: LadderState, area: QRect) -> None:
        """Draw the rows that lie in ``area``."""
        if state.depth is None:
            return
        marked = _marked(state)
        for side in SIDES:
            for place, is_chosen in self._lit(state, side).items():
                self._light(painter, side, place, is_chosen)
            self._draw_bars(painter, state, side)
            if state.touched:
                self._draw_touched(painter, state, side)
            self._draw_numbers(painter, state, side, area)
            levels = state.levels(side)[: self._layout.levels]
            for place in [at for at, one in enumerate(levels) if one.price_units in marked]:
                self._draw_marks(painter, state, levels[place], self._layout.row(side, place))

    def _draw_bars(self, painter: QPainter, state: LadderState, side: str) -> None:
        """One straight loop: all of a side in some twenty microseconds."""
        fill, total = painter.fillRect, 0
        largest, deepest = max(1, state.largest), max(1, state.deepest)
        reach_colour, bar_colour, _ = self._bar_colours[side]
        end, width, height = self._bar_end, self._bar_width, self._row_height
        bar_drop, bar_height = self._bar_drop, self._bar_height
        for level, top in zip(state.levels(side), self._tops[side], strict=False):
            quantity = level.quantity
            total += quantity
            reach, length = width * total // deepest, width * quantity // largest
            fill(end - reach, top, reach, height, reach_colour)
            fill(end - length, top + bar_drop, length, bar_height, bar_colour)

    def _draw_touched(self, painter: QPainter, state: LadderState, side: str) -> None:
        """A strip at the bars' end along the rows that just changed: neighbours in one piece."""
        colour, end, height = self._bar_colours[side][2], self._bar_end, self._row_height
        tops = [
            top
            for level, top in zip(state.levels(side), self._tops[side], strict=False)
            if level.price_units in state.touched
        ]
        tops.sort()
        while tops:
            first = last = tops.pop(0)
            while tops and tops[0] == last + height:
                last = tops.pop(0)
            painter.fillRect(end - 2, first + 1, 2, last - first + height - 2, colour)

    def _draw_numbers(self, painter: QPainter, state: LadderState, side: str, area: QRect) -> None:
        """One straight loop of copies; only rows in ``area``."""
        draw, close = painter.drawPixmap, self._close_of(state)
        ceiling, floor = _open_prices(state, side)
        price_end, quantity_end, count_end = self._price_end, self._quantity_end, self._count_end
        drop = (self._row_height - 1) // 2
        numbers, counts = self._numbers, self._counts
        first, last = area.top() - self._row_height, area.bottom()
        for level, top in zip(state.levels(side), self._tops[side], strict=False):
            if not first < top <= last:
                continue
            price, quantity, orders = level.price_units, level.quantity, level.order_count
            is_open = floor <= price <= ceiling
            ink = self._prices[(price > close) - (price < close)] if is_open else self._faint
            picture, left, rise = ink.known.get(price) or ink.write(price)
            draw(price_end - left, top + drop - rise, picture)
            ink = numbers if is_open else self._faint_numbers
            picture, left, rise = ink.known.get(quantity) or ink.write(quantity)
            draw(quantity_end - left, top + drop - rise, picture)
            if orders:
                picture, left, rise = counts.known.get(orders) or counts.write(orders)
                draw(count_end - left, top + drop - rise, picture)

    @staticmethod
    def _close_of(state: LadderState) -> int:
        return state.depth.quote.previous_close_units if state.depth else 0

    def draw_voids(self, painter: QPainter, state: LadderState) -> None:
        """Draw — where the book ends."""
        ink = self._ink(TextStyle.NUMBER, self._tokens.text_3)
        for side in SIDES:
            for place in range(len(state.levels(side)), self._layout.levels):
                middle = self._layout.row(side, place).center().y()
                ink.right(painter, self._price_end, middle, NOTHING)

    def draw_cage_lines(self, painter: QPainter, state: LadderState) -> None:
        """Draw a dashed line where prices begin that a new order may not have."""
        if state.cage is None:
            return
        for side in SIDES:
            levels = state.levels(side)[: self._layout.levels]
            out = [state.is_caged_out(side, level.price_units) for level in levels]
            if True in out:
                row = self._layout.row(side, out.index(True))
                self._draw_cage_line(painter, row.bottom() if side == "ask" else row.top())

    def _make_inks(self, form: LadderForm) -> None:
        tokens = self._tokens
        plain, faint = tokens.text_1, tokens.text_3

        def price(units: int) -> str:
            return price_text(units, form.decimals)

        def number(colour: QColor) -> Ink:
            return self._ink(TextStyle.NUMBER, colour)

        self._prices = [NumberInk(number(tokens.change(sign)), price) for sign in CHANGES]
        self._faint = NumberInk(number(faint), price)
        self._numbers = NumberInk(number(plain), form.quantities.text)
        self._faint_numbers = NumberInk(number(faint), form.quantities.text)
        self._counts = NumberInk(self._ink(TextStyle.BODY, faint), str)
        # Buyers push up, sellers push down: bars wear the colours of the move they make.
        self._bar_colours = {
            side: (mixed(tokens.ground_1, soft, 120), mixed(soft, strong, 44), strong)
            for side, soft, strong in (
                ("ask", tokens.fall_soft, tokens.fall),
                ("bid", tokens.rise_soft, tokens.rise),
            )
        }

    def _make_places(self, layout: LadderLayout) -> None:
        head = layout.head
        self._price_end = layout.price(head).right() + 1
        self._bar_end, self._bar_width = layout.bar(head).right(), layout.bar(head).width()
        self._quantity_end = self._bar_end - 5
        self._count_end = layout.count(head).right() + 1
        self._row_height = layout.row_height
        middle = (layout.row_height - 1) // 2
        self._bar_height = min(layout.row_height - BAR_GAP, MOST_BAR)
        self._bar_drop = middle - self._bar_height // 2
        self._tops = {
            side: [layout.row(side, place).top() for place in range(layout.levels)]
            for side in SIDES
        }

    def _lit(self, state: LadderState, side: str) -> dict[int, bool]:
        """Places under the pointer (False) or chosen (True)."""
        lit = {}
        if state.hovered is not None and state.hovered[0] == side:
            lit[state.hovered[1]] = False
        chosen = state.place_of(state.chosen)
        if chosen is not None and chosen[0] == side:
            lit[chosen[1]] = True
        return lit

    def _light(self, painter: QPainter, side: str, place: int, is_chosen: bool) -> None:
        row = self._layout.row(side, place)
        painter.fillRect(row, self._tokens.accent_soft if is_chosen else self._tokens.ground_3)
        box = self._layout.label(row)
        if is_chosen:
            painter.fillRect(QRect(0, row.top(), 2, row.height()), self._tokens.accent)
        ink = self._ink(TextStyle.BODY, self._tokens.text_1)
        ink.left(painter, box.left(), box.center().y(), _label(side, place))

    def _draw_marks(self, painter: QPainter, state: LadderState, level: Level, row: QRect) -> None:
        mark = _limit_words(state).get(level.price_units, "")
        if level.price_units in state.own:
            self._draw_own(painter, state, level, row)
        if mark:
            self._draw_limit_mark(painter, mark, row)

    def _draw_limit_mark(self, painter: QPainter, mark: str, row: QRect) -> None:
        colour = self._tokens.rise if mark == "涨停" else self._tokens.fall
        box = self._layout.own(row) if self._layout.is_wide else self._layout.label(row)
        place = QRectF(box.left(), box.center().y() - 7, LIMIT_MARK_WIDTH, 15)
        painter.fillRect(place, self._tokens.ground_1)
        painter.setPen(QPen(colour, 1))
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.drawRoundedRect(place, 3, 3)
        ink = self._ink(TextStyle.CAPTION, colour)
        ink.centre(painter, box.left() + 15, box.center().y(), mark)

    def _draw_own(self, painter: QPainter, state: LadderState, level: Level, row: QRect) -> None:
        ink, middle = self._ink(TextStyle.CAPTION, self._tokens.accent), row.center().y()
        painter.fillRect(QRect(0, row.top() + 1, 3, row.height() - 2), self._tokens.accent)
        places = state.own_places(level.price_units)
        if places:
            left = self._own_left(row, is_limit=level.price_units in _limit_words(state))
            self._draw_place(painter, places, level, QRect(left, row.top(), 0, row.height()))
        elif self._layout.is_wide:
            text = "◆" + self._quantities.text(state.own[level.price_units])
            ink.left(painter, self._layout.own(row).left(), middle, text)
            return
        ink.left(painter, self._layout.label(row).left() + 26, middle, "◆")

    def _draw_place(
        self, painter: QPainter, places: tuple[OwnPlace, ...], level: Level, start: QRect
    ) -> None:
        """Between price and quantity: shares ahead and behind and the time, as much as fits."""
        ink = self._ink(TextStyle.NUMBER, self._tokens.text_1)
        quantity = ink.width(self._quantities.text(level.quantity))
        room = start.adjusted(0, 0, self._bar_end - quantity - 10 - start.left(), 0)
        draw_own_chip(painter, room, mark_texts(places[0], self._quantities.text), self._tokens)

    def _own_left(self, row: QRect, *, is_limit: bool) -> int:
        """Where words about our own orders begin: after the mark of a limit."""
        if self._layout.is_wide and is_limit:
            return self._layout.own(row).left() + LIMIT_MARK_WIDTH + 4
        return self._layout.price(row).right() + 6

    def _draw_cage_line(self, painter: QPainter, y: int) -> None:
        painter.setPen(QPen(self._tokens.warn, 1, Qt.PenStyle.DashLine))
        painter.drawLine(0, y, self._layout.size.width(), y)

    def _ink(self, style: TextStyle, colour: QColor) -> Ink:
        return self._look.inks.ink(style, colour, self._scale)


def _label(side: str, place: int) -> str:
    return ("卖" if side == "ask" else "买") + DIGITS[place]


def _open_prices(state: LadderState, side: str) -> tuple[int, int]:
    """The highest and lowest price of a side that a new order may take now."""
    cage = state.cage
    if cage is None:
        return NO_CEILING, 0
    if side == "ask":
        return cage.buy_ceiling_units or NO_CEILING, 0
    return NO_CEILING, cage.sell_floor_units


def _marked(state: LadderState) -> frozenset[int]:
    """Prices of rows that wear more than numbers."""
    return frozenset(state.own) | frozenset(_limit_words(state))


def _limit_words(state: LadderState) -> dict[int, str]:
    """What stands at the limit prices; 0 = no limit known."""
    if state.depth is None:
        return {}
    quote = state.depth.quote
    words = {quote.limit_up_units: "涨停", quote.limit_down_units: "跌停"}
    words.pop(0, None)
    return words


def all_places(levels: int) -> tuple[tuple[str, int], ...]:
    """Return the best ``levels`` of both sides."""
    return tuple((side, place) for side in SIDES for place in range(levels))


def moved_region(
    layout: LadderLayout, before: Depth, state: LadderState, prices: frozenset[int]
) -> QRegion:
    """Return what looks otherwise than before; ``prices`` are those whose mark changes."""
    after, whole = state.depth, QRegion(QRect(QPoint(), layout.size))
    if after is None or state.in_auction or before.health is not after.health:
        return whole
    if before.quote.symbol != after.quote.symbol:
        return whole
    region = QRegion(layout.middle).united(layout.foot)
    was = LadderState(depth=before)
    for side, place in all_places(layout.levels):
        level = state.level(side, place)
        is_marked = level is not None and level.price_units in prices
        if is_marked or was.level(side, place) != level:
            region = region.united(layout.row(side, place))
    return region
