"""While the desk is locked nothing of it is seen or takes a key; the passphrase opens it."""

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QDialog, QLineEdit, QPushButton, QWidget
from pytestqt.qtbot import QtBot

from ui.shell.entry.curtain import Curtain
from ui.shell.entry.sign_in_window import SignInWindow


@pytest.fixture
def window(qtbot: QtBot) -> SignInWindow:
    """A sign-in window for M001."""
    made = SignInWindow("M001")
    qtbot.addWidget(made)
    return made


@pytest.fixture
def desk(qtbot: QtBot) -> QWidget:
    """A shown window with a field that has the focus."""
    made = QWidget()
    made.resize(400, 300)
    QLineEdit(made).setObjectName("field")
    qtbot.addWidget(made)
    made.show()
    made.activateWindow()
    return made


def shown() -> set[QWidget]:
    """All windows that can be seen."""
    return {one for one in QApplication.topLevelWidgets() if one.isVisible()}


def test_asks_with_staff_id_and_passphrase_and_forgets_it(
    window: SignInWindow, qtbot: QtBot
) -> None:
    window.ask_to_sign_in()
    _, field = window.findChildren(QLineEdit)
    assert field.echoMode() == QLineEdit.EchoMode.Password
    field.setText("secret")
    with qtbot.waitSignal(window.asked) as asked:
        QTest.keyClick(field, Qt.Key.Key_Return)
    assert asked.args == ["M001", "secret"]
    assert field.text() == ""


def test_an_empty_passphrase_asks_nobody(window: SignInWindow, qtbot: QtBot) -> None:
    window.ask_to_sign_in()
    with qtbot.assertNotEmitted(window.asked):
        (button,) = window.findChildren(QPushButton)
        QTest.mouseClick(button, Qt.MouseButton.LeftButton)
    assert window.fault_text == "请输入工号和口令"


def test_a_fault_lets_it_be_typed_again(window: SignInWindow) -> None:
    window.ask_to_sign_in()
    _, field = window.findChildren(QLineEdit)
    window.show_trying()
    assert not field.isEnabled()
    window.show_fault("口令不对")
    assert field.isEnabled()
    assert window.fault_text == "口令不对"


def test_only_its_own_person_opens_a_locked_desk(window: SignInWindow) -> None:
    window.ask_to_unlock("输入登录口令继续")
    staff, _ = window.findChildren(QLineEdit)
    QTest.keyClicks(staff, "M002")
    assert staff.text() == "M001"


def test_curtain_hides_all_and_brings_it_back(
    window: SignInWindow, desk: QWidget, qtbot: QtBot
) -> None:
    dialog, curtain = QDialog(desk), Curtain()
    qtbot.addWidget(dialog)
    dialog.show()
    curtain.draw(window)
    window.ask_to_unlock("")
    assert shown() == {window}
    curtain.lift()
    window.hide()
    assert shown() == {desk, dialog}
    curtain.close()


def test_what_opens_behind_the_curtain_is_hidden_until_it_lifts(
    window: SignInWindow, desk: QWidget, qtbot: QtBot
) -> None:
    curtain = Curtain()
    curtain.draw(window)
    window.ask_to_unlock("")
    late = QDialog(desk)
    qtbot.addWidget(late)
    late.show()
    qtbot.waitUntil(lambda: shown() == {window})
    desk.show()
    qtbot.waitUntil(lambda: shown() == {window})
    curtain.lift()
    window.hide()
    assert shown() == {desk, late}
    assert late.windowOpacity() == 1.0
    curtain.close()


def test_a_key_on_a_window_is_a_touch(desk: QWidget, qtbot: QtBot) -> None:
    curtain = Curtain()
    qtbot.waitUntil(lambda: QApplication.focusWindow() is not None)
    with qtbot.waitSignal(curtain.touched):
        QTest.keyClick(desk.windowHandle(), Qt.Key.Key_A)
    curtain.close()
