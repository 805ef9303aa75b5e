"""Draws the middle and the foot of the depth ladder: last or virtual price, bounds, totals."""

from PySide6.QtCore import QRect, QRectF, Qt
from PySide6.QtGui import QColor, QPainter

from models.market.picture import Depth
from widgets.market.ladder_layout import FOOT_LINE, PAD, LadderLayout
from widgets.market.ladder_state import LadderState
from widgets.paint.fonts import TextStyle, font
from widgets.paint.marks import RIGHT, draw_text, faded, text_width
from widgets.paint.numbers import (
    change_bp,
    change_mark,
    percent_text,
    price_change_text,
    price_text,
)
from widgets.paint.tokens import Tokens
from widgets.paint.words import word


def draw_middle(
    painter: QPainter, layout: LadderLayout, state: LadderState, tokens: Tokens
) -> None:
    """Draw the band between asks and bids."""
    band = layout.middle
    painter.fillRect(band, tokens.ground_2)
    for y in (band.top(), band.bottom()):
        painter.fillRect(QRect(0, y, band.width(), 1), tokens.line)
    if state.depth is None:
        return
    lines = QRect(PAD, band.center().y() - 25, band.width() - 2 * PAD, 50)
    if state.in_auction:
        _draw_auction(painter, lines, state, state.depth, tokens)
        return
    _draw_last(painter, lines, state, state.depth, tokens)


def draw_foot(painter: QPainter, layout: LadderLayout, state: LadderState, tokens: Tokens) -> None:
    """Draw limits, cage and totals under the ladder."""
    foot = layout.foot
    if not layout.foot_lines:
        return
    painter.fillRect(QRect(0, foot.top(), foot.width(), 1), tokens.line)
    if state.depth is None:
        return
    lines = _foot_lines(state, state.depth, tokens)[: layout.foot_lines]
    for number, pairs in enumerate(lines):
        line = QRect(PAD, foot.top() + 5 + number * FOOT_LINE, foot.width() - 2 * PAD, FOOT_LINE)
        _draw_pairs(painter, line, pairs, tokens)


def draw_warning(painter: QPainter, layout: LadderLayout, text: str, tokens: Tokens) -> None:
    """Veil the ladder and say in words why it may not be believed."""
    painter.fillRect(QRect(0, 0, layout.size.width(), layout.size.height()), _veil(tokens))
    width = layout.size.width() - 2 * PAD
    lines = 1 + text_width(text, TextStyle.STRONG) // (width - 16)
    box = QRectF(PAD, 3, width, 8 + 19 * lines)
    painter.setPen(tokens.warn)
    painter.setBrush(tokens.warn_soft)
    painter.drawRoundedRect(box, 4, 4)
    painter.setFont(font(TextStyle.STRONG))
    wrap = Qt.AlignmentFlag.AlignCenter | Qt.TextFlag.TextWordWrap
    painter.drawText(box.adjusted(6, 0, -6, 0), int(wrap), text)


def _veil(tokens: Tokens) -> QColor:
    return faded(tokens.ground_1, 130)


def _draw_last(
    painter: QPainter, lines: QRect, state: LadderState, depth: Depth, tokens: Tokens
) -> None:
    quote = depth.quote
    change = quote.last_units - quote.previous_close_units if quote.last_units else 0
    colour = tokens.change(change)
    first = QRect(lines.left(), lines.top(), lines.width(), 30)
    price = price_text(quote.last_units, state.decimals)
    draw_text(painter, first, price, TextStyle.LAST, colour)
    percent = percent_text(change_bp(quote.last_units, quote.previous_close_units))
    text = f"{change_mark(change)} {price_change_text(change, state.decimals)}  {percent}"
    draw_text(painter, first, text, TextStyle.NUMBER, colour, RIGHT)
    second = QRect(lines.left(), lines.top() + 29, lines.width(), 20)
    draw_text(painter, second, word(quote.phase), TextStyle.BODY, tokens.text_2)
    spread = _spread_text(state, depth)
    draw_text(painter, second, spread, TextStyle.BODY, tokens.text_2, RIGHT)


def _draw_auction(
    painter: QPainter, lines: QRect, state: LadderState, depth: Depth, tokens: Tokens
) -> None:
    quote = depth.quote
    units = depth.auction_units
    colour = tokens.change(units - quote.previous_close_units if units else 0)
    first = QRect(lines.left(), lines.top(), lines.width(), 30)
    draw_text(painter, first, price_text(units, state.decimals), TextStyle.LAST, colour)
    percent = percent_text(change_bp(units, quote.previous_close_units)) if units else ""
    draw_text(painter, first, f"虚拟价  {percent}", TextStyle.NUMBER, colour, RIGHT)
    second = QRect(lines.left(), lines.top() + 29, lines.width(), 20)
    matched = f"匹配 {state.quantity(depth.auction_volume)}{state.unit.value}"
    draw_text(painter, second, matched, TextStyle.BODY, tokens.text_2)
    side = "买" if depth.auction_unmatched >= 0 else "卖"
    rest = f"未匹配 {side} {state.quantity(abs(depth.auction_unmatched))}{state.unit.value}"
    draw_text(painter, second, rest, TextStyle.BODY, tokens.text_2, RIGHT)


def _spread_text(state: LadderState, depth: Depth) -> str:
    quote = depth.quote
    if not quote.bid_units or not quote.ask_units:
        return "单边市"
    return f"价差 {price_text(quote.ask_units - quote.bid_units, state.decimals)}"


Pair = tuple[str, str, QColor]


def _foot_lines(state: LadderState, depth: Depth, tokens: Tokens) -> tuple[tuple[Pair, Pair], ...]:
    quote, decimals = depth.quote, state.decimals
    return (
        (
            ("涨停", price_text(quote.limit_up_units, decimals), tokens.rise),
            ("跌停", price_text(quote.limit_down_units, decimals), tokens.fall),
        ),
        _cage_line(state, tokens),
        (
            ("委卖", state.quantity(depth.ask_total), tokens.text_1),
            ("委买", state.quantity(depth.bid_total), tokens.text_1),
        ),
    )


def _cage_line(state: LadderState, tokens: Tokens) -> tuple[Pair, Pair]:
    cage = state.cage
    if cage is None:
        return ("无价格笼子", "", tokens.text_1), ("", "", tokens.text_1)
    ceiling = price_text(cage.buy_ceiling_units, state.decimals)
    floor = price_text(cage.sell_floor_units, state.decimals)
    return ("买入上限", ceiling, tokens.text_1), ("卖出下限", floor, tokens.text_1)


def _draw_pairs(painter: QPainter, line: QRect, pairs: tuple[Pair, Pair], tokens: Tokens) -> None:
    half = (line.width() - 16) // 2
    for number, (title, text, colour) in enumerate(pairs):
        box = QRect(line.left() + number * (half + 16), line.top(), half, line.height())
        draw_text(painter, box, title, TextStyle.CAPTION, tokens.text_3)
        draw_text(painter, box, text, TextStyle.STRONG, colour, RIGHT)
