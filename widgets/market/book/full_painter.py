"""Draws the rows of a full book; only those that are seen."""

from dataclasses import dataclass

from PySide6.QtCore import QRect
from PySide6.QtGui import QColor, QPainter

from models.market.picture import Quote
from widgets.market.book.full_rows import BarScale, FullRow, FullRows
from widgets.market.ladder_state import LadderState, LevelKey
from widgets.paint.fonts import TextStyle
from widgets.paint.inks import Ink, NumberInk
from widgets.paint.look import Look
from widgets.paint.marks import mixed
from widgets.paint.numbers import price_text, share_text
from widgets.paint.quantities import Quantities

ROW = 22
GAP_ROW = 30
HEAD = 24
FOOT = 24
PAD = 10
LABEL = 14  # 卖 or 买, and the mark of a limit or of own orders


@dataclass(frozen=True, slots=True)
class FullColumns:
    """Right ends of the columns; 0 = no room for it."""

    price: int
    quantity: int
    orders: int
    cumulative: int
    share: int

    @staticmethod
    def of(width: int) -> "FullColumns":
        """Share a width: price and quantity always, then orders, cumulative, share."""
        price = PAD + LABEL + 62
        right = width - PAD
        if width < 220:
            return FullColumns(price, right, 0, 0, 0)
        if width < 300:
            quantity = price + (right - price - 92) // 2 + 32
            return FullColumns(price, quantity, quantity + 32, right, 0)
        share = right - 46
        quantity = price + (share - price - 92) // 2 + 32
        return FullColumns(price, quantity, quantity + 34, share, right)


@dataclass(frozen=True, slots=True)
class FullForm:
    """What the painter depends on beside the rows."""

    width: int
    scale: float
    decimals: int
    quantities: Quantities


