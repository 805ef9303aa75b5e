"""Waits for conditions, never for time."""

import asyncio
from collections.abc import Callable

DEADLINE_S = 20.0


async def until(condition: Callable[[], object], deadline_s: float = DEADLINE_S) -> None:
    """Return as soon as ``condition()`` is true; fail the test after the deadline."""
    loop = asyncio.get_running_loop()
    end = loop.time() + deadline_s
    while not condition():
        assert loop.time() < end, f"condition never held within {deadline_s} s"
        await asyncio.sleep(0.01)
