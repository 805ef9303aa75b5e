"""The desk's event loop: asyncio upon Qt's."""

import asyncio

import qasync
from PySide6.QtWidgets import QApplication


def qt_loop(application: QApplication) -> asyncio.AbstractEventLoop:
    """Return a loop for ``asyncio.Runner(loop_factory=…)`` that runs Qt's events too."""
    application.setQuitOnLastWindowClosed(False)
    loop: asyncio.AbstractEventLoop = qasync.QEventLoop(application, already_running=False)
    return loop
