"""Owns the asyncio tasks that pages start; the only place of ui that makes one."""

import asyncio
from collections.abc import Callable, Coroutine
from typing import Any, TypeVar

from PySide6.QtCore import QObject, Signal

from models.errors import ExpectedFailure

Result = TypeVar("Result")
CrashHook = Callable[[BaseException], None]


class Tasks(QObject):
    """Tasks of one owner (a page). Closed with it: no task outlives its page.

    An ExpectedFailure becomes ``failed``; any other exception is a bug and goes to the crash hook.
    """

    failed = Signal(object)  # ExpectedFailure

    def __init__(self, crash: CrashHook, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._crash = crash
        self._running: dict[asyncio.Task[None], str] = {}
        self._is_closed = False

    def start(
        self,
        work: Coroutine[Any, Any, Result],
        done: Callable[[Result], object] | None = None,
        failed: Callable[[ExpectedFailure], object] | None = None,
        *,
        name: str = "",
    ) -> None:
        """Run ``work``; call ``done`` with its result on the loop's thread.

        ``name`` set: an earlier task of that name is cancelled first (the newest question wins).
        ``failed`` set: takes an ExpectedFailure in place of the signal.
        """
        if self._is_closed:
            work.close()
            return
        if name:
            self._cancel(name)
        task = asyncio.get_running_loop().create_task(self._run(work, done, failed))
        self._running[task] = name
        task.add_done_callback(lambda ended: self._forget(ended, work))

    def close(self) -> None:
        """Cancel everything; later starts do nothing."""
        self._is_closed = True
        for task in tuple(self._running):
            task.cancel()

    async def wait_closed(self) -> None:
        """Close, and wait until the cancelled tasks have ended."""
        self.close()
        await asyncio.gather(*self._running, return_exceptions=True)

    def count(self) -> int:
        """Return how many tasks are running."""
        return len(self._running)

    async def _run(
        self,
        work: Coroutine[Any, Any, Result],
        done: Callable[[Result], object] | None,
        failed: Callable[[ExpectedFailure], object] | None,
    ) -> None:
        try:
            result = await work
            if done is not None and not self._is_closed:
                done(result)
        except ExpectedFailure as failure:
            self._tell(failure, failed)
        except Exception as bug:  # noqa: BLE001 - the task owner: bugs go to the crash hook
            self._crash(bug)

    def _tell(
        self, failure: ExpectedFailure, failed: Callable[[ExpectedFailure], object] | None
    ) -> None:
        if self._is_closed:
            return
        if failed is not None:
            failed(failure)
            return
        self.failed.emit(failure)

    def _cancel(self, name: str) -> None:
        for task, its_name in tuple(self._running.items()):
            if its_name == name:
                task.cancel()

    def _forget(self, task: "asyncio.Task[None]", work: Coroutine[Any, Any, object]) -> None:
        self._running.pop(task, None)
        work.close()  # a task cancelled before its first step never awaited it
