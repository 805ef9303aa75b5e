"""Locks the desk: by key, by command or when nobody touched it; the passphrase opens it again."""

from collections.abc import Callable
from datetime import timedelta

from PySide6.QtCore import QObject, QTimer, Signal

from app.frame.settings import SignInSettings
from models.errors import ExpectedFailure
from services.clock.clock import SystemClock
from services.desk.sign_in.lock_keeper import LockKeeper
from services.desk.storage.keys.vault import KeyVault
from ui.bridge.tasks import CrashHook, Tasks
from ui.shell.actions import Action, ActionTable
from ui.shell.entry.curtain import Curtain
from ui.shell.entry.sign_in_window import SignInWindow

_LOOK_MS = 5_000


class DeskLock(QObject):
    """Keeper, curtain and the window before it, wired. ``left``: closed by the person instead."""

    left = Signal()

    def __init__(  # noqa: PLR0913 - who, how, what is said, and the mark of a practice desk
        self,
        staff_id: str,
        vault: KeyVault,
        settings: SignInSettings,
        note: str,
        crash: CrashHook,
        mark: str = "",
    ) -> None:
        super().__init__()
        minutes = settings.idle_lock_minutes
        self.keeper = LockKeeper(
            clock=SystemClock(),
            idle_limit=timedelta(minutes=minutes) if minutes else None,
            verify=vault.unlock,
        )
        self.window = SignInWindow(staff_id, note, mark)
        self._reason = self.tr("输入登录口令继续")
        self._curtain = Curtain(self)
        self._curtain.touched.connect(self.keeper.touch)
        self._tasks = Tasks(crash, self)
        self.keeper.subscribe(self._changed)
        self.window.asked.connect(self._try)
        self.window.closed.connect(self._closed)
        self._timer = QTimer(self)
        self._timer.timeout.connect(self.keeper.look)
        self._timer.start(_LOOK_MS)

    def add_action(self, actions: ActionTable) -> None:
        """Put the lock among the window's commands."""
        lock: Callable[[], object] = self.keeper.lock
        actions.add(Action("lock", self.tr("锁定工作站"), self.tr("常用"), lock, "Ctrl+L"))

    async def close(self) -> None:
        """End it; the desk is closing."""
        self._timer.stop()
        await self._tasks.wait_closed()
        self._curtain.close()
        self.window.closed.disconnect(self._closed)
        self.window.close()
        self.window.deleteLater()

    def _changed(self, locked: bool) -> None:
        if locked:
            self._curtain.draw(self.window)
            self.window.ask_to_unlock(self._reason)
            return
        self._curtain.lift()
        self.window.hide()

    def _try(self, _staff_id: str, passphrase: str) -> None:
        self.window.show_trying()
        self._tasks.start(self.keeper.unlock(passphrase), failed=self._refused, name="unlock")

    def _refused(self, failure: ExpectedFailure) -> None:
        self.window.show_fault(f"{failure.title}。{failure.advice}")

    def _closed(self) -> None:
        if self.keeper.is_locked:
            self.left.emit()
