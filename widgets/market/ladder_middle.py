"""Draws middle, foot, note and veil of the depth ladder: last or virtual price, bounds, totals."""

from collections.abc import Iterator
from functools import lru_cache

from PySide6.QtCore import QRect, QRectF, Qt
from PySide6.QtGui import QColor, QPainter, QPixmap

from models.market.picture import Depth, Level
from widgets.market.ladder_layout import FOOT_LINE, PAD, LadderLayout
from widgets.market.ladder_state import LadderState
from widgets.paint.fonts import TextStyle, font
from widgets.paint.inks import KEPT_TEXTS
from widgets.paint.look import Look
from widgets.paint.marks import faded, text_width
from widgets.paint.numbers import (
    MINUS,
    NOTHING,
    change_bp,
    change_mark,
    percent_text,
    price_change_text,
    price_text,
    signed,
)
from widgets.paint.tokens import Tokens
from widgets.paint.words import word

Pair = tuple[str, str, QColor]
GAP = 16


class FootCache:
    """Keeps foot and note as drawn while nothing in them changes."""

    def __init__(self, look: Look) -> None:
        self._look = look
        self._kept: tuple[object, QPixmap] | None = None

    def clear(self) -> None:
        """Another theme or size: draw anew."""
        self._kept = None

    def draw(
        self, painter: QPainter, layout: LadderLayout, state: LadderState, scale: float
    ) -> None:
        """Draw what stands below the levels."""
        top, size = layout.foot.top(), layout.size
        box = QRect(0, top, size.width(), size.height() - top)
        if box.height() <= 0:
            return
        facts = _foot_facts(state)
        if self._kept is None or self._kept[0] != (scale, facts):
            self._kept = (scale, facts), self._drawn(box, layout, state, scale)
        painter.drawPixmap(box.topLeft(), self._kept[1])

    def _drawn(self, box: QRect, layout: LadderLayout, state: LadderState, scale: float) -> QPixmap:
        picture = QPixmap(box.size() * scale)
        picture.setDevicePixelRatio(scale)
        picture.fill(self._look.tokens.ground_1)
        painter = QPainter(picture)
        painter.translate(-box.left(), -box.top())
        band = BandPainter(painter, layout, state, self._look, scale)
        band.draw_foot()
        band.draw_note()
        painter.end()
        return picture


