"""Builds the worker process."""

import asyncio
from collections.abc import Callable, Sequence

from sqlalchemy.ext.asyncio import AsyncEngine

from app.frame.memory import settle_memory
from services.central.connection import NIGHT_SECONDS, open_engine
from services.central.sync.pruning import Keeping
from services.central.sync.wakeups import INBOX_FILLED, ChangeBus, PostgresBus
from services.clock.clock import Clock
from services.worker.housekeeping import keep_house
from services.worker.nights.run import Nights
from services.worker.nights.watch import NightWatch
from services.worker.overdue import keep_overdue
from services.worker.practice.director import keep_playing
from services.worker.worker import Worker

_KEEPING = Keeping()
_CONNECTIONS = 5  # commands, failures of commands, housekeeping, overdue, practice
_NIGHT_CONNECTIONS = 2  # the night and its lock


async def run_worker(
    *,
    database_url: str,
    clock: Clock,
    night_at: str,
    ready: Callable[[int], None],
    stop: asyncio.Event,
    keeping: Keeping = _KEEPING,
    bus: ChangeBus | None = None,
) -> None:
    """Apply commands, and run the nights at ``night_at``, until ``stop`` is set.

    It listens on no port, ``ready`` is told 0; a database that is away is waited for.
    Raises ExpectedFailure CENTRAL_URL_BROKEN.
    """
    engine = open_engine(database_url, connections=_CONNECTIONS)
    night_engine = open_engine(
        database_url, connections=_NIGHT_CONNECTIONS, command_seconds=NIGHT_SECONDS
    )
    worker = Worker(engine, clock)
    ears = asyncio.create_task((bus or PostgresBus(database_url)).listen(INBOX_FILLED, worker.wake))
    labour = asyncio.create_task(worker.run())
    keepers = _keepers(engine, clock, keeping)
    ending = asyncio.create_task(stop.wait())
    watch = asyncio.create_task(NightWatch(Nights(night_engine, clock), clock, night_at).run())
    settle_memory()
    try:
        ready(0)
        await asyncio.wait({labour, *keepers, ending}, return_when=asyncio.FIRST_COMPLETED)
        worker.finish()
        await labour
        _raise_faults(keepers)
    finally:
        tasks = (ears, *keepers, ending, labour, watch)
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        await engine.dispose()
        await night_engine.dispose()


def _keepers(engine: AsyncEngine, clock: Clock, keeping: Keeping) -> list[asyncio.Task[None]]:
    houses = (
        keep_house(engine, clock, keeping),
        keep_overdue(engine, clock),
        keep_playing(engine, clock),
    )
    return [asyncio.create_task(each) for each in houses]


def _raise_faults(keepers: Sequence[asyncio.Task[None]]) -> None:
    """A bug of a keeper ends the process: it is not hidden."""
    for keeper in keepers:
        if keeper.done():
            keeper.result()
