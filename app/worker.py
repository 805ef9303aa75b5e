"""Builds the worker process."""

import asyncio
from collections.abc import Callable

from services.central.connection import open_engine
from services.central.sync.wakeups import INBOX_FILLED, listen
from services.clock.clock import Clock
from services.worker.worker import Worker

_CONNECTIONS = 2


async def run_worker(
    *,
    database_url: str,
    clock: Clock,
    ready: Callable[[int], None],
    stop: asyncio.Event,
) -> None:
    """Apply commands until ``stop`` is set; it listens on no port, ``ready`` is told 0.

    Raises ExpectedFailure CENTRAL_URL_BROKEN; a database that is away is waited for.
    """
    engine = open_engine(database_url, connections=_CONNECTIONS)
    worker = Worker(engine, clock)
    ears = asyncio.create_task(listen(database_url, INBOX_FILLED, worker.wake))
    labour = asyncio.create_task(worker.run())
    ending = asyncio.create_task(stop.wait())
    try:
        ready(0)
        await asyncio.wait({labour, ending}, return_when=asyncio.FIRST_COMPLETED)
        worker.finish()
        await labour
    finally:
        for task in (ears, ending, labour):
            task.cancel()
        await asyncio.gather(ears, ending, labour, return_exceptions=True)
        await engine.dispose()
