"""Draws the intraday chart: grid, lines, volume, read-out and cross-hair."""

from dataclasses import dataclass

from PySide6.QtCore import QPointF, QRect, QRectF, Qt
from PySide6.QtGui import QColor, QLinearGradient, QPainter, QPen, QPolygonF

from models.market.picture import MinuteBar
from widgets.market.day_axis import LABELS, LATER, DayAxis
from widgets.paint.fonts import TextStyle
from widgets.paint.marks import CENTRE, LEFT, RIGHT, draw_text, faded, text_width
from widgets.paint.numbers import (
    change_bp,
    compact_text,
    lots_text,
    minute_text,
    percent_text,
    price_text,
)
from widgets.paint.tokens import Tokens

LEFT_MARGIN = 62
RIGHT_MARGIN = 60
HEAD = 26
TIME_AXIS = 22
WIDE = 560
MIDDLING = 250

Words = tuple[tuple[str, QColor], ...]


@dataclass(frozen=True, slots=True)
class ChartDay:
    """What is drawn: the day's bars about the previous close."""

    bars: tuple[MinuteBar, ...]
    previous_close_units: int
    decimals: int


@dataclass(frozen=True, slots=True)
class ChartFrame:
    """Where it is drawn."""

    axis: DayAxis
    volume: QRectF
    width: int
    height: int


