"""The window: pages, actions, status in words, layouts that come back, nothing cut off."""

from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QDialog, QLabel, QPushButton, QWidget
from pytestqt.qtbot import QtBot

from models.status import DeskStatus, LinkState
from tests.support.clipping import clipped_texts
from ui.ports import PRACTICE_MARK, Person
from ui.shell.entry.sign_in_window import SignInWindow
from ui.shell.entry.start_window import StartWindow
from ui.shell.main_window import MainWindow
from ui.shell.status import phase_text, status_items
from ui.theme.theme import LIGHT, Theme
from widgets.basic.status_strip import LampState, StatusStrip

PERSON = Person("M001", "陈敏", "manager", "B1")
STATUS = DeskStatus(
    central=LinkState.CONNECTED,
    central_text="已同步",
    feed=LinkState.DOWN,
    feed_text="",
    engine=LinkState.CONNECTING,
    engine_text="重连中 第 2 次",
    outbox=3,
    market_time="10:00:00",
    phase="continuous",
    trade_date="2023-02-01",
    speed="仿真 1×",
)


def make(
    qtbot: QtBot, theme: Theme, file: Path | None = None, person: Person = PERSON
) -> MainWindow:
    window = MainWindow(theme, person, file)
    qtbot.addWidget(window, before_close_func=lambda _window: window.close_now())
    for key, title, icon in (
        ("clients", "客户", "account-group"),
        ("trading", "行情交易", "chart-line"),
        ("orders", "委托监控", "clipboard-list-outline"),
    ):
        window.add_page(key, title, icon, QPushButton(title))
    window.add_panel("alerts", "预警", QLabel("预警"))
    window.settle_layout()
    window.show_status(STATUS)
    return window


def test_a_practice_desk_says_so_where_its_name_stands(qtbot: QtBot, theme: Theme) -> None:
    trainee = Person("M001", "学员", "manager", "YL01", practice="product-1")
    window = make(qtbot, theme, person=trainee)
    brands = [one.text() for one in window.findChildren(QLabel, "brand")]
    assert window.windowTitle() == "【演练】客户经理工作站"
    assert brands == ["◆ 【演练】客户经理工作站"]
    assert "演练" not in make(qtbot, theme).windowTitle()


def test_the_windows_before_the_desk_say_so_too(qtbot: QtBot) -> None:
    for window in (StartWindow(PRACTICE_MARK), SignInWindow("M001", mark=PRACTICE_MARK)):
        qtbot.addWidget(window)
        assert window.windowTitle() == "【演练】客户经理工作站"


def test_pages_open_by_navigation_key_and_command(qtbot: QtBot, theme: Theme) -> None:
    window = make(qtbot, theme)
    with qtbot.waitExposed(window):
        window.show()
    assert window.current_page() == "clients"
    with qtbot.waitSignal(window.page_opened) as opened:
        QTest.keyClick(window, Qt.Key.Key_2, Qt.KeyboardModifier.AltModifier)
    assert opened.args == ["trading"]
    window.actions_table.run("page.orders")
    assert window.current_page() == "orders"


def test_theme_switches_by_action(qtbot: QtBot, theme: Theme) -> None:
    window = make(qtbot, theme)
    window.actions_table.run("theme")
    assert theme.name == LIGHT


def test_an_arrangement_comes_back_after_a_restart(
    qtbot: QtBot, theme: Theme, tmp_path: Path
) -> None:
    file = tmp_path / "state" / "layouts.json"
    first = make(qtbot, theme, file)
    first.show()
    first.docks.show_panel("alerts", on=True)
    first.keep_layout("盯盘")
    first.close_now()
    second = make(qtbot, theme, file)
    second.show()
    assert second.docks.dock("alerts").isVisible()
    second.actions_table.run("layout.default")
    assert not second.docks.dock("alerts").isVisible()
    second.actions_table.run("layout.use.盯盘")
    assert second.docks.dock("alerts").isVisible()


@pytest.mark.parametrize("content", [b"", b"{broken", b'{"named": {"x": "not base64"}}'])
def test_a_broken_layouts_file_is_no_obstacle(
    qtbot: QtBot, theme: Theme, tmp_path: Path, content: bytes
) -> None:
    file = tmp_path / "layouts.json"
    file.write_bytes(content)
    window = make(qtbot, theme, file)
    window.use_layout("x")
    assert window.docks.arrangement()


def test_closing_is_asked_for_and_then_told(qtbot: QtBot, theme: Theme) -> None:
    window = make(qtbot, theme)
    window.asks_before_closing = True
    window.show()
    with qtbot.assertNotEmitted(window.closing), qtbot.waitSignal(window.close_asked):
        window.close()
    assert window.isVisible()
    with qtbot.waitSignal(window.closing):
        window.close_now()
    assert not window.isVisible()


def test_help_lists_every_action(qtbot: QtBot, theme: Theme) -> None:
    window = make(qtbot, theme)
    window.show()
    window.actions_table.run("help")
    dialog = window.findChild(QDialog)
    assert isinstance(dialog, QDialog)
    table = dialog.findChildren(QWidget, "helpTable")
    assert len(table) == 1
    dialog.close()


def test_status_is_told_in_words() -> None:
    items = {item.key: item for item in status_items(STATUS)}
    assert [item.text for item in items.values()] == [
        "已同步",
        "已断开",
        "重连中 第 2 次",
        "3 条待同步",
    ]
    states = [item.state for item in items.values()]
    assert states == [LampState.GOOD, LampState.BAD, LampState.WAIT, LampState.WAIT]
    assert phase_text(STATUS) == "连续竞价"


def test_status_entries_are_made_once(qtbot: QtBot, theme: Theme) -> None:
    strip = StatusStrip(theme.look)
    qtbot.addWidget(strip)
    for _ in range(3):
        strip.show_items(status_items(STATUS))
    texts = [label.text() for label in strip.findChildren(QLabel)]
    assert texts.count("3 条待同步") == 1


@pytest.mark.parametrize("size", [(880, 480), (1_366, 768), (1_920, 1_080)])
def test_no_text_of_the_shell_is_cut(qtbot: QtBot, theme: Theme, size: tuple[int, int]) -> None:
    window = make(qtbot, theme)
    window.resize(*size)
    with qtbot.waitExposed(window):
        window.show()
    assert clipped_texts(window) == []
