"""Keeps the status strip true: once a second, and whenever the services say so."""

from PySide6.QtCore import QObject, QTimer

from models.status import ChangeSet
from ui.bridge.changes import Changes
from ui.ports import StatusBoard
from ui.shell.main_window import MainWindow

SECOND_MS = 1_000


class StatusPresenter(QObject):
    """Asks the board and tells the window."""

    def __init__(self, window: MainWindow, board: StatusBoard, changes: Changes) -> None:
        super().__init__(window)
        self._window = window
        self._board = board
        self._timer = QTimer(self)
        self._timer.setInterval(SECOND_MS)
        self._timer.timeout.connect(self.refresh)
        changes.changed.connect(self._hear)
        self.refresh()
        self._timer.start()

    def refresh(self) -> None:
        """Show the present state."""
        self._window.show_status(self._board.status())

    def stop(self) -> None:
        """Stop asking."""
        self._timer.stop()

    def _hear(self, change: ChangeSet) -> None:
        if change.status or change.whole:
            self.refresh()
