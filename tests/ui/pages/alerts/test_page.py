"""Alerts by keyboard: acknowledge with a note, open the client, trade."""

from collections.abc import Iterator

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from models.clients.alert import HoldingAlert
from tests.support.page_kit import Stage, shown
from ui.pages.alerts.page import AlertsPage
from ui.pages.alerts.rows import HolderLine


@pytest.fixture
def page(qtbot: QtBot, set_up: Stage) -> Iterator[AlertsPage]:
    """The page on the screen."""
    made = AlertsPage(set_up.kit)
    qtbot.addWidget(made)
    shown(made)
    yield made
    made.stop()


def first(page: AlertsPage) -> HoldingAlert:
    """Return the alert on top of the list."""
    return page.presenter.shown()[0]


def test_the_first_alert_is_shown_with_all_its_holders(page: AlertsPage) -> None:
    alert = first(page)
    assert page.detail.name.text() == alert.client_name
    assert page.detail.reason.text() == alert.reason
    holders = page.presenter.holders(alert.symbol)
    assert page.detail.holders.rows.records() == holders


def test_a_holder_without_an_alert_is_listed_and_marked_so(page: AlertsPage) -> None:
    page.chips.choose("all")
    alert = next(a for a in page.presenter.shown() if spared(page, a.symbol))
    page.view.setCurrentIndex(page.rows.index(page.rows.row_of(alert.alert_id)))
    lines = page.detail.holders.rows.records()
    with_alert = sum(1 for line in lines if line.alert)
    title = page.detail.holders_title.text()
    assert f":{len(lines)} 位" in title and f"有预警 {with_alert} 位" in title
    line = spared(page, alert.symbol)[0]
    columns = {column.title: column.text(line) for column in page.detail.holders.rows.columns}
    assert (columns["客户"], columns["预警"]) == (line.holder.client_name, "无预警")
    assert columns["级别"] == columns["确认"] == "—"


def spared(page: AlertsPage, symbol: str) -> list[HolderLine]:
    """Return who holds the security and has no alert on it."""
    return [line for line in page.presenter.holders(symbol) if line.alert is None]


def test_a_then_a_note_then_enter_acknowledges(page: AlertsPage, set_up: Stage) -> None:
    alert, before = first(page), page.rows.rowCount()
    QTest.keyClick(page, Qt.Key.Key_A)
    QTest.keyClicks(page.detail.note, "told")
    QTest.keyClick(page.detail.note, Qt.Key.Key_Return)
    assert set_up.desk.alerts.notes == {alert.alert_id: "told"}
    assert page.rows.rowCount() == before - 1
    assert first(page).alert_id != alert.alert_id


def test_enter_on_the_list_opens_the_client(qtbot: QtBot, page: AlertsPage) -> None:
    with qtbot.waitSignal(page.open_client) as opened:
        QTest.keyClick(page.view, Qt.Key.Key_Return)
    assert opened.args == [first(page).client_id]


def test_t_trades_the_security_for_the_client(qtbot: QtBot, page: AlertsPage) -> None:
    with qtbot.waitSignal(page.trade) as wanted:
        QTest.keyClick(page, Qt.Key.Key_T)
    assert wanted.args == [first(page).client_id, first(page).symbol]


def test_an_alert_only_for_the_manager_says_so(page: AlertsPage) -> None:
    page.chips.choose("all")
    internal = next(alert for alert in page.presenter.shown() if not alert.entitled)
    page.view.setCurrentIndex(page.rows.index(page.rows.row_of(internal.alert_id)))
    assert "仅供客户经理" in page.detail.send.text()
