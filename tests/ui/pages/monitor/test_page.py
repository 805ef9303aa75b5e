"""The monitor by keyboard: cancelling asks first, a refused order keeps its row and reason."""

from collections.abc import Iterator

import msgspec
import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QFontMetrics
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from models.trading.order import OrderState
from tests.support.page_kit import Stage, shown
from ui.pages.monitor.filters import FILTERS
from ui.pages.monitor.page import MonitorPage
from widgets.basic.table import TEXT_MARGIN
from widgets.paint.fonts import TextStyle, font


@pytest.fixture
def page(qtbot: QtBot, set_up: Stage) -> Iterator[MonitorPage]:
    """The page on the screen."""
    made = MonitorPage(set_up.kit)
    qtbot.addWidget(made)
    shown(made, 1_800)
    yield made
    made.stop()


def choose(page: MonitorPage, state: OrderState) -> str:
    """Make an order of this state the current row; return its id."""
    line = next(x for x in page.presenter.shown() if x.order.state is state)
    page.table.select_key(line.order.client_order_id)
    return line.order.client_order_id


@pytest.mark.parametrize("key", list(FILTERS))
def test_a_chip_shows_as_many_rows_as_it_counts(page: MonitorPage, key: str) -> None:
    page.chips.choose(key)
    assert page.table.rows.rowCount() == page.presenter.count(key)


def test_cancelling_asks_first_and_enter_confirms(page: MonitorPage, set_up: Stage) -> None:
    number = choose(page, OrderState.WORKING)
    QTest.keyClick(page, Qt.Key.Key_Delete)
    assert page.cancel_bar.isVisible() and "将撤 1 笔" in page.cancel_bar.title.text()
    assert set_up.desk.orders.cancelled == []
    QTest.keyClick(page.cancel_bar.confirm, Qt.Key.Key_Return)
    assert set_up.desk.orders.cancelled == [number]
    assert not page.cancel_bar.isVisible()


def test_escape_cancels_nothing(page: MonitorPage, set_up: Stage) -> None:
    choose(page, OrderState.WORKING)
    page.ask_cancel()
    QTest.keyClick(page.cancel_bar, Qt.Key.Key_Escape)
    assert not page.cancel_bar.isVisible()
    assert set_up.desk.orders.cancelled == []


def test_an_order_that_ended_is_not_cancelled_but_explained(
    qtbot: QtBot, page: MonitorPage
) -> None:
    choose(page, OrderState.FILLED)
    with qtbot.waitSignal(page.noticed) as told:
        page.ask_cancel()
    assert told.args is not None and told.args[0].code == "NOTHING_TO_CANCEL"
    assert not page.cancel_bar.isVisible()


def test_a_refused_order_keeps_its_row_with_the_reason(page: MonitorPage) -> None:
    number = choose(page, OrderState.REFUSED)
    line = page.table.current_record()
    assert line is not None and line.order.client_order_id == number
    columns = {column.title: column.text(line) for column in page.table.rows.columns}
    assert columns["状态"] == "风控拒绝"
    assert columns["原因"] == "可卖 300 股,委托 500 股 [SELLABLE_EXCEEDED]"


def test_the_current_row_survives_a_change(page: MonitorPage, set_up: Stage) -> None:
    number = choose(page, OrderState.WORKING)
    set_up.desk.orders.put(set_up.desk.orders.everything()[2])
    line = page.table.current_record()
    assert line is not None and line.order.client_order_id == number


def test_a_narrow_window_says_which_columns_it_leaves_out(page: MonitorPage) -> None:
    assert "均价" not in page.shown.text()
    page.resize(1_200, 700)
    assert "资金账号、均价、金额、录入" in page.shown.text()


def test_the_account_is_whole_and_the_instruction_its_end_with_the_id_as_tip(
    page: MonitorPage, set_up: Stage
) -> None:
    page.resize(1_848, 900)
    order = set_up.desk.orders.everything()[0]
    whole = msgspec.structs.replace(
        order, account="310020001081", instruction_id="I20230201-247ad40a8e"
    )
    set_up.desk.orders.put(whole)
    line = next(x for x in page.presenter.shown() if x.order == whole)
    columns = {column.title: column for column in page.table.rows.columns}
    place = list(columns).index("资金账号")
    width = QFontMetrics(font(TextStyle.BODY)).horizontalAdvance("310020001081")
    assert columns["资金账号"].text(line) == "310020001081"
    assert page.table.columnWidth(place) >= width + 2 * TEXT_MARGIN
    assert columns["指令"].text(line) == "…d40a8e"
    assert columns["指令"].tip(line) == "I20230201-247ad40a8e"
    assert page.table.horizontalScrollBar().maximum() == 0
