"""The ticket: whole by keyboard, the side never by accident, sent once and only on purpose."""

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QPushButton
from pytestqt.qtbot import QtBot

from models.trading.order import Side
from models.trading.ticket import Ticket
from tests.support import pictures
from tests.support.clipping import clipped_texts
from widgets.basic.find_box import Choice
from widgets.paint.look import Look
from widgets.trading.check_list import worst_first
from widgets.trading.order_ticket import OrderTicket

CLIENT = Choice("C1", "王喆", "23846511  白金卡")
SHARE = Choice("600519.SH", "600519 贵州茅台")


@pytest.fixture
def ticket(qtbot: QtBot, look: Look) -> OrderTicket:
    made = OrderTicket(look)
    qtbot.addWidget(made)
    made.resize(300, 640)
    made.show_client(CLIENT, "23846511")
    made.security_typed.connect(lambda _text: made.offer_securities((SHARE,)))
    made.security_chosen.connect(lambda _key: made.show_price(pictures.LAST))
    with qtbot.waitExposed(made):
        made.show()
    return made


def checks_hold(ticket: OrderTicket) -> None:
    """Answer each change as a page does whose checks hold."""
    ticket.edited.connect(lambda _draft: ticket.show_check(pictures.check()))


def checks_fail(ticket: OrderTicket) -> None:
    """Answer each change as a page does whose checks do not hold."""
    ticket.edited.connect(lambda _draft: ticket.show_check(pictures.check(passes=False)))


def type_order(qtbot: QtBot, ticket: OrderTicket) -> None:
    """code, Enter, quantity, Enter: what comes before the last Enter."""
    ticket.start()
    QTest.keyClicks(ticket.security, "600519")
    QTest.keyClick(ticket.security, Qt.Key.Key_Return)
    QTest.keyClicks(ticket.quantity.field, "300")
    QTest.keyClick(ticket.quantity.field, Qt.Key.Key_Return)


def test_code_quantity_enter_enter_sends_the_order(qtbot: QtBot, ticket: OrderTicket) -> None:
    checks_hold(ticket)
    sent: list[Ticket] = []
    ticket.sent.connect(sent.append)
    type_order(qtbot, ticket)
    assert sent == []
    assert ticket.focusWidget() is ticket.send
    QTest.keyClick(ticket.send, Qt.Key.Key_Return)
    expected = Ticket("C1", "23846511", "600519.SH", Side.BUY, 300, pictures.LAST, "")
    assert sent == [expected]


def test_failing_checks_need_a_second_press(qtbot: QtBot, ticket: OrderTicket) -> None:
    checks_fail(ticket)
    sent: list[Ticket] = []
    ticket.sent.connect(sent.append)
    type_order(qtbot, ticket)
    QTest.keyClick(ticket.send, Qt.Key.Key_Return)
    assert sent == []
    assert "拒绝" in ticket.send.text()
    QTest.keyClick(ticket.send, Qt.Key.Key_Return)
    assert len(sent) == 1


def test_a_change_after_the_first_press_asks_again(qtbot: QtBot, ticket: OrderTicket) -> None:
    checks_fail(ticket)
    type_order(qtbot, ticket)
    QTest.keyClick(ticket.send, Qt.Key.Key_Return)
    QTest.keyClicks(ticket.quantity.field, "0")
    with qtbot.assertNotEmitted(ticket.sent):
        QTest.keyClick(ticket.send, Qt.Key.Key_Return)


def test_nothing_is_sent_while_an_order_is_on_its_way(qtbot: QtBot, ticket: OrderTicket) -> None:
    checks_hold(ticket)
    type_order(qtbot, ticket)
    ticket.show_sending()
    with qtbot.assertNotEmitted(ticket.sent):
        QTest.keyClick(ticket.send, Qt.Key.Key_Return)
        QTest.mouseClick(ticket.send, Qt.MouseButton.LeftButton)
    ticket.show_result("已报 20230201-0001")
    assert ticket.quantity.value() == 0
    assert not ticket.send.isEnabled()


@pytest.mark.parametrize("missing", ["client", "security", "quantity", "price"])
def test_an_incomplete_ticket_cannot_be_sent(
    qtbot: QtBot, ticket: OrderTicket, missing: str
) -> None:
    ticket.show_client(None if missing == "client" else CLIENT, "23846511")
    ticket.show_security(None if missing == "security" else SHARE)
    ticket.show_price(0 if missing == "price" else pictures.LAST)
    ticket.show_quantity(0 if missing == "quantity" else 300)
    ticket.show_check(pictures.check())
    assert not ticket.send.isEnabled()


