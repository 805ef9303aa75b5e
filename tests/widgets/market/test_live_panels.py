"""Chart, tape, queue and head: they repaint when told something new, and only then."""

from collections.abc import Callable

import pytest
from PySide6.QtCore import QEvent, QObject, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QWidget
from pytestqt.qtbot import QtBot

from tests.support import pictures
from widgets.market.depth_ladder import DepthLadder
from widgets.market.intraday_chart import IntradayChart
from widgets.market.order_queue import OrderQueue
from widgets.market.quote_header import QuoteHeader
from widgets.market.tick_tape import TickTape
from widgets.paint.look import Look
from widgets.paint.tokens import light_tokens


class PaintCounter(QObject):
    """Counts a widget's paint events."""

    def __init__(self, watched: QWidget) -> None:
        super().__init__(watched)
        self.count = 0
        watched.installEventFilter(self)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:  # noqa: N802 - Qt's name
        """Count, never swallow."""
        if event.type() is QEvent.Type.Paint:
            self.count += 1
        return super().eventFilter(watched, event)


def paint_all(qtbot: QtBot) -> None:
    """Wait until whatever was asked to paint has painted: a later widget has."""
    last = QWidget()
    qtbot.addWidget(last)
    seen = PaintCounter(last)
    last.show()
    qtbot.waitUntil(lambda: seen.count > 0)


def chart(look: Look) -> tuple[QWidget, Callable[[], None]]:
    made = IntradayChart(look)
    return made, lambda: made.show_day(pictures.bars(), pictures.CLOSE)


def tape(look: Look) -> tuple[QWidget, Callable[[], None]]:
    made = TickTape(look)
    return made, lambda: made.show_ticks(pictures.depth().ticks, pictures.CLOSE)


def queue(look: Look) -> tuple[QWidget, Callable[[], None]]:
    made = OrderQueue(look)
    return made, lambda: made.show_depth(pictures.depth())


def head(look: Look) -> tuple[QWidget, Callable[[], None]]:
    made = QuoteHeader(look)
    return made, lambda: made.show_quote(pictures.instrument(), pictures.quote())


def ladder(look: Look) -> tuple[QWidget, Callable[[], None]]:
    made = DepthLadder(look)
    return made, lambda: made.show_depth(pictures.depth())


@pytest.mark.parametrize("build", [chart, tape, queue, head, ladder])
def test_new_values_change_the_picture_and_so_does_another_theme(
    qtbot: QtBot, look: Look, build: Callable[[Look], tuple[QWidget, Callable[[], None]]]
) -> None:
    panel, tell = build(look)
    qtbot.addWidget(panel)
    panel.resize(640, 500)
    empty = panel.grab().toImage()
    tell()
    filled = panel.grab().toImage()
    look.wear(light_tokens())
    light = panel.grab().toImage()
    assert empty != filled != light


@pytest.mark.parametrize("build", [chart, tape, queue, head])
def test_the_same_values_again_paint_nothing(
    qtbot: QtBot, look: Look, build: Callable[[Look], tuple[QWidget, Callable[[], None]]]
) -> None:
    panel, tell = build(look)
    qtbot.addWidget(panel)
    panel.resize(640, 500)
    tell()
    with qtbot.waitExposed(panel):
        panel.show()
    counter = PaintCounter(panel)
    paint_all(qtbot)
    before = counter.count
    tell()
    paint_all(qtbot)
    assert counter.count == before


def test_arrow_keys_move_the_cross_hair_and_escape_takes_it_away(qtbot: QtBot, look: Look) -> None:
    panel = IntradayChart(look)
    qtbot.addWidget(panel)
    panel.resize(640, 420)
    panel.show_day(pictures.bars(), pictures.CLOSE)
    plain = panel.grab().toImage()
    QTest.keyClick(panel, Qt.Key.Key_Left)
    crossed = panel.grab().toImage()
    QTest.keyClick(panel, Qt.Key.Key_Left)
    moved = panel.grab().toImage()
    QTest.keyClick(panel, Qt.Key.Key_Escape)
    assert plain != crossed != moved
    assert panel.grab().toImage() == plain


def test_tape_lays_the_newest_trade_on_top_whatever_the_order(qtbot: QtBot, look: Look) -> None:
    ticks = pictures.depth().ticks
    pictures_of = []
    for order in (ticks, tuple(reversed(ticks))):
        panel = TickTape(look)
        qtbot.addWidget(panel)
        panel.resize(230, 300)
        panel.show_ticks(order, pictures.CLOSE)
        pictures_of.append(panel.grab().toImage())
    assert pictures_of[0] == pictures_of[1]
