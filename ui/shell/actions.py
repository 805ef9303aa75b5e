"""One table of actions feeds menu, command palette, shortcuts and help."""

from collections.abc import Callable
from dataclasses import dataclass

from PySide6.QtCore import QObject, Signal
from PySide6.QtGui import QAction, QKeySequence
from PySide6.QtWidgets import QWidget


@dataclass(frozen=True, slots=True)
class Action:
    """One row: what it is called, where it stands, how it is called up, what it does."""

    key: str
    title: str
    group: str
    run: Callable[[], object]
    shortcut: str = ""
    icon: str = ""


class ActionTable(QObject):
    """All actions of a window, by key, in the order they were added."""

    changed = Signal()

    def __init__(self, window: QWidget) -> None:
        super().__init__(window)
        self._window = window
        self._rows: dict[str, Action] = {}
        self._actions: dict[str, QAction] = {}

    def add(self, *rows: Action) -> None:
        """Add rows; raises ValueError for a key or shortcut that is taken."""
        for row in rows:
            self._check(row)
            made = QAction(row.title, self._window)
            made.setShortcut(QKeySequence(row.shortcut))
            made.triggered.connect(lambda _checked=False, run=row.run: run())
            self._window.addAction(made)
            self._rows[row.key] = row
            self._actions[row.key] = made
        self.changed.emit()

    def run(self, key: str) -> None:
        """Do it, unless it is disabled."""
        self._actions[key].trigger()

    def enable(self, key: str, *, on: bool) -> None:
        """Allow or forbid an action."""
        self._actions[key].setEnabled(on)

    def rows(self) -> tuple[Action, ...]:
        """Return all rows in order."""
        return tuple(self._rows.values())

    def qt_action(self, key: str) -> QAction:
        """Return Qt's action of a key, for menus."""
        return self._actions[key]

    def groups(self) -> dict[str, tuple[Action, ...]]:
        """Return the rows by group, groups in order of first use."""
        names = dict.fromkeys(row.group for row in self.rows())
        return {name: tuple(row for row in self.rows() if row.group == name) for name in names}

    def find(self, text: str) -> tuple[Action, ...]:
        """Return enabled rows whose title or group holds ``text``."""
        wanted = text.strip().casefold()
        return tuple(
            row
            for row in self.rows()
            if self._actions[row.key].isEnabled()
            and wanted in f"{row.title} {row.group} {row.key}".casefold()
        )

    def _check(self, row: Action) -> None:
        taken = {other.shortcut for other in self.rows() if other.shortcut}
        if row.key in self._rows or row.shortcut in taken:
            raise ValueError(f"action {row.key} ({row.shortcut}) is in the table already")
