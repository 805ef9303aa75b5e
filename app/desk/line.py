"""The lines of a desk: tasks that run until they are cancelled."""

import asyncio
from collections.abc import Callable, Coroutine
from typing import Any

Crash = Callable[[BaseException], object]


def start_line(name: str, run: Coroutine[Any, Any, None], crash: Crash) -> asyncio.Task[None]:
    """Run one line; it ends only when cancelled or asked to, anything else is a bug."""

    def ended(task: asyncio.Task[None]) -> None:
        bug = None if task.cancelled() else task.exception()
        if bug is not None:
            crash(bug)

    line = asyncio.create_task(run, name=name)
    line.add_done_callback(ended)
    return line
