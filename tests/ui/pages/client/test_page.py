"""The client page by keyboard: log a contact, record an instruction, go trading."""

from collections.abc import Iterator

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from models.trading.order import Side
from tests.support.page_kit import Stage, shown
from ui.pages.client.page import ClientPage

CLIENT = "C00000"


@pytest.fixture
def page(qtbot: QtBot, set_up: Stage) -> Iterator[ClientPage]:
    """The page on the screen, with a client."""
    made = ClientPage(set_up.kit)
    qtbot.addWidget(made)
    shown(made)
    made.open_client(CLIENT)
    yield made
    made.stop()


def fill_instruction(page: ClientPage) -> None:
    """Type a whole instruction except for its evidence."""
    QTest.keyClick(page, Qt.Key.Key_I)
    form = page.instruction
    QTest.keyClicks(form.security, "600036")
    QTest.keyClick(form.security, Qt.Key.Key_Return)
    form.sides[Side.SELL].click()
    QTest.keyClicks(form.quantity, "300")
    QTest.keyClicks(form.price.field, "41.36")
    form.read_back.setChecked(True)
    form.identity.setChecked(True)


def test_one_key_text_and_enter_log_a_contact(page: ClientPage) -> None:
    QTest.keyClick(page, Qt.Key.Key_L)
    page.contacts.summary.setText("约周五面谈")
    QTest.keyClick(page.contacts.summary, Qt.Key.Key_Return)
    assert page.presenter.profile is not None
    newest = page.presenter.profile.contacts[0]
    assert (newest.channel, newest.direction, newest.summary) == ("电话", "呼出", "约周五面谈")
    assert newest.pending and page.contacts.summary.text() == ""


def test_an_instruction_without_evidence_is_refused_with_the_reason(
    qtbot: QtBot, page: ClientPage
) -> None:
    fill_instruction(page)
    assert page.presenter.profile is not None
    before = page.presenter.profile.instructions
    page.instruction.record.click()
    assert "缺证据编号" in page.instruction.reason.text()
    assert "INSTRUCTION_INCOMPLETE" in page.instruction.reason.text()
    assert page.presenter.profile.instructions == before


def test_with_evidence_enter_records_it(qtbot: QtBot, page: ClientPage) -> None:
    fill_instruction(page)
    QTest.keyClicks(page.instruction.evidence, "REC-77")
    QTest.keyClick(page.instruction.evidence, Qt.Key.Key_Return)
    assert page.presenter.profile is not None
    newest = page.presenter.profile.instructions[0]
    assert (newest.symbol, newest.side, newest.quantity) == ("600036.SH", Side.SELL, 300)
    assert (newest.price_units, newest.evidence_ref) == (413_600, "REC-77")
    assert page.tables.instructions.rows.rowCount() == len(page.presenter.profile.instructions)


def test_no_side_is_chosen_before_the_person_does(qtbot: QtBot, page: ClientPage) -> None:
    fill_instruction(page)
    QTest.keyClick(page.instruction, Qt.Key.Key_Escape)
    QTest.keyClick(page, Qt.Key.Key_I)
    assert page.instruction.form().side is None


def test_t_trades_the_chosen_holding(qtbot: QtBot, page: ClientPage) -> None:
    page.tables.holdings.selectRow(0)
    line = page.tables.holdings.current_record()
    assert line is not None
    with qtbot.waitSignal(page.trade) as wanted:
        QTest.keyClick(page, Qt.Key.Key_T)
    assert wanted.args == [CLIENT, line.symbol]


def test_letters_typed_into_a_field_are_text_not_commands(qtbot: QtBot, page: ClientPage) -> None:
    page.begin_contact()
    with qtbot.assertNotEmitted(page.trade):
        QTest.keyClicks(page.contacts.summary, "tli")
    assert page.contacts.summary.text() == "tli"


def test_his_alerts_are_shown_and_only_his(page: ClientPage, set_up: Stage) -> None:
    his = [alert for alert in set_up.desk.alerts.items if alert.client_id == CLIENT]
    assert his and list(page.tables.alerts.rows.records()) == his
    read = len(set_up.desk.clients.profiles_read)
    set_up.tasks.start(set_up.desk.alerts.acknowledge(his[0].alert_id, ""), bool, failed=bool)
    assert page.tables.alerts.rows.record(0).acknowledged
    assert len(set_up.desk.clients.profiles_read) == read


def test_prices_move_the_table_in_place(page: ClientPage, set_up: Stage) -> None:
    rows = page.tables.holdings.rows
    before = rows.record(0)
    page.tables.holdings.selectRow(0)
    set_up.desk.market.set_last(before.symbol, before.last_units + 1_000)
    page.presenter.value_now()
    assert rows.record(0).value_cents == before.value_cents + before.quantity * 10
    assert page.tables.holdings.currentIndex().row() == 0