class ChartPainter:
    """Draws one picture of a chart; made anew for each paint event."""

    def __init__(self, painter: QPainter, frame: ChartFrame, day: ChartDay, tokens: Tokens) -> None:
        self._painter = painter
        self._frame = frame
        self._day = day
        self._tokens = tokens

    def draw(self) -> None:
        """Draw grid and volume sharp, the two lines smooth."""
        self._painter.setRenderHint(QPainter.RenderHint.Antialiasing, on=False)
        self._draw_price_grid()
        self._draw_time_grid()
        self._draw_volume()
        self._painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        self._draw_price_line()
        self._draw_average_line()

    def draw_read_out(self, bar: MinuteBar) -> None:
        """Write the values of one minute above the plot, as many as fit."""
        x = LEFT_MARGIN
        for group in self._read_out(bar):
            widths = [text_width(text, TextStyle.STRONG) + 8 for text, _colour in group]
            if x + sum(widths) > self._frame.width - 4:
                return
            for (text, colour), width in zip(group, widths, strict=True):
                box = QRect(x, 0, width, HEAD)
                draw_text(self._painter, box, text, TextStyle.STRONG, colour)
                x += width

    def draw_cross(self, cursor: QPointF, bar: MinuteBar | None) -> None:
        """Draw the cross-hair with its read-outs on the axes."""
        axis, painter = self._frame.axis, self._painter
        x = axis.x(bar.minute) if bar else cursor.x()
        painter.setPen(QPen(self._tokens.text_2, 1, Qt.PenStyle.DashLine))
        painter.drawLine(QPointF(x, axis.plot.top()), QPointF(x, self._frame.volume.bottom()))
        minute = minute_text(bar.minute if bar else axis.minute_at(x))
        self._draw_tag(QRect(round(x) - 22, self._frame.height - TIME_AXIS + 2, 44, 18), minute)
        if axis.plot.contains(cursor):
            self._draw_level(cursor.y())

    def _draw_level(self, y: float) -> None:
        axis, painter = self._frame.axis, self._painter
        painter.setPen(QPen(self._tokens.text_2, 1, Qt.PenStyle.DashLine))
        painter.drawLine(QPointF(axis.plot.left(), y), QPointF(axis.plot.right(), y))
        units = axis.price_at(y)
        left = QRect(2, round(y) - 9, LEFT_MARGIN - 4, 18)
        self._draw_tag(left, price_text(units, self._day.decimals))
        right = QRect(round(axis.plot.right()) + 2, round(y) - 9, RIGHT_MARGIN - 4, 18)
        self._draw_tag(right, percent_text(change_bp(units, self._day.previous_close_units)))

    def _draw_tag(self, box: QRect, text: str) -> None:
        self._painter.setPen(Qt.PenStyle.NoPen)
        self._painter.setBrush(self._tokens.line_strong)
        self._painter.drawRoundedRect(box, 3, 3)
        draw_text(self._painter, box, text, TextStyle.CAPTION, self._tokens.text_1, CENTRE)

    def _draw_price_grid(self) -> None:
        axis, tokens, painter = self._frame.axis, self._tokens, self._painter
        plot = axis.plot
        for basis_points in axis.grid_bp():
            y = axis.y(axis.units_of_bp(basis_points))
            style = Qt.PenStyle.SolidLine if basis_points else Qt.PenStyle.DashLine
            painter.setPen(QPen(tokens.line if basis_points else tokens.text_3, 1, style))
            painter.drawLine(QPointF(plot.left(), y), QPointF(plot.right(), y))
            self._draw_grid_labels(basis_points, y)

    def _draw_grid_labels(self, basis_points: int, y: float) -> None:
        axis, tokens = self._frame.axis, self._tokens
        colour = tokens.change(basis_points) if basis_points else tokens.text_2
        left = QRect(0, round(y) - 9, LEFT_MARGIN - 8, 18)
        price = price_text(axis.units_of_bp(basis_points), self._day.decimals)
        draw_text(self._painter, left, price, TextStyle.CAPTION, colour, RIGHT)
        right = QRect(round(axis.plot.right()) + 8, round(y) - 9, RIGHT_MARGIN - 8, 18)
        percent = percent_text(basis_points)
        draw_text(self._painter, right, percent, TextStyle.CAPTION, colour, LEFT)

    def _draw_time_grid(self) -> None:
        plot, volume, painter = self._frame.axis.plot, self._frame.volume, self._painter
        painter.setPen(QPen(self._tokens.line_strong, 1))
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.drawRect(plot)
        painter.drawRect(volume)
        for minute, text in _time_marks(plot.width()):
            x = self._frame.axis.x(minute)
            painter.setPen(QPen(self._tokens.line, 1))
            painter.drawLine(QPointF(x, plot.top()), QPointF(x, plot.bottom()))
            painter.drawLine(QPointF(x, volume.top()), QPointF(x, volume.bottom()))
            self._draw_time(x, text)

    def _draw_time(self, x: float, text: str) -> None:
        plot = self._frame.axis.plot
        width = text_width(text, TextStyle.CAPTION) + 2
        left = min(max(x - width / 2, plot.left()), plot.right() - width)
        box = QRect(round(left), self._frame.height - TIME_AXIS, width, TIME_AXIS)
        draw_text(self._painter, box, text, TextStyle.CAPTION, self._tokens.text_2, CENTRE)

    def _draw_price_line(self) -> None:
        bars, axis, tokens = self._day.bars, self._frame.axis, self._tokens
        if not bars:
            return
        points = [QPointF(axis.x(bar.minute), axis.y(bar.close_units)) for bar in bars]
        points.insert(0, QPointF(axis.x(bars[0].minute - 1), axis.y(bars[0].open_units)))
        bottom = axis.plot.bottom()
        area = [*points, QPointF(points[-1].x(), bottom), QPointF(points[0].x(), bottom)]
        wash = QLinearGradient(0, axis.plot.top(), 0, bottom)
        wash.setColorAt(0, faded(tokens.accent, 70))
        wash.setColorAt(1, faded(tokens.accent, 8))
        self._painter.setPen(Qt.PenStyle.NoPen)
        self._painter.setBrush(wash)
        self._painter.drawPolygon(QPolygonF(area))
        self._painter.setPen(QPen(tokens.accent, 1.4))
        self._painter.drawPolyline(QPolygonF(points))

    def _draw_average_line(self) -> None:
        axis = self._frame.axis
        points = [
            QPointF(axis.x(bar.minute), axis.y(bar.day_turnover_units // bar.day_volume))
            for bar in self._day.bars
            if bar.day_volume
        ]
        self._painter.setPen(QPen(self._tokens.average, 1.2))
        self._painter.drawPolyline(QPolygonF(points))

    def _draw_volume(self) -> None:
        plot = self._frame.volume
        largest = max((bar.volume for bar in self._day.bars), default=0)
        if not largest:
            return
        width = max(1.0, plot.width() / 240 - 1)
        before = self._day.previous_close_units
        for bar in self._day.bars:
            height = (plot.height() - 2) * bar.volume / largest
            x = self._frame.axis.x(bar.minute) - width
            box = QRectF(x, plot.bottom() - height, width, height)
            self._painter.fillRect(box, self._bar_colour(bar.close_units - before))
            before = bar.close_units
        place = QRect(0, round(plot.top()) - 2, LEFT_MARGIN - 8, 18)
        text = lots_text(largest)
        draw_text(self._painter, place, text, TextStyle.CAPTION, self._tokens.text_3, RIGHT)
        place.moveTop(round(plot.bottom()) - 16)
        draw_text(self._painter, place, "手", TextStyle.CAPTION, self._tokens.text_3, RIGHT)

    def _bar_colour(self, change: int) -> QColor:
        return self._tokens.change(change) if change else self._tokens.text_3

    def _read_out(self, bar: MinuteBar) -> tuple[Words, ...]:
        tokens, decimals = self._tokens, self._day.decimals
        change = change_bp(bar.close_units, self._day.previous_close_units)
        average = bar.day_turnover_units // bar.day_volume if bar.day_volume else 0
        tone = tokens.change(change)
        price = price_text(bar.close_units, decimals)
        return (
            ((minute_text(bar.minute), tokens.text_2),),
            (("价", tokens.text_3), (price, tone), (percent_text(change), tone)),
            (("均", tokens.text_3), (price_text(average, decimals), tokens.average)),
            (("量", tokens.text_3), (f"{lots_text(bar.volume)}手", tokens.text_1)),
            (
                ("累计", tokens.text_3),
                (f"{compact_text(bar.day_volume // 100)}手", tokens.text_1),
            ),
        )


def _time_marks(width: float) -> tuple[tuple[int, str], ...]:
    if width >= WIDE:
        return (*LABELS, *LATER)
    if width >= MIDDLING:
        return (LABELS[0], LABELS[2], LABELS[4], LATER[1], LATER[3])
    return (LABELS[0], LABELS[4], LATER[3])
