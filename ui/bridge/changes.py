"""The change feed of the desk's services as a Qt signal."""

from PySide6.QtCore import QObject, Signal

from models.status import ChangeSet
from ui.ports import ChangeFeed


class Changes(QObject):
    """Emits ``changed`` with each ChangeSet until closed."""

    changed = Signal(object)  # ChangeSet

    def __init__(self, feed: ChangeFeed, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._leave = feed.subscribe(self._tell)

    def close(self) -> None:
        """Hear no more."""
        self._leave()

    def _tell(self, change: ChangeSet) -> None:
        self.changed.emit(change)
