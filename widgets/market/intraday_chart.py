"""The day's price and average line about the previous close, with volume and a cross-hair."""

from PySide6.QtCore import QEvent, QPointF, QRect, QRectF, QSize, Qt
from PySide6.QtGui import (
    QColor,
    QKeyEvent,
    QLinearGradient,
    QMouseEvent,
    QPainter,
    QPaintEvent,
    QPen,
    QPolygonF,
)
from PySide6.QtWidgets import QSizePolicy, QWidget

from models.market.picture import MinuteBar
from widgets.market.day_axis import LABELS, LATER, DayAxis, day_axis
from widgets.paint.fonts import TextStyle
from widgets.paint.look import Look
from widgets.paint.marks import CENTRE, LEFT, RIGHT, draw_text, faded, text_width
from widgets.paint.numbers import (
    change_bp,
    compact_text,
    lots_text,
    minute_text,
    percent_text,
    price_text,
)

LEFT_MARGIN = 62
RIGHT_MARGIN = 60
HEAD = 26
TIME_AXIS = 22
VOLUME_SHARE = 22  # percent of the height
GAP = 18


class IntradayChart(QWidget):
    """Shows minute bars of one day; move the pointer or press ← → to read values."""

    def __init__(self, look: Look, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._look = look
        self._bars: tuple[MinuteBar, ...] = ()
        self._previous_close = 0
        self._decimals = 2
        self._empty = self.tr("选择证券后显示分时走势")
        self._cursor: QPointF | None = None
        self.setMouseTracking(True)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setMinimumSize(320, 220)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        self.setAccessibleName(self.tr("分时走势"))
        look.changed.connect(self.update)

    def show_day(self, bars: tuple[MinuteBar, ...], previous_close_units: int) -> None:
        """Show the day so far."""
        if bars != self._bars or previous_close_units != self._previous_close:
            self._bars = bars
            self._previous_close = previous_close_units
            self.update()

    def show_nothing(self, text: str) -> None:
        """Empty the chart and say why."""
        self._empty = text
        self.show_day((), 0)

    def set_decimals(self, decimals: int) -> None:
        """Show prices with 2 or 3 decimals."""
        self._decimals = decimals
        self.update()

    def sizeHint(self) -> QSize:  # noqa: N802 - Qt's name
        """Wide."""
        return QSize(640, 420)

    def paintEvent(self, _event: QPaintEvent) -> None:  # noqa: N802 - Qt's name
        """Draw everything; the day has at most 240 bars."""
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        tokens = self._look.tokens
        painter.fillRect(self.rect(), tokens.ground_1)
        if not self._previous_close:
            draw_text(painter, self.rect(), self._empty, TextStyle.BODY, tokens.text_2, CENTRE)
        else:
            self._draw(painter)
        painter.end()

    def mouseMoveEvent(self, event: QMouseEvent) -> None:  # noqa: N802 - Qt's name
        """Move the cross-hair."""
        self._cursor = event.position()
        self.update()

    def leaveEvent(self, event: QEvent) -> None:  # noqa: N802 - Qt's name
        """Take the cross-hair away."""
        super().leaveEvent(event)
        self._cursor = None
        self.update()

    def keyPressEvent(self, event: QKeyEvent) -> None:  # noqa: N802 - Qt's name
        """← and → move the cross-hair by a minute, Escape takes it away."""
        steps = {Qt.Key.Key_Left: -1, Qt.Key.Key_Right: 1}
        if event.key() == Qt.Key.Key_Escape:
            self._cursor = None
        elif event.key() in steps and self._bars:
            self._step(steps[Qt.Key(event.key())])
        else:
            super().keyPressEvent(event)
        self.update()

    def _step(self, minutes: int) -> None:
        shown = self._bar_at_cursor() or self._bars[-1]
        place = self._bars.index(shown) + (minutes if self._cursor else 0)
        bar = self._bars[max(0, min(len(self._bars) - 1, place))]
        axis = self._axis()
        self._cursor = QPointF(axis.x(bar.minute), axis.y(bar.close_units))

    def _plot(self) -> QRectF:
        height = self.height() - HEAD - TIME_AXIS
        volume = height * VOLUME_SHARE / 100
        width = self.width() - LEFT_MARGIN - RIGHT_MARGIN
        return QRectF(LEFT_MARGIN, HEAD, max(40, width), max(40, height - volume - GAP))

    def _volume_plot(self) -> QRectF:
        plot = self._plot()
        top = plot.bottom() + GAP
        return QRectF(plot.left(), top, plot.width(), max(10, self.height() - TIME_AXIS - top))

    def _axis(self) -> DayAxis:
        return day_axis(self._plot(), self._bars, self._previous_close)

    def _draw(self, painter: QPainter) -> None:
        axis = self._axis()
        self._draw_price_grid(painter, axis)
        self._draw_time_grid(painter, axis)
        self._draw_price_line(painter, axis)
        self._draw_average_line(painter, axis)
        self._draw_volume(painter, axis)
        self._draw_read_out(painter)
        if self._cursor is not None and self._plot().united(self._volume_plot()).contains(
            self._cursor
        ):
            self._draw_cross(painter, axis, self._cursor)

    def _draw_price_grid(self, painter: QPainter, axis: DayAxis) -> None:
        tokens = self._look.tokens
        plot = axis.plot
        for basis_points in axis.grid_bp():
            units = axis.units_of_bp(basis_points)
            y = axis.y(units)
            style = Qt.PenStyle.SolidLine if basis_points else Qt.PenStyle.DashLine
            painter.setPen(QPen(tokens.line if basis_points else tokens.line_strong, 1, style))
            painter.drawLine(QPointF(plot.left(), y), QPointF(plot.right(), y))
            colour = tokens.change(basis_points) if basis_points else tokens.text_2
            left = QRect(0, round(y) - 9, LEFT_MARGIN - 8, 18)
            text = price_text(units, self._decimals)
            draw_text(painter, left, text, TextStyle.CAPTION, colour, RIGHT)
            right = QRect(round(plot.right()) + 8, round(y) - 9, RIGHT_MARGIN - 8, 18)
            text = percent_text(basis_points)
            draw_text(painter, right, text, TextStyle.CAPTION, colour, LEFT)

    def _draw_time_grid(self, painter: QPainter, axis: DayAxis) -> None:
        tokens = self._look.tokens
        volume = self._volume_plot()
        painter.setPen(QPen(tokens.line_strong, 1))
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.drawRect(axis.plot)
        painter.drawRect(volume)
        for minute, text in _time_marks(axis.plot.width()):
            x = axis.x(minute)
            painter.setPen(QPen(tokens.line, 1))
            painter.drawLine(QPointF(x, axis.plot.top()), QPointF(x, axis.plot.bottom()))
            painter.drawLine(QPointF(x, volume.top()), QPointF(x, volume.bottom()))
            width = text_width(text, TextStyle.CAPTION) + 2
            left = min(max(x - width / 2, axis.plot.left()), axis.plot.right() - width)
            box = QRect(round(left), self.height() - TIME_AXIS, width, TIME_AXIS)
            draw_text(painter, box, text, TextStyle.CAPTION, tokens.text_2, CENTRE)

    def _draw_price_line(self, painter: QPainter, axis: DayAxis) -> None:
        if not self._bars:
            return
        tokens = self._look.tokens
        points = [QPointF(axis.x(bar.minute), axis.y(bar.close_units)) for bar in self._bars]
        first = self._bars[0]
        points.insert(0, QPointF(axis.x(first.minute - 1), axis.y(first.open_units)))
        bottom = axis.plot.bottom()
        area = [*points, QPointF(points[-1].x(), bottom), QPointF(points[0].x(), bottom)]
        wash = QLinearGradient(0, axis.plot.top(), 0, bottom)
        wash.setColorAt(0, faded(tokens.accent, 70))
        wash.setColorAt(1, faded(tokens.accent, 8))
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(wash)
        painter.drawPolygon(QPolygonF(area))
        painter.setPen(QPen(tokens.accent, 1.4))
        painter.drawPolyline(QPolygonF(points))

    def _draw_average_line(self, painter: QPainter, axis: DayAxis) -> None:
        points = [
            QPointF(axis.x(bar.minute), axis.y(bar.day_turnover_units // bar.day_volume))
            for bar in self._bars
            if bar.day_volume
        ]
        painter.setPen(QPen(self._look.tokens.average, 1.2))
        painter.drawPolyline(QPolygonF(points))

    def _draw_volume(self, painter: QPainter, axis: DayAxis) -> None:
        plot = self._volume_plot()
        largest = max((bar.volume for bar in self._bars), default=0)
        if not largest:
            return
        width = max(1.0, plot.width() / 240 - 1)
        before = self._previous_close
        for bar in self._bars:
            height = (plot.height() - 2) * bar.volume / largest
            x = axis.x(bar.minute) - width
            box = QRectF(x, plot.bottom() - height, width, height)
            painter.fillRect(box, self._bar_colour(bar.close_units - before))
            before = bar.close_units
        tokens = self._look.tokens
        place = QRect(0, round(plot.top()) - 2, LEFT_MARGIN - 8, 18)
        draw_text(painter, place, lots_text(largest), TextStyle.CAPTION, tokens.text_3, RIGHT)
        place.moveTop(round(plot.bottom()) - 16)
        draw_text(painter, place, self.tr("手"), TextStyle.CAPTION, tokens.text_3, RIGHT)

    def _bar_colour(self, change: int) -> QColor:
        tokens = self._look.tokens
        return tokens.change(change) if change else tokens.text_3

    def _bar_at_cursor(self) -> MinuteBar | None:
        if self._cursor is None or not self._bars:
            return None
        minute = self._axis().minute_at(self._cursor.x())
        return min(self._bars, key=lambda bar: abs(bar.minute - minute))

    def _draw_read_out(self, painter: QPainter) -> None:
        if not self._bars:
            return
        tokens = self._look.tokens
        bar = self._bar_at_cursor() or self._bars[-1]
        average = bar.day_turnover_units // bar.day_volume if bar.day_volume else 0
        change = change_bp(bar.close_units, self._previous_close)
        parts = (
            (minute_text(bar.minute), tokens.text_2),
            (self.tr("价"), tokens.text_3),
            (price_text(bar.close_units, self._decimals), tokens.change(change)),
            (percent_text(change), tokens.change(change)),
            (self.tr("均"), tokens.text_3),
            (price_text(average, self._decimals), tokens.average),
            (self.tr("量"), tokens.text_3),
            (lots_text(bar.volume) + self.tr("手"), tokens.text_1),
            (self.tr("累计"), tokens.text_3),
            (compact_text(bar.day_volume // 100) + self.tr("手"), tokens.text_1),
        )
        x = LEFT_MARGIN
        for text, colour in parts:
            width = text_width(text, TextStyle.STRONG) + 8
            if x + width > self.width():
                return
            draw_text(painter, QRect(x, 0, width, HEAD), text, TextStyle.STRONG, colour)
            x += width

    def _draw_cross(self, painter: QPainter, axis: DayAxis, cursor: QPointF) -> None:
        tokens = self._look.tokens
        volume = self._volume_plot()
        bar = self._bar_at_cursor()
        x = axis.x(bar.minute) if bar else cursor.x()
        painter.setPen(QPen(tokens.text_2, 1, Qt.PenStyle.DashLine))
        painter.drawLine(QPointF(x, axis.plot.top()), QPointF(x, volume.bottom()))
        minute = minute_text(bar.minute if bar else axis.minute_at(x))
        self._draw_tag(painter, QRect(round(x) - 22, self.height() - TIME_AXIS + 2, 44, 18), minute)
        if not axis.plot.contains(cursor):
            return
        painter.setPen(QPen(tokens.text_2, 1, Qt.PenStyle.DashLine))
        painter.drawLine(
            QPointF(axis.plot.left(), cursor.y()), QPointF(axis.plot.right(), cursor.y())
        )
        units = axis.price_at(cursor.y())
        left = QRect(2, round(cursor.y()) - 9, LEFT_MARGIN - 4, 18)
        self._draw_tag(painter, left, price_text(units, self._decimals))
        right = QRect(round(axis.plot.right()) + 2, round(cursor.y()) - 9, RIGHT_MARGIN - 4, 18)
        self._draw_tag(painter, right, percent_text(change_bp(units, self._previous_close)))

    def _draw_tag(self, painter: QPainter, box: QRect, text: str) -> None:
        tokens = self._look.tokens
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(tokens.line_strong)
        painter.drawRoundedRect(box, 3, 3)
        draw_text(painter, box, text, TextStyle.CAPTION, tokens.text_1, CENTRE)


def _time_marks(width: float) -> tuple[tuple[int, str], ...]:
    if width >= 560:
        return (*LABELS, *LATER)
    return (LABELS[0], LABELS[2], LABELS[4], LATER[1], LATER[3])