class FullPainter:
    """Draws rows of one width, theme and form of numbers; kept from paint to paint."""

    def __init__(self, look: Look, form: FullForm) -> None:
        self._look, self._form = look, form
        self._tokens = tokens = look.tokens
        self._columns = FullColumns.of(form.width)
        plain, faint = tokens.text_1, tokens.text_3

        def price(units: int) -> str:
            return price_text(units, form.decimals)

        number, caption = TextStyle.NUMBER, TextStyle.BODY
        self._prices = [NumberInk(self._ink(number, tokens.change(s)), price) for s in (0, 1, -1)]
        self._faint = NumberInk(self._ink(number, faint), price)
        self._numbers = NumberInk(self._ink(number, plain), form.quantities.text)
        self._totals = NumberInk(self._ink(caption, tokens.text_2), form.quantities.text)
        self._counts = NumberInk(self._ink(caption, faint), str)
        self._shares = NumberInk(self._ink(caption, tokens.text_2), share_text)
        self._bars = {
            "ask": (mixed(tokens.ground_1, tokens.fall_soft, 110), tokens.fall_soft),
            "bid": (mixed(tokens.ground_1, tokens.rise_soft, 110), tokens.rise_soft),
        }

    def draw_head(self, painter: QPainter) -> None:
        """Draw the column titles over the rows."""
        width, tokens = self._form.width, self._tokens
        painter.fillRect(QRect(0, 0, width, HEAD), tokens.ground_1)
        painter.fillRect(QRect(0, HEAD - 1, width, 1), tokens.line)
        ink, at = self._ink(TextStyle.CAPTION, tokens.text_3), self._columns
        titles = (
            (at.price, "价格"),
            (at.quantity, f"量({self._form.quantities.word}) ⇅"),
            (at.orders, "笔数"),
            (at.cumulative, "累计"),
            (at.share, "占比"),
        )
        for end, title in titles:
            if end:
                ink.right(painter, end, HEAD // 2, title)

    def draw_foot(self, painter: QPainter, rows: FullRows, height: int) -> None:
        """Draw how many levels there are."""
        box = QRect(0, height - FOOT, self._form.width, FOOT)
        painter.fillRect(box, self._tokens.ground_2)
        painter.fillRect(QRect(0, box.top(), box.width(), 1), self._tokens.line)
        ink, middle = self._ink(TextStyle.CAPTION, self._tokens.text_2), box.center().y()
        ink.left(painter, PAD, middle, f"卖盘 {len(rows.asks):,} 档")
        ink.right(painter, box.width() - PAD, middle, f"买盘 {len(rows.bids):,} 档")

    def draw_gap(self, painter: QPainter, top: int, quote: Quote | None) -> None:
        """Draw the last price between the sides."""
        box = QRect(0, top, self._form.width, GAP_ROW)
        tokens = self._tokens
        painter.fillRect(box, tokens.ground_2)
        for y in (box.top(), box.bottom()):
            painter.fillRect(QRect(0, y, box.width(), 1), tokens.line)
        if quote is None:
            return
        change = quote.last_units - quote.previous_close_units if quote.last_units else 0
        middle = box.center().y()
        last = self._ink(TextStyle.NAME, tokens.change(change))
        last.left(painter, PAD, middle, price_text(quote.last_units, self._form.decimals))
        spread = quote.ask_units - quote.bid_units
        is_whole = bool(quote.ask_units and quote.bid_units and spread >= 0)
        text = f"价差 {price_text(spread, self._form.decimals)}" if is_whole else "单边市"
        self._ink(TextStyle.BODY, tokens.text_2).right(painter, box.width() - PAD, middle, text)

    def draw_row(
        self, painter: QPainter, top: int, row: FullRow, scale: BarScale, state: LadderState
    ) -> None:
        """Draw one level."""
        at, width, tokens = self._columns, self._form.width, self._tokens
        reach_colour, bar_colour = self._bars[row.side]
        reach = width * row.cumulative // max(1, scale.deepest)
        length = (at.quantity - at.price) * row.quantity // max(1, scale.largest)
        if state.chosen == (row.side, row.price_units):
            painter.fillRect(0, top, width, ROW, tokens.accent_soft)
            painter.fillRect(0, top, 2, ROW, tokens.accent)
        else:
            painter.fillRect(width - reach, top, reach, ROW, reach_colour)
        painter.fillRect(at.quantity + 4 - length, top + 2, length, ROW - 4, bar_colour)
        is_out = state.is_caged_out(row.side, row.price_units)
        self._draw_label(painter, top, row, state)
        ink = self._faint if is_out else self._price_ink(row.price_units, state)
        self._draw(painter, ink, at.price, top, row.price_units)
        self._draw(painter, self._numbers, at.quantity, top, row.quantity)
        if at.orders:
            self._draw(painter, self._counts, at.orders, top, row.order_count)
            self._draw(painter, self._totals, at.cumulative, top, row.cumulative)
        if at.share:
            self._draw(painter, self._shares, at.share, top, row.share_permille)

    def _draw_label(self, painter: QPainter, top: int, row: FullRow, state: LadderState) -> None:
        tokens = self._tokens
        text, colour = "卖" if row.side == "ask" else "买", tokens.text_3
        mark = limit_mark(state, (row.side, row.price_units))
        if row.price_units in state.own:
            text, colour = "◆", tokens.accent
        elif mark:
            text, colour = mark, tokens.rise if mark == "涨" else tokens.fall
        self._ink(TextStyle.CAPTION, colour).left(painter, PAD, top + ROW // 2, text)

    @staticmethod
    def _draw(painter: QPainter, ink: NumberInk, end: int, top: int, number: int) -> None:
        picture, reach, rise = ink.known.get(number) or ink.write(number)
        painter.drawPixmap(end - reach, top + ROW // 2 - rise, picture)

    def _price_ink(self, units: int, state: LadderState) -> NumberInk:
        close = state.depth.quote.previous_close_units if state.depth else 0
        change = units - close if close else 0
        return self._prices[(change > 0) - (change < 0)]

    def _ink(self, style: TextStyle, colour: QColor) -> Ink:
        return self._look.inks.ink(style, colour, self._form.scale)


def limit_mark(state: LadderState, key: LevelKey) -> str:
    """Return 涨 or 跌 for a price at the limit: the column holds one sign."""
    if state.depth is None or not key[1]:
        return ""
    quote = state.depth.quote
    marks = {quote.limit_up_units: "涨", quote.limit_down_units: "跌"}
    return marks.get(key[1], "")
