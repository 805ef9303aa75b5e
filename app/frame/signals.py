"""What the system asks of a process: to end (SIGTERM, Ctrl-C)."""

import asyncio
import signal
from collections.abc import Callable, Iterator
from contextlib import contextmanager


@contextmanager
def on_end_asked(ask: Callable[[], None]) -> Iterator[None]:
    """Call ``ask`` on the running loop whenever the system asks this process to end.

    For loops that know no signals of their own (Qt's); main thread only.
    """
    loop = asyncio.get_running_loop()
    kept = {
        number: signal.signal(number, lambda *_: loop.call_soon_threadsafe(ask))
        for number in (signal.SIGTERM, signal.SIGINT)
    }
    try:
        yield
    finally:
        for number, handler in kept.items():
            signal.signal(number, handler)
