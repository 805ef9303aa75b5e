"""The frame around every server process: log, crash report, stop signal, ready file."""

import asyncio
import logging
import signal
import sys
from collections.abc import Awaitable, Callable

from app.frame.crash import CrashReporter
from app.frame.logs import open_log
from app.frame.places import Places
from app.frame.readiness import remove_ready, write_ready
from models.errors import ExpectedFailure

Body = Callable[[Callable[[int], None], asyncio.Event], Awaitable[None]]

FAILED = 3


def run_process(name: str, places: Places, body: Body) -> int:
    """Run ``body(ready, stop)`` until it returns; give back the exit status.

    An ExpectedFailure becomes one clear line on standard error and status 3.
    """
    try:
        open_log(places, name)
        reporter = CrashReporter(places, name)
        reporter.install()
        with asyncio.Runner(loop_factory=_loop_factory()) as runner:
            runner.run(_framed(name, places, body, reporter))
    except ExpectedFailure as failure:
        say_failure(failure)
        return FAILED
    except KeyboardInterrupt:
        return 0
    return 0


def say_failure(failure: ExpectedFailure) -> None:
    """Tell a fault of the world in one line: what, code, cure."""
    if logging.getLogger().handlers:  # else logging would tell it a second time
        logging.getLogger("app").error("%s", failure)
    sys.stderr.write(f"{failure.title}({failure.code})。{failure.advice}\n")
    sys.stderr.flush()


async def _framed(name: str, places: Places, body: Body, reporter: CrashReporter) -> None:
    loop = asyncio.get_running_loop()
    reporter.watch_loop(loop)
    stop = asyncio.Event()
    _stop_on_signal(loop, stop)
    log = logging.getLogger("app")
    try:
        await body(lambda port: _announce(places, name, port), stop)
        log.info("%s ended", name)
    finally:
        remove_ready(places, name)


def _announce(places: Places, name: str, port: int) -> None:
    write_ready(places, name, port)
    logging.getLogger("app").info("%s listens on port %d", name, port)


def _stop_on_signal(loop: asyncio.AbstractEventLoop, stop: asyncio.Event) -> None:
    for number in (signal.SIGTERM, signal.SIGINT):
        if sys.platform == "win32":
            signal.signal(number, lambda *_: loop.call_soon_threadsafe(stop.set))
        else:
            loop.add_signal_handler(number, stop.set)


def _loop_factory() -> Callable[[], asyncio.AbstractEventLoop] | None:
    """uvloop where it exists: the order path is its main user."""
    if sys.platform == "win32":
        return None
    import uvloop

    factory: Callable[[], asyncio.AbstractEventLoop] = uvloop.new_event_loop
    return factory
