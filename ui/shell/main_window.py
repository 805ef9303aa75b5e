"""The window: top bar, navigation, pages in a stack, panels about them, status strip."""

from collections.abc import Callable
from pathlib import Path

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QCloseEvent, QResizeEvent
from PySide6.QtWidgets import (
    QHBoxLayout,
    QMainWindow,
    QMessageBox,
    QStackedWidget,
    QVBoxLayout,
    QWidget,
)

from models.status import DeskStatus
from ui.ports import Person
from ui.shell.actions import Action, ActionTable
from ui.shell.command_palette import CommandPalette
from ui.shell.dock_host import DockHost
from ui.shell.help import HelpDialog
from ui.shell.layouts import DEFAULT, LAST, Layouts
from ui.shell.navigation import Navigation
from ui.shell.notices import NoticeStack
from ui.shell.status import clock_text, phase_text, status_items
from ui.shell.top_bar import TopBar
from ui.theme.theme import Theme
from widgets.basic.status_strip import StatusStrip


class MainWindow(QMainWindow):
    """Knows no page: the wiring adds them."""

    page_opened = Signal(str)
    close_asked = Signal()
    closing = Signal()

    def __init__(self, theme: Theme, person: Person, layouts_file: Path | None = None) -> None:
        super().__init__()
        self.setObjectName("mainWindow")
        self.setWindowTitle(person.mark + self.tr("客户经理工作站"))
        self.setMinimumSize(880, 480)
        self.theme = theme
        self.actions_table = ActionTable(self)
        self.notices = NoticeStack()
        self.palette_box = CommandPalette(self.actions_table, self)
        self.asks_before_closing = False
        self._pages: dict[str, QWidget] = {}
        self._stack = QStackedWidget()
        self.docks = DockHost(theme.look, self._stack)
        self._layouts = Layouts(layouts_file)
        self._navigation = Navigation(theme.look)
        self._navigation.chosen.connect(self.open_page)
        self._status = StatusStrip(theme.look)
        self._top = TopBar(theme.look, person, self.actions_table)
        self._add_actions()
        self._lay_out()

    def add_page(self, key: str, title: str, icon: str, widget: QWidget) -> None:
        """Add a screen with its navigation button and Alt+number; the first one opens."""
        number = len(self._pages) + 1
        shortcut = f"Alt+{number}" if number < 10 else ""
        self._pages[key] = widget
        self._stack.addWidget(widget)
        self._navigation.add(key, title, icon, shortcut)
        self.actions_table.add(
            Action(
                f"page.{key}", title, self.tr("转到"), lambda: self.open_page(key), shortcut, icon
            )
        )
        if number == 1:
            self.open_page(key)

    def open_page(self, key: str) -> None:
        """Bring a screen to the front."""
        self._stack.setCurrentWidget(self._pages[key])
        self._navigation.show_current(key)
        self.page_opened.emit(key)

    def current_page(self) -> str:
        """Return the key of the open screen, "" before the first was added."""
        shown = self._stack.currentWidget()
        return next((key for key, page in self._pages.items() if page is shown), "")

    def add_panel(
        self,
        key: str,
        title: str,
        widget: QWidget,
        area: Qt.DockWidgetArea = Qt.DockWidgetArea.RightDockWidgetArea,
        shortcut: str = "",
    ) -> None:
        """Add a panel at an edge, hidden, with a command that shows and hides it."""
        dock = self.docks.add_panel(key, title, widget, area)
        dock.hide()
        self.actions_table.add(
            Action(
                f"panel.{key}",
                self.tr("显示 / 隐藏 {0}").format(title),
                self.tr("面板"),
                lambda: dock.setVisible(not dock.isVisible()),
                shortcut,
            )
        )

    def show_status(self, status: DeskStatus) -> None:
        """Show the desk's connections, the market's phase and clock."""
        self._status.show_items(status_items(status))
        self._status.show_clock(phase_text(status), clock_text(status))
        self._top.show_note(status.speed)

    def settle_layout(self) -> None:
        """Call once when all pages and panels are there: the last arrangement comes back."""
        self._layouts.keep(DEFAULT, self.docks.arrangement())
        geometry = self._layouts.geometry()
        if geometry:
            self.restoreGeometry(geometry)
        else:
            self.resize(self.screen().availableSize())
            self.setWindowState(Qt.WindowState.WindowMaximized)
        self.use_layout(LAST)

    def use_layout(self, name: str) -> None:
        """Bring back a named arrangement; nothing happens when there is none."""
        kept = self._layouts.arrangement(name)
        if kept:
            self.docks.arrange(kept)

    def keep_layout(self, name: str) -> None:
        """Keep the present arrangement under a name and make it a command."""
        is_new = name not in self._layouts.names()
        self._layouts.keep(name, self.docks.arrangement())
        if is_new:
            self._add_layout_action(name)

    def close_now(self) -> None:
        """Close without asking."""
        self.asks_before_closing = False
        self.close()

    def ask(self, title: str, text: str, yes: str, run: Callable[[], object]) -> None:
        """Ask before a dangerous act; ``run`` when the person says yes. Nothing waits for it."""
        box = QMessageBox(QMessageBox.Icon.Question, title, text, parent=self)
        box.addButton(self.tr("取消"), QMessageBox.ButtonRole.RejectRole)
        agreed = box.addButton(yes, QMessageBox.ButtonRole.AcceptRole)
        agreed.clicked.connect(run)
        box.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        box.open()

    def closeEvent(self, event: QCloseEvent) -> None:  # noqa: N802 - Qt's name
        """Where the wiring wants it, ask it first; then keep the arrangement and go."""
        if self.asks_before_closing:
            event.ignore()
            self.close_asked.emit()
            return
        self._layouts.keep(LAST, self.docks.arrangement())
        self._layouts.keep_geometry(bytes(self.saveGeometry().data()))
        self.closing.emit()
        super().closeEvent(event)

    def resizeEvent(self, event: QResizeEvent) -> None:  # noqa: N802 - Qt's name
        """The palette does not survive a new size."""
        super().resizeEvent(event)
        self.palette_box.hide()

    def _lay_out(self) -> None:
        middle = QVBoxLayout()
        middle.setSpacing(0)
        middle.addWidget(self.notices)
        middle.addWidget(self.docks, 1)
        row = QHBoxLayout()
        row.setSpacing(0)
        row.addWidget(self._navigation)
        row.addLayout(middle, 1)
        centre = QWidget()
        column = QVBoxLayout(centre)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(self._top)
        column.addLayout(row, 1)
        column.addWidget(self._status)
        self.setCentralWidget(centre)

    def _add_actions(self) -> None:
        view, general = self.tr("外观"), self.tr("常用")
        self.actions_table.add(
            Action("palette", self.tr("搜索与命令"), general, self.palette_box.open, "Ctrl+K"),
            Action("help", self.tr("命令与快捷键"), general, self._show_help, "F1"),
            Action(
                "theme", self.tr("切换深色 / 浅色"), view, self.theme.switch_theme, "Ctrl+Shift+D"
            ),
            Action(
                "rise", self.tr("切换红涨 / 绿涨"), view, self.theme.switch_rise, "Ctrl+Shift+R"
            ),
            Action("layout.default", self.tr("恢复默认布局"), view, self._use_default),
        )
        for name in self._layouts.names():
            self._add_layout_action(name)

    def _add_layout_action(self, name: str) -> None:
        title = self.tr("使用布局 {0}").format(name)
        view = self.tr("外观")
        self.actions_table.add(
            Action(f"layout.use.{name}", title, view, lambda: self.use_layout(name))
        )

    def _use_default(self) -> None:
        self.use_layout(DEFAULT)

    def _show_help(self) -> None:
        dialog = HelpDialog(self.theme.look, self.actions_table, self)
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.open()
