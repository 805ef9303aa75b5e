"""Changes: every ChangeSet becomes a signal until closed."""

from collections.abc import Callable

from PySide6.QtWidgets import QApplication

from models.status import ChangeSet
from ui.bridge.changes import Changes


class FakeFeed:
    """Tells its listeners on demand."""

    def __init__(self) -> None:
        self.listeners: list[Callable[[ChangeSet], None]] = []

    def subscribe(self, listener: Callable[[ChangeSet], None]) -> Callable[[], None]:
        """Add a listener."""
        self.listeners.append(listener)
        return lambda: self.listeners.remove(listener)


def test_changes_are_told_until_closed(qapp: QApplication) -> None:
    feed = FakeFeed()
    changes, told = Changes(feed), list[ChangeSet]()
    changes.changed.connect(told.append)
    change = ChangeSet(orders=frozenset({"O1"}))
    feed.listeners[0](change)
    changes.close()
    assert (told, feed.listeners) == ([change], [])