class BandPainter:
    """Draws what stands between and below the levels; made anew for each drawing."""

    def __init__(
        self,
        painter: QPainter,
        layout: LadderLayout,
        state: LadderState,
        look: Look,
        scale: float,
    ) -> None:
        self._painter = painter
        self._layout = layout
        self._state = state
        self._tokens = look.tokens
        self._inks = look.inks
        self._scale = scale

    def draw_middle(self) -> None:
        """Draw what stands between asks and bids, on the ground that is there already."""
        depth = self._state.depth
        if depth is None:
            return
        middle = self._layout.middle.center().y()
        first, second = middle - 10, middle + 15
        if self._state.in_auction:
            self._draw_virtual(depth, first, second)
            return
        self._draw_last(depth, first, second)

    def draw_foot(self) -> None:
        """Draw limits, cage and totals under the ladder."""
        foot, depth = self._layout.foot, self._state.depth
        if not self._layout.foot_lines or depth is None:
            return
        self._painter.fillRect(QRect(0, foot.top(), foot.width(), 1), self._tokens.line)
        half = (foot.width() - 2 * PAD - GAP) // 2
        lines = foot_lines(self._state, depth, self._tokens)
        for number, pairs in zip(range(self._layout.foot_lines), lines, strict=False):
            middle = foot.top() + 5 + number * FOOT_LINE + FOOT_LINE // 2
            for place, (title, text, colour) in enumerate(pairs):
                left = PAD + place * (half + GAP)
                self._left(left, middle, title, TextStyle.CAPTION, self._tokens.text_3)
                self._right(left + half, middle, text, TextStyle.STRONG, colour)

    def draw_note(self) -> None:
        """Say why there is no level 2, and the way out."""
        box, (reason, way_out) = self._layout.note, self._state.note
        if not box.height():
            return
        self._painter.fillRect(box, self._tokens.warn_soft)
        self._painter.fillRect(QRect(0, box.top(), 3, box.height()), self._tokens.warn)
        middle = box.center().y()
        self._left(PAD, middle - 9, reason, TextStyle.STRONG, self._tokens.warn)
        self._left(PAD, middle + 10, way_out, TextStyle.CAPTION, self._tokens.text_2)

    def _draw_last(self, depth: Depth, first: int, second: int) -> None:
        quote, state = depth.quote, self._state
        last, close = quote.last_units, quote.previous_close_units
        colour = self._tokens.change(last - close if last else 0)
        price, change = _last_texts(last, close, state.decimals)
        self._left(PAD, first, price, TextStyle.LAST, colour)
        self._right(self._end, first, change, TextStyle.NUMBER, colour)
        self._draw_second(depth, second, state.remark or _spread_text(state, depth))

    def _draw_virtual(self, depth: Depth, first: int, second: int) -> None:
        quote, units = depth.quote, depth.auction_units
        change = units - quote.previous_close_units if units else 0
        colour = self._tokens.change(change)
        price = price_text(units, self._state.decimals)
        self._left(PAD, first, price, TextStyle.LAST, colour)
        bp = change_bp(units, quote.previous_close_units)
        text = f"{change_mark(change)} {percent_text(bp)}" if units else "尚无虚拟成交"
        self._right(self._end, first, text, TextStyle.NUMBER, colour)
        self._draw_second(depth, second, "虚拟参考价" if units else "")

    def _draw_second(self, depth: Depth, middle: int, right: str) -> None:
        left = self._state.phase_text or word(depth.quote.phase)
        is_sealed = bool(self._state.remark)
        style = TextStyle.STRONG if is_sealed else TextStyle.BODY
        colour = self._tokens.text_1 if is_sealed else self._tokens.text_2
        ink = self._inks.ink(style, colour, self._scale)
        plain = self._inks.ink(TextStyle.BODY, self._tokens.text_2, self._scale)
        if plain.width(left) > self._end - PAD - ink.width(right) - 8:
            left = left.split(" ")[0]
        plain.left(self._painter, PAD, middle, left)
        ink.right(self._painter, self._end, middle, right)

    @property
    def _end(self) -> int:
        return self._layout.size.width() - PAD

    def _left(self, x: int, middle: int, text: str, style: TextStyle, colour: QColor) -> None:
        self._inks.ink(style, colour, self._scale).left(self._painter, x, middle, text)

    def _right(self, x: int, middle: int, text: str, style: TextStyle, colour: QColor) -> None:
        self._inks.ink(style, colour, self._scale).right(self._painter, x, middle, text)


def draw_veil(painter: QPainter, area: QRect, tokens: Tokens) -> None:
    """Dim what may not be believed; the words stand over the ladder."""
    painter.fillRect(area, faded(tokens.ground_1, 150))


def draw_warning(painter: QPainter, area: QRect, text: str, tokens: Tokens) -> None:
    """Veil a panel and say in words why it may not be believed."""
    draw_veil(painter, area, tokens)
    width = area.width() - 2 * PAD
    lines = 1 + text_width(text, TextStyle.STRONG) // max(1, width - 16)
    box = QRectF(area.left() + PAD, area.top() + 3, width, 8 + 19 * lines)
    painter.setPen(tokens.warn)
    painter.setBrush(tokens.warn_soft)
    painter.drawRoundedRect(box, 4, 4)
    painter.setFont(font(TextStyle.STRONG))
    wrap = Qt.AlignmentFlag.AlignCenter | Qt.TextFlag.TextWordWrap
    painter.drawText(box.adjusted(6, 0, -6, 0), int(wrap), text)


