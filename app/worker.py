"""Builds the worker process."""

import asyncio
from collections.abc import Callable

from services.central.connection import NIGHT_SECONDS, open_engine
from services.central.sync.wakeups import INBOX_FILLED, listen
from services.clock.clock import Clock
from services.worker.nights.run import Nights
from services.worker.nights.watch import NightWatch
from services.worker.worker import Worker

_CONNECTIONS = 2


async def run_worker(
    *,
    database_url: str,
    clock: Clock,
    night_at: str,
    ready: Callable[[int], None],
    stop: asyncio.Event,
) -> None:
    """Apply commands, and run the nights at ``night_at``, until ``stop`` is set.

    It listens on no port, ``ready`` is told 0; a database that is away is waited for.
    Raises ExpectedFailure CENTRAL_URL_BROKEN.
    """
    engine = open_engine(database_url, connections=_CONNECTIONS)
    night_engine = open_engine(
        database_url, connections=_CONNECTIONS, command_seconds=NIGHT_SECONDS
    )
    worker = Worker(engine, clock)
    ears = asyncio.create_task(listen(database_url, INBOX_FILLED, worker.wake))
    labour = asyncio.create_task(worker.run())
    ending = asyncio.create_task(stop.wait())
    watch = asyncio.create_task(NightWatch(Nights(night_engine, clock), clock, night_at).run())
    try:
        ready(0)
        await asyncio.wait({labour, ending}, return_when=asyncio.FIRST_COMPLETED)
        worker.finish()
        await labour
    finally:
        for task in (ears, ending, labour, watch):
            task.cancel()
        await asyncio.gather(ears, ending, labour, watch, return_exceptions=True)
        await engine.dispose()
        await night_engine.dispose()
