"""Draws a call auction in the place of the levels: as the exchanges publish it, and its course."""

from PySide6.QtCore import QPointF, QRect, QRectF, Qt
from PySide6.QtGui import QPainter, QPen, QPolygonF

from widgets.market.ladder_layout import PAD, LadderLayout
from widgets.market.ladder_state import CoursePoint, LadderState
from widgets.paint.fonts import TextStyle
from widgets.paint.look import Look
from widgets.paint.marks import CENTRE, RIGHT, draw_text
from widgets.paint.numbers import clock_text, price_text

ROWS = 2  # the match and what it leaves over
LEAST_CHART = 96


def draw_unmatched(painter: QPainter, layout: LadderLayout, state: LadderState, look: Look) -> None:
    """Draw the remainder in the second row of its side: a quantity without a price."""
    depth = state.depth
    if depth is None or not depth.auction_unmatched or layout.levels < ROWS:
        return
    side = "bid" if depth.auction_unmatched > 0 else "ask"
    row = layout.row(side, 1)
    scale = painter.device().devicePixelRatioF()
    muted = look.inks.ink(TextStyle.BODY, look.tokens.text_2, scale)
    number = look.inks.ink(TextStyle.NUMBER, look.tokens.text_1, scale)
    middle = row.center().y()
    muted.right(painter, layout.price(row).right() + 1, middle, "未匹配")
    text = state.quantities.text(abs(depth.auction_unmatched))
    number.right(painter, layout.bar(row).right() - 5, middle, text)


def draw_course(painter: QPainter, layout: LadderLayout, state: LadderState, look: Look) -> None:
    """Draw price above and volumes below, in the rows that an auction leaves empty."""
    last = layout.levels - 1
    upper = layout.ask_row(last).united(layout.ask_row(ROWS))
    lower = layout.bid_row(ROWS).united(layout.bid_row(last))
    for box in (upper, lower):
        painter.fillRect(box, look.tokens.ground_1)
    if min(upper.height(), lower.height()) < LEAST_CHART:
        return
    if len(state.course) < 2:
        words = "虚拟价走势:自打开本证券起记录"
        draw_text(painter, upper, words, TextStyle.CAPTION, look.tokens.text_3, CENTRE)
        return
    _Course(painter, state, look).draw(upper, lower)


class _Course:
    """Both charts share the time axis."""

    def __init__(self, painter: QPainter, state: LadderState, look: Look) -> None:
        self._painter = painter
        self._tokens = look.tokens
        self._points = state.course
        self._decimals = state.decimals
        self._state = state
        start, end = self._points[0].time_ms, self._points[-1].time_ms
        self._start, self._span = start, max(1, end - start)

    def draw(self, upper: QRect, lower: QRect) -> None:
        """Draw title, lines, bars and their extremes."""
        tokens, first, last = self._tokens, self._points[0], self._points[-1]
        title = upper.adjusted(PAD, 4, -PAD, 0)
        title.setHeight(18)
        span = f"{clock_text(first.time_ms)}—{clock_text(last.time_ms)}"
        draw_text(self._painter, title, "虚拟价走势", TextStyle.CAPTION, tokens.text_2)
        draw_text(self._painter, title, span, TextStyle.CAPTION, tokens.text_3, RIGHT)
        self._draw_prices(QRectF(upper.adjusted(PAD, 42, -PAD, -22)))
        name = lower.adjusted(PAD, 4, -PAD, 0)
        name.setHeight(18)
        draw_text(self._painter, name, "匹配量与未匹配量", TextStyle.CAPTION, tokens.text_2)
        self._draw_volumes(QRectF(lower.adjusted(PAD, 26, -PAD, -6)))

    def _draw_prices(self, box: QRectF) -> None:
        prices = [point.price_units for point in self._points]
        low, high = min(prices), max(prices)
        span = max(1, high - low)
        steps: list[QPointF] = []
        for point in self._points:
            y = box.bottom() - box.height() * (point.price_units - low) / span
            if steps:
                steps.append(QPointF(self._x(box, point), steps[-1].y()))
            steps.append(QPointF(self._x(box, point), y))
        depth = self._state.depth
        close = depth.quote.previous_close_units if depth else 0
        colour = self._tokens.change(prices[-1] - close)
        self._painter.setPen(QPen(colour, 1.5))
        self._painter.setBrush(Qt.BrushStyle.NoBrush)
        self._painter.drawPolyline(QPolygonF(steps))
        for value, top in ((high, box.top() - 18), (low, box.bottom() + 3)):
            line = QRect(int(box.left()), int(top), int(box.width()), 16)
            text = price_text(value, self._decimals)
            draw_text(self._painter, line, text, TextStyle.CAPTION, self._tokens.text_3)

    def _draw_volumes(self, box: QRectF) -> None:
        largest = max(point.matched + abs(point.unmatched) for point in self._points)
        tokens = self._tokens
        ends = [*(self._x(box, point) for point in self._points[1:]), box.right()]
        for point, end in zip(self._points, ends, strict=True):
            left = self._x(box, point)
            width = max(1.0, end - left)
            matched = box.height() * point.matched / max(1, largest)
            rest = box.height() * abs(point.unmatched) / max(1, largest)
            bar = QRectF(left, box.bottom() - matched, width, matched)
            self._painter.fillRect(bar, tokens.line_strong)
            colour = tokens.rise if point.unmatched > 0 else tokens.fall
            self._painter.fillRect(QRectF(left, bar.top() - rest, width, rest), colour)

    def _x(self, box: QRectF, point: CoursePoint) -> float:
        return box.left() + box.width() * (point.time_ms - self._start) / self._span