def _foot_facts(state: LadderState) -> tuple[object, ...]:
    """All that foot and note show: while it is the same, so are they."""
    depth = state.depth
    if depth is None:
        return (state.note,)
    quote = depth.quote
    bounds = (quote.limit_up_units, quote.limit_down_units, state.cage, quote.phase)
    asks = (depth.ask_total, depth.ask_average_units, depth.ask_orders)
    bids = (depth.bid_total, depth.bid_average_units, depth.bid_orders)
    form = (state.decimals, state.quantities, state.note)
    shown = () if depth.ask_total or depth.bid_total else (depth.asks, depth.bids)
    return (bounds, asks, bids, form, shown)


@lru_cache(maxsize=KEPT_TEXTS)
def _last_texts(last: int, close: int, decimals: int) -> tuple[str, str]:
    """The last price, and its change from the previous close in yuan and percent."""
    change = last - close if last else 0
    percent = percent_text(change_bp(last, close))
    words = f"{change_mark(change)} {price_change_text(change, decimals)}  {percent}"
    return price_text(last, decimals), words


def _spread_text(state: LadderState, depth: Depth) -> str:
    quote = depth.quote
    if not quote.bid_units or not quote.ask_units:
        return "单边市"
    return _spread_words(quote.ask_units - quote.bid_units, state.decimals)


@lru_cache(maxsize=KEPT_TEXTS)
def _spread_words(spread: int, decimals: int) -> str:
    return f"价差 {price_text(spread, decimals)}"


def foot_lines(state: LadderState, depth: Depth, tokens: Tokens) -> Iterator[tuple[Pair, Pair]]:
    """The most important lines first: a low ladder shows only these."""
    quote, decimals, plain = depth.quote, state.decimals, tokens.text_1
    yield (
        ("涨停", price_text(quote.limit_up_units, decimals), tokens.rise),
        ("跌停", price_text(quote.limit_down_units, decimals), tokens.fall),
    )
    yield _cage_line(state, tokens)
    yield _balance_line(state, depth, tokens)
    if not (depth.ask_total or depth.bid_total):
        return
    yield (
        ("总卖", state.quantities.text(depth.ask_total), plain),
        ("总买", state.quantities.text(depth.bid_total), plain),
    )
    yield (
        ("均卖", price_text(depth.ask_average_units, decimals), plain),
        ("均买", price_text(depth.bid_average_units, decimals), plain),
    )
    yield ("卖笔", f"{depth.ask_orders:,}", plain), ("买笔", f"{depth.bid_orders:,}", plain)


def _cage_line(state: LadderState, tokens: Tokens) -> tuple[Pair, Pair]:
    cage = state.cage
    if cage is None:
        return ("无价格笼子", "", tokens.text_1), ("", "", tokens.text_1)
    ceiling = price_text(cage.buy_ceiling_units, state.decimals)
    floor = price_text(cage.sell_floor_units, state.decimals)
    return ("买入上限", ceiling, tokens.text_1), ("卖出下限", floor, tokens.text_1)


def _balance_line(state: LadderState, depth: Depth, tokens: Tokens) -> tuple[Pair, Pair]:
    """委比 and 委差: of all orders where their totals are known, else of the levels shown."""
    bid = depth.bid_total or _sum(depth.bids)
    ask = depth.ask_total or _sum(depth.asks)
    surplus, both = bid - ask, bid + ask
    colour = tokens.change(surplus)
    ratio = NOTHING
    if both and not state.in_auction:
        size = (abs(surplus) * 20_000 + both) // (2 * both)
        ratio = percent_text(size if surplus > 0 else -size)
    unit = state.quantities
    amount = signed(_minus(surplus, unit.text(abs(surplus))), surplus)
    return ("委比", ratio, colour), ("委差", NOTHING if ratio == NOTHING else amount, colour)


def _minus(value: int, text: str) -> str:
    return MINUS + text if value < 0 else text


def _sum(levels: tuple[Level, ...]) -> int:
    return sum(level.quantity for level in levels)
