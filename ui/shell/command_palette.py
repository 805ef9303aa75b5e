"""One box for everything (Ctrl+K): commands, clients and securities, by typing."""

from dataclasses import dataclass

from PySide6.QtCore import QEvent, QModelIndex, QObject, Qt, Signal
from PySide6.QtGui import QKeyEvent, QStandardItem, QStandardItemModel
from PySide6.QtWidgets import QFrame, QLineEdit, QListView, QVBoxLayout, QWidget

from ui.shell.actions import ActionTable

GROUP_ROLE = Qt.ItemDataRole.UserRole + 1
KEY_ROLE = Qt.ItemDataRole.UserRole + 2
COMMANDS = "commands"
WIDTH = 560
SHOWN = 12
MOVES = {Qt.Key.Key_Down: 1, Qt.Key.Key_Up: -1, Qt.Key.Key_PageDown: 8, Qt.Key.Key_PageUp: -8}


@dataclass(frozen=True, slots=True)
class PaletteItem:
    """One line of the palette."""

    key: str
    title: str
    note: str = ""


class CommandPalette(QFrame):
    """Lies over the window; ``typed`` asks the owners of other groups to ``offer`` theirs."""

    typed = Signal(str)
    chosen = Signal(str, str)  # group, key; never for commands, which are run at once

    def __init__(self, actions: ActionTable, window: QWidget) -> None:
        super().__init__(window)
        self.setObjectName("palette")
        self._window = window
        self._actions = actions
        self._offers: dict[str, tuple[PaletteItem, ...]] = {}
        self._titles: dict[str, str] = {COMMANDS: self.tr("命令")}
        self._field = QLineEdit()
        self._field.setPlaceholderText(self.tr("输入客户姓名 / 账号、证券代码 / 拼音,或命令"))
        self._field.textChanged.connect(self._ask)
        self._field.installEventFilter(self)
        self._rows = QStandardItemModel(self)
        self._list = QListView()
        self._list.setModel(self._rows)
        self._list.setEditTriggers(QListView.EditTrigger.NoEditTriggers)
        self._list.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self._list.clicked.connect(self._take)
        column = QVBoxLayout(self)
        column.setContentsMargins(8, 8, 8, 8)
        column.setSpacing(6)
        column.addWidget(self._field)
        column.addWidget(self._list)
        self.hide()

    def add_group(self, group: str, title: str) -> None:
        """Announce a group of things that ``offer`` will bring, such as clients."""
        self._titles[group] = title

    def offer(self, group: str, items: tuple[PaletteItem, ...]) -> None:
        """Bring what a group found for the text typed last."""
        self._offers[group] = items
        self._fill()

    def open(self, text: str = "") -> None:
        """Show the box over the window, ready for typing."""
        self._offers = {}
        width = min(WIDTH, self._window.width() - 40)
        self.setGeometry((self._window.width() - width) // 2, 56, width, 0)
        self._field.setText(text)
        self._ask(text)
        self.show()
        self.raise_()
        self._field.setFocus()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:  # noqa: N802 - Qt's name
        """Arrow keys move, Enter takes, Escape or leaving closes."""
        if event.type() is QEvent.Type.FocusOut:
            self.hide()
        if isinstance(event, QKeyEvent) and event.type() is QEvent.Type.KeyPress:
            return self._handle_key(Qt.Key(event.key()))
        return super().eventFilter(watched, event)

    def _handle_key(self, key: Qt.Key) -> bool:
        if key is Qt.Key.Key_Escape:
            self.hide()
        elif key in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self._take(self._list.currentIndex())
        elif key in MOVES:
            self._move(MOVES[key])
        else:
            return False
        return True

    def _ask(self, text: str) -> None:
        found = self._actions.find(text)[:SHOWN]
        items = tuple(PaletteItem(row.key, row.title, row.shortcut) for row in found)
        self._offers[COMMANDS] = items
        self._fill()
        self.typed.emit(text)

    def _fill(self) -> None:
        self._rows.clear()
        for group in sorted(self._offers, key=lambda name: name == COMMANDS):
            for item in self._offers[group]:
                self._rows.appendRow(self._line(group, item))
        self._list.setCurrentIndex(self._rows.index(0, 0))
        height = min(SHOWN, max(1, self._rows.rowCount())) * 30
        self._list.setFixedHeight(height + 4)
        self.setFixedHeight(height + 4 + 36 + 24)

    def _line(self, group: str, item: PaletteItem) -> QStandardItem:
        note = f"   {item.note}" if item.note else ""
        line = QStandardItem(f"{self._titles[group]} ›  {item.title}{note}")
        line.setData(group, GROUP_ROLE)
        line.setData(item.key, KEY_ROLE)
        return line

    def _move(self, rows: int) -> None:
        row = self._list.currentIndex().row() + rows
        row = max(0, min(self._rows.rowCount() - 1, row))
        self._list.setCurrentIndex(self._rows.index(row, 0))

    def _take(self, index: QModelIndex) -> None:
        if not index.isValid():
            return
        group, key = str(index.data(GROUP_ROLE)), str(index.data(KEY_ROLE))
        self.hide()
        if group == COMMANDS:
            self._actions.run(key)
            return
        self.chosen.emit(group, key)