def test_a_price_from_the_ladder_never_turns_the_side(qtbot: QtBot, ticket: OrderTicket) -> None:
    ticket.show_side(Side.SELL)
    ticket.show_price(pictures.LAST)
    assert ticket.draft().side is Side.SELL
    assert ticket.draft().price_units == pictures.LAST


def test_the_side_is_told_in_word_and_changes_the_button(qtbot: QtBot, ticket: OrderTicket) -> None:
    checks_hold(ticket)
    type_order(qtbot, ticket)
    assert ticket.send.text().startswith("买入 300 股 × 1,845.65")
    ticket.side.choose(Side.SELL)
    assert ticket.send.text().startswith("卖出 300 股 × 1,845.65")
    assert ticket.send.property("side") == "sell"


def test_price_steps_by_the_tick_with_arrow_keys(qtbot: QtBot, ticket: OrderTicket) -> None:
    ticket.show_security(SHARE, tick_units=10)
    ticket.show_price(12_340)
    QTest.keyClick(ticket.price.field, Qt.Key.Key_Up)
    assert (ticket.draft().price_units, ticket.price.field.text()) == (12_350, "1.235")
    QTest.keyClick(ticket.price.field, Qt.Key.Key_Down)
    QTest.keyClick(ticket.price.field, Qt.Key.Key_Down)
    assert ticket.draft().price_units == 12_330


def test_typed_prices_are_exact(qtbot: QtBot, ticket: OrderTicket) -> None:
    ticket.show_price(0)
    QTest.keyClicks(ticket.price.field, "1845.65")
    assert ticket.draft().price_units == 18_456_500
    ticket.price.field.setText(".")
    assert ticket.draft().price_units == 0


@pytest.mark.parametrize(("text", "shares"), [("1/4", 400), ("1/3", 500), ("1/2", 800)])
def test_presets_take_parts_in_whole_lots(
    qtbot: QtBot, ticket: OrderTicket, text: str, shares: int
) -> None:
    ticket.quantity.set_room(1_750, 100, "最多可买")
    button = next(b for b in ticket.findChildren(QPushButton) if b.text() == text)
    QTest.mouseClick(button, Qt.MouseButton.LeftButton)
    assert ticket.draft().quantity == shares


def test_all_of_it_may_end_in_an_odd_lot(qtbot: QtBot, ticket: OrderTicket) -> None:
    ticket.quantity.set_room(1_750, 100, "最多可卖")
    button = next(b for b in ticket.findChildren(QPushButton) if b.text() == "全部")
    QTest.mouseClick(button, Qt.MouseButton.LeftButton)
    assert ticket.draft().quantity == 1_750


def test_a_text_that_was_not_taken_gives_way(qtbot: QtBot, ticket: OrderTicket) -> None:
    ticket.show_security(SHARE)
    ticket.security.setFocus()
    QTest.keyClicks(ticket.security, "30")
    ticket.offer_securities(())
    ticket.quantity.setFocus()
    assert ticket.security.text() == SHARE.line
    assert ticket.draft().symbol == "600519.SH"


def test_instructions_are_chosen_by_key_and_absence_is_said(
    qtbot: QtBot, ticket: OrderTicket
) -> None:
    told = (Choice("I2", "买入 500 股"), Choice("I1", "买入 300 股"))
    ticket.show_instructions(told, "I1")
    assert ticket.draft().instruction_id == "I1"
    ticket.show_instructions(())
    assert ticket.draft().instruction_id == ""
    assert ticket.instruction.currentText() == "无可用指令"


def test_failed_checks_stand_first(qtbot: QtBot) -> None:
    order = [line.ok for line in worst_first(pictures.check(passes=False).lines)]
    assert order == [False, None, True, True, True, True, True]


@pytest.mark.parametrize("width", [276, 300, 360])
def test_no_text_of_the_ticket_is_cut(qtbot: QtBot, ticket: OrderTicket, width: int) -> None:
    ticket.resize(width, 640)
    ticket.show_security(SHARE)
    ticket.show_price(pictures.LAST)
    ticket.show_quantity(300)
    ticket.show_check(pictures.check(passes=False))
    assert clipped_texts(ticket) == []
