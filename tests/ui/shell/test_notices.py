"""Notices: newest on top, one per code, at most three, gone when closed."""

from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QLabel, QPushButton, QToolButton
from pytestqt.qtbot import QtBot

from models.errors import ExpectedFailure
from ui.shell.notices import NoticeStack
from widgets.basic.notice_bar import Notice, NoticeBar


def make(qtbot: QtBot) -> NoticeStack:
    stack = NoticeStack()
    qtbot.addWidget(stack)
    return stack


def test_a_failure_shows_title_advice_and_code(qtbot: QtBot) -> None:
    stack = make(qtbot)
    stack.tell_failure(ExpectedFailure("端口被占用", "请换一个端口", "PORT_OCCUPIED"))
    texts = {label.text() for label in stack.findChildren(QLabel)}
    assert {"端口被占用", "请换一个端口", "PORT_OCCUPIED"} <= texts


def test_the_same_code_replaces_and_three_are_the_most(qtbot: QtBot) -> None:
    stack = make(qtbot)
    for number in range(5):
        stack.tell(Notice(f"故障 {number}", code=f"C{number}"))
    stack.tell(Notice("故障 3 又来", code="C3"))
    assert [notice.title for notice in stack.notices()] == ["故障 3 又来", "故障 4", "故障 2"]


def test_withdrawn_and_closed_notices_go(qtbot: QtBot) -> None:
    stack = make(qtbot)
    stack.tell(Notice("甲", code="A"))
    stack.tell(Notice("乙", code="B"))
    stack.withdraw_code("A")
    bar = next(bar for bar in stack.findChildren(NoticeBar) if bar.notice.code == "B")
    QTest.mouseClick(bar.findChildren(QToolButton)[0], Qt.MouseButton.LeftButton)
    assert stack.notices() == ()
    assert stack.isHidden()


def test_the_action_of_a_notice_is_told(qtbot: QtBot) -> None:
    stack, notice = make(qtbot), Notice("断开", "重连", "D", "立即重连")
    stack.tell(notice)
    button = next(b for b in stack.findChildren(QPushButton) if b.text() == "立即重连")
    with qtbot.waitSignal(stack.acted) as told:
        button.click()
    assert told.args == [notice]
