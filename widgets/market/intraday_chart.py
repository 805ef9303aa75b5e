"""The day's price and average line about the previous close, with volume and a cross-hair."""

from PySide6.QtCore import QEvent, QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QKeyEvent, QMouseEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from models.market.picture import MinuteBar
from widgets.market.chart_painter import (
    HEAD,
    LEFT_MARGIN,
    RIGHT_MARGIN,
    TIME_AXIS,
    ChartDay,
    ChartFrame,
    ChartPainter,
)
from widgets.market.day_axis import DayAxis, day_axis
from widgets.paint.fonts import TextStyle
from widgets.paint.look import Look
from widgets.paint.marks import CENTRE, draw_text

VOLUME_SHARE = 22  # percent of the height
GAP = 18


class IntradayChart(QWidget):
    """Shows minute bars of one day; move the pointer or press ← → to read values."""

    def __init__(self, look: Look, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._look = look
        self.setAttribute(Qt.WidgetAttribute.WA_OpaquePaintEvent)  # nothing beneath is drawn
        self._bars: tuple[MinuteBar, ...] = ()
        self._previous_close = 0
        self._decimals = 2
        self._empty = self.tr("选择证券后显示分时走势")
        self._cursor: QPointF | None = None
        self.setMouseTracking(True)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setMinimumSize(290, 180)
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

    def _bar_at_cursor(self) -> MinuteBar | None:
        if self._cursor is None or not self._bars:
            return None
        minute = self._axis().minute_at(self._cursor.x())
        return min(self._bars, key=lambda bar: abs(bar.minute - minute))

    def _draw(self, painter: QPainter) -> None:
        frame = ChartFrame(self._axis(), self._volume_plot(), self.width(), self.height())
        day = ChartDay(self._bars, self._previous_close, self._decimals)
        chart = ChartPainter(painter, frame, day, self._look.tokens)
        chart.draw()
        bar = self._bar_at_cursor()
        if self._bars:
            chart.draw_read_out(bar or self._bars[-1])
        whole = self._plot().united(self._volume_plot())
        if self._cursor is not None and whole.contains(self._cursor):
            chart.draw_cross(self._cursor, bar)
