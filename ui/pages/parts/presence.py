"""Base of the presenters: reads when shown, remembers that it is stale when hidden."""

from collections.abc import Callable, Coroutine
from typing import Any, Protocol, TypeVar

from PySide6.QtCore import QObject, Signal

from models.errors import ExpectedFailure
from models.status import ChangeSet
from ui.ports import DeskPorts

Answer = TypeVar("Answer")


def _nothing() -> None:
    """Nothing is left to leave."""


class TaskStarter(Protocol):
    """What a presenter needs of the bridge: run this, then call me on the screen thread."""

    def start(
        self,
        work: Coroutine[Any, Any, Answer],
        done: Callable[[Answer], object],
        *,
        failed: Callable[[ExpectedFailure], object],
    ) -> None:
        """Run ``work``; exactly one of the two is called, or none after the page has closed."""
        ...


class PagePresenter(QObject):
    """Knows whether its page is on the screen and whether what it shows is still true."""

    failed = Signal(object)  # ExpectedFailure

    def __init__(self, ports: DeskPorts, tasks: TaskStarter, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.ports = ports
        self._tasks = tasks
        self._is_shown = False
        self._is_stale = True
        self._leave = ports.changes.subscribe(self._take_changes)

    @property
    def is_stale(self) -> bool:
        """Whether something changed that has not been read yet."""
        return self._is_stale

    def enter(self) -> None:
        """The page came on the screen."""
        self._is_shown = True
        if self._is_stale:
            self._is_stale = False
            self.read()

    def leave(self) -> None:
        """The page left the screen."""
        self._is_shown = False

    def close(self) -> None:
        """Hear no more changes; closing twice does nothing."""
        leave, self._leave = self._leave, _nothing
        leave()

    def read(self) -> None:
        """Read all that the page shows."""
        raise NotImplementedError

    def concerns(self, changes: ChangeSet) -> bool:
        """Whether the page shows something of these changes."""
        raise NotImplementedError

    def reread(self, changes: ChangeSet) -> None:
        """Read only what changed; whole by default."""
        self.read()

    def run(
        self,
        work: Coroutine[Any, Any, Answer],
        done: Callable[[Answer], object],
        failed: Callable[[ExpectedFailure], object] | None = None,
    ) -> None:
        """Start work through the bridge; a failure becomes ``failed`` unless it is taken here."""
        self._tasks.start(work, done, failed=failed or self.failed.emit)

    def _take_changes(self, changes: ChangeSet) -> None:
        is_whole = changes.whole or changes.grounds  # what is shown may rest on any of them
        if not (is_whole or self.concerns(changes)):
            return
        if not self._is_shown:
            self._is_stale = True
            return
        self.read() if is_whole else self.reread(changes)
