"""The actions table and the palette that is fed by it."""

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QLineEdit, QWidget
from pytestqt.qtbot import QtBot

from ui.shell.actions import Action, ActionTable
from ui.shell.command_palette import CommandPalette, PaletteItem
from ui.theme.theme import Theme


@pytest.fixture
def window(qtbot: QtBot, theme: Theme) -> QWidget:
    made = QWidget()
    made.resize(900, 600)
    qtbot.addWidget(made)
    with qtbot.waitExposed(made):
        made.show()
    return made


@pytest.fixture
def done() -> list[str]:
    return []


@pytest.fixture
def actions(window: QWidget, done: list[str]) -> ActionTable:
    table = ActionTable(window)
    table.add(
        Action("send", "发送委托", "交易", lambda: done.append("send"), "F9"),
        Action("cancel", "撤单", "交易", lambda: done.append("cancel"), "F3"),
        Action("theme", "切换深色", "外观", lambda: done.append("theme")),
    )
    return table


@pytest.fixture
def palette(window: QWidget, actions: ActionTable) -> CommandPalette:
    made = CommandPalette(actions, window)
    made.add_group("clients", "客户")
    return made


def field(palette: CommandPalette) -> QLineEdit:
    found = palette.findChild(QLineEdit)
    assert isinstance(found, QLineEdit)
    return found


def test_shortcuts_run_their_row(window: QWidget, actions: ActionTable, done: list[str]) -> None:
    QTest.keyClick(window, Qt.Key.Key_F9)
    assert done == ["send"]


@pytest.mark.parametrize(
    "row",
    [
        Action("send", "别的", "交易", lambda: None),
        Action("other", "别的", "交易", lambda: None, "F9"),
    ],
)
def test_a_key_or_shortcut_is_given_once(actions: ActionTable, row: Action) -> None:
    with pytest.raises(ValueError, match="already"):
        actions.add(row)


def test_a_disabled_row_is_neither_run_nor_found(actions: ActionTable, done: list[str]) -> None:
    actions.enable("cancel", on=False)
    actions.run("cancel")
    assert done == []
    assert [row.key for row in actions.find("交易")] == ["send"]


def test_groups_keep_their_order(actions: ActionTable) -> None:
    assert list(actions.groups()) == ["交易", "外观"]


def test_palette_runs_a_command_by_typing(palette: CommandPalette, done: list[str]) -> None:
    palette.open()
    QTest.keyClicks(field(palette), "send")
    QTest.keyClick(field(palette), Qt.Key.Key_Return)
    assert done == ["send"]
    assert not palette.isVisible()


def test_palette_tells_what_others_found_before_commands(
    qtbot: QtBot, palette: CommandPalette
) -> None:
    palette.typed.connect(
        lambda _text: palette.offer(
            "clients", (PaletteItem("C1", "王喆"), PaletteItem("C2", "王五"))
        )
    )
    palette.open()
    QTest.keyClick(field(palette), Qt.Key.Key_Down)
    with qtbot.waitSignal(palette.chosen) as chosen:
        QTest.keyClick(field(palette), Qt.Key.Key_Return)
    assert chosen.args == ["clients", "C2"]


def test_escape_closes_and_nothing_is_chosen(qtbot: QtBot, palette: CommandPalette) -> None:
    palette.open()
    with qtbot.assertNotEmitted(palette.chosen):
        QTest.keyClick(field(palette), Qt.Key.Key_Escape)
    assert not palette.isVisible()


def test_enter_on_an_empty_list_does_nothing(palette: CommandPalette, done: list[str]) -> None:
    palette.open("没有这个命令")
    QTest.keyClick(field(palette), Qt.Key.Key_Return)
    assert done == []
