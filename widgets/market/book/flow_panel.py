"""Big-order statistics: active buying and selling by the size of the aggressing order."""

from PySide6.QtCore import QRect, QSize, Qt
from PySide6.QtGui import QColor, QPainter, QPaintEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from models.market.details import FLOW_CLASSES, FlowRow, OrderFlow
from models.money import PRICE_UNITS_PER_YUAN
from widgets.paint.fonts import TextStyle
from widgets.paint.look import Look
from widgets.paint.marks import CENTRE, RIGHT, draw_text
from widgets.paint.numbers import (
    MINUS,
    NOTHING,
    WAN,
    clock_text,
    compact_text,
    grouped,
    signed,
)

CLASSES = ("特大单", "大单", "中单", "小单")
PAD = 10
HEAD = 64
LEAST_BLOCK = 58
MOST_BLOCK = 128
GAP = 14
BAR = 10
MOST_BAR = 18


class FlowPanel(QWidget):
    """Net inflow on top, then one block a class: bars of buying and selling, turnover, orders."""

    def __init__(self, look: Look, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._look = look
        self._flow: OrderFlow | None = None
        self._empty_text = self.tr("等待统计…")
        self.setMinimumSize(200, HEAD + FLOW_CLASSES * LEAST_BLOCK)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        self.setAccessibleName(self.tr("大单统计"))
        look.changed.connect(self.update)

    def show_flow(self, flow: OrderFlow) -> None:
        """Show newer figures; without bounds the reason why there are none."""
        if flow != self._flow:
            self._flow = flow
            self.update()

    def show_nothing(self, text: str) -> None:
        """Empty the panel and say why."""
        self._flow, self._empty_text = None, text
        self.update()

    def sizeHint(self) -> QSize:  # noqa: N802 - Qt's name
        """Comfortable at 1080 lines."""
        return QSize(284, HEAD + FLOW_CLASSES * MOST_BLOCK)

    def paintEvent(self, _event: QPaintEvent) -> None:  # noqa: N802 - Qt's name
        """Draw the net line, the classes and where they begin."""
        painter = QPainter(self)
        tokens = self._look.tokens
        painter.fillRect(self.rect(), tokens.ground_1)
        flow = self._flow
        if flow is None or not flow.bounds:
            text = self._empty_text if flow is None else self.tr("公司未设大单门槛,不作统计")
            wrapped = Qt.TextFlag.TextWordWrap | CENTRE
            painter.setPen(tokens.text_2)
            painter.drawText(self.rect().adjusted(PAD, 0, -PAD, 0), int(wrapped), text)
        else:
            self._draw(painter, flow)
        painter.end()

    def _draw(self, painter: QPainter, flow: OrderFlow) -> None:
        self._draw_head(painter, flow)
        room = (self.height() - HEAD - 26) // FLOW_CLASSES
        block = max(LEAST_BLOCK, min(MOST_BLOCK, room))
        largest = max((row.turnover for row in (*flow.buys, *flow.sells)), default=0)
        for number, title in enumerate(CLASSES):
            box = QRect(PAD, HEAD + number * block, self.width() - 2 * PAD, block)
            name = title + _bound_text(flow.bounds, number)
            self._draw_class(painter, box, name, (flow.buys[number], flow.sells[number]), largest)
        note = QRect(PAD, HEAD + FLOW_CLASSES * block, self.width() - 2 * PAD, 22)
        text = self.tr("按主动委托整笔成交额 · 公司门槛") + _since_text(flow.since_ms)
        draw_text(painter, note, text, TextStyle.CAPTION, self._look.tokens.text_3)

    def _draw_head(self, painter: QPainter, flow: OrderFlow) -> None:
        tokens = self._look.tokens
        pairs = zip(flow.buys, flow.sells, strict=True)
        nets = [buy.turnover - sell.turnover for buy, sell in pairs]
        big, whole = sum(nets[:2]), sum(nets)
        width = (self.width() - 3 * PAD) // 2
        for place, (title, value) in enumerate(
            ((self.tr("主力净流入"), big), (self.tr("全部净流入"), whole))
        ):
            box = QRect(PAD + place * (width + PAD), 8, width, 18)
            draw_text(painter, box, title, TextStyle.CAPTION, tokens.text_2)
            figure = box.translated(0, 20)
            text = _money(value)
            draw_text(painter, figure, text, TextStyle.ASSETS, tokens.change(value))
        painter.fillRect(QRect(0, HEAD - 8, self.width(), 1), tokens.line)

    def _draw_class(
        self,
        painter: QPainter,
        box: QRect,
        title: str,
        rows: tuple[FlowRow, FlowRow],
        largest: int,
    ) -> None:
        tokens, (buys, sells) = self._look.tokens, rows
        line = QRect(box.left(), box.top(), box.width(), 20)
        step = (box.height() - line.height() - GAP) // 2
        net = buys.turnover - sells.turnover
        draw_text(painter, line, title, TextStyle.STRONG, tokens.text_1)
        draw_text(painter, line, _money(net), TextStyle.NUMBER, tokens.change(net), RIGHT)
        sides = ((self.tr("买"), buys, tokens.rise), (self.tr("卖"), sells, tokens.fall))
        for place, (word, row, colour) in enumerate(sides):
            at = QRect(box.left(), line.bottom() + 1 + place * step, box.width(), step)
            self._draw_bar(painter, at, word, row, colour, largest)

    def _draw_bar(
        self, painter: QPainter, line: QRect, word: str, row: FlowRow, colour: QColor, largest: int
    ) -> None:
        tokens = self._look.tokens
        draw_text(painter, line, word, TextStyle.CAPTION, tokens.text_2)
        count = f"{row.orders:,} 笔"
        draw_text(painter, line, count, TextStyle.CAPTION, tokens.text_3, RIGHT)
        money = line.adjusted(0, 0, -58, 0)
        text = compact_text(row.turnover, PRICE_UNITS_PER_YUAN) if row.turnover else NOTHING
        draw_text(painter, money, text, TextStyle.CAPTION, tokens.text_1, RIGHT)
        left, most = line.left() + 18, max(0, line.width() - 18 - 116)
        length = most * row.turnover // max(1, largest)
        height = max(BAR, min(MOST_BAR, line.height() // 2))
        bar = QRect(left, line.center().y() - height // 2, length, height)
        painter.fillRect(bar, colour)


def _money(value: int) -> str:
    text = compact_text(abs(value), PRICE_UNITS_PER_YUAN)
    return MINUS + text if value < 0 else signed(text, value)


def _since_text(since_ms: int) -> str:
    """Say from when on is counted where that is not the whole day."""
    return f" · 自 {clock_text(since_ms)} 起" if since_ms else ""


def _bound_text(bounds: tuple[int, ...], number: int) -> str:
    """Say from where to where a class goes."""
    if number < len(bounds):
        return f"  ≥{_wan(bounds[number])}"
    return f"  <{_wan(bounds[-1])}"


def _wan(turnover: int) -> str:
    return grouped(turnover, WAN * PRICE_UNITS_PER_YUAN, 0) + "万"
