"""Fails a test that leaves a thread, task, timer, widget, socket or child process behind."""

import gc
import threading
import time
from collections.abc import Iterator

import psutil
import pytest

_GRACE_S = 2.0
# Pools that live as long as the process by their library's design, and our own of the whole run.
_LASTING = ("asyncio_", "database-copies", "pytest_timeout", "QThread", "Dummy-")


def _threads() -> set[threading.Thread]:
    return {
        thread
        for thread in threading.enumerate()
        if thread.is_alive() and not thread.name.startswith(_LASTING)
    }


def _children() -> set[int]:
    return {child.pid for child in psutil.Process().children() if child.status() != "zombie"}


def _widgets() -> list[str]:
    from PySide6.QtWidgets import QApplication  # noqa: PLC0415 - only where Qt is in use

    if not isinstance(QApplication.instance(), QApplication):
        return []
    shown = [widget for widget in QApplication.topLevelWidgets() if widget.isVisible()]
    return [f"{type(widget).__name__} {widget.objectName()}" for widget in shown]


@pytest.fixture(autouse=True)
def nothing_is_left_behind(request: pytest.FixtureRequest) -> Iterator[None]:
    """Compare threads, children and visible windows before and after each test."""
    threads, children = _threads(), _children()
    yield
    left: list[str] = []
    end = time.monotonic() + _GRACE_S
    while time.monotonic() < end:
        left = _left(threads, children, request)
        if not left:
            return
        gc.collect()
        time.sleep(0.02)
    pytest.fail("left behind: " + "; ".join(left))


def _left(
    threads: set[threading.Thread], children: set[int], request: pytest.FixtureRequest
) -> list[str]:
    left = [f"thread {thread.name}" for thread in _threads() - threads]
    left += [f"process {pid}" for pid in _children() - children]
    if "qtbot" in request.fixturenames:
        left += [f"widget {name}" for name in _widgets()]
    return left
