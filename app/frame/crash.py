"""Bugs end in a readable report, never in silence."""

import asyncio
import logging
import platform
import sys
import threading
import traceback
from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from types import TracebackType
from typing import Any

from app.frame.places import Places
from models.dates import BEIJING

Announce = Callable[[Path, BaseException], None]


class CrashReporter:
    """Writes ``logs/crash-….txt`` for each bug that reaches an edge of the process."""

    def __init__(self, places: Places, name: str) -> None:
        self._folder = places.logs
        self._name = name
        self.announce: Announce | None = None

    def install(self) -> None:
        """Catch what nobody caught: main thread and other threads."""
        sys.excepthook = self._main
        threading.excepthook = self._thread

    def watch_loop(self, loop: asyncio.AbstractEventLoop) -> None:
        """Catch what a task of ``loop`` left behind."""
        loop.set_exception_handler(self._loop)

    def report(self, bug: BaseException) -> Path:
        """Write the report of one bug and return its file."""
        stamp = datetime.now(BEIJING).strftime("%Y%m%d-%H%M%S-%f")
        file = self._folder / f"crash-{self._name}-{stamp}.txt"
        head = f"{self._name} on {platform.platform()}, Python {platform.python_version()}\n\n"
        file.write_text(head + "".join(traceback.format_exception(bug)), encoding="utf-8")
        logging.getLogger("crash").error("%s: report in %s", type(bug).__name__, file)
        if self.announce is not None:
            self.announce(file, bug)
        return file

    def _main(
        self, kind: type[BaseException], bug: BaseException, trace: TracebackType | None
    ) -> None:
        if issubclass(kind, KeyboardInterrupt):
            return
        file = self.report(bug.with_traceback(trace))
        sys.stderr.write(f"{self._name} 出现程序错误,报告已写入 {file}\n")

    def _thread(self, found: threading.ExceptHookArgs) -> None:
        if found.exc_value is not None:
            self.report(found.exc_value)

    def _loop(self, loop: asyncio.AbstractEventLoop, context: dict[str, Any]) -> None:
        bug = context.get("exception")
        if isinstance(bug, BaseException):
            self.report(bug)
        else:
            logging.getLogger("crash").error("loop: %s", context.get("message"))
