"""Runs the desk: one Qt application, one loop, from the first progress line to the last close."""

import asyncio
from collections.abc import Coroutine
from typing import Any, TypeVar

from PySide6.QtWidgets import QApplication

from app.desk.desk import Desk
from app.frame.crash import CrashReporter
from app.frame.desk_lock import only_desk
from app.frame.logs import open_log
from app.frame.places import Places
from app.frame.settings import Settings
from app.frame.signals import on_end_asked
from ui.bridge.loop import qt_loop

Result = TypeVar("Result")


def run_desk(*, places: Places, settings: Settings) -> int:
    """Open the workstation and return when its window is closed.

    Raises ExpectedFailure DESK_RUNNING, and for what keeps the desk from opening at all.
    """
    with only_desk(places):
        open_log(places, "desk")
        reporter = CrashReporter(places, "desk")
        reporter.install()
        return run_in_qt(_until_closed(places, settings, reporter), reporter)


def run_in_qt(work: Coroutine[Any, Any, Result], reporter: CrashReporter) -> Result:
    """Run ``work`` on a loop that carries Qt's events too, and end both."""
    application = QApplication.instance() or QApplication([])
    assert isinstance(application, QApplication)
    application.setApplicationName("client-manager-workstation")
    with asyncio.Runner(loop_factory=lambda: qt_loop(application)) as runner:
        reporter.watch_loop(runner.get_loop())
        return runner.run(work)


async def _until_closed(places: Places, settings: Settings, reporter: CrashReporter) -> int:
    desk = Desk(places=places, settings=settings, reporter=reporter)
    endings: list[asyncio.Task[None]] = []
    with on_end_asked(lambda: endings.append(asyncio.create_task(desk.leave()))):
        try:
            if await desk.open():
                await desk.closed.wait()
        finally:
            await desk.close()
    return 0
