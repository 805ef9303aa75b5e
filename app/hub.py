"""Builds the hub process."""

import asyncio
from collections.abc import Callable

from services.central.connection import open_engine
from services.central.sync.wakeups import CHANGES, listen
from services.clock.clock import Clock
from services.hub.server import HubServer, serve_hub

_CONNECTIONS = 10


async def run_hub(
    *,
    port: int,
    database_url: str,
    clock: Clock,
    ready: Callable[[int], None],
    stop: asyncio.Event,
) -> None:
    """Serve desks on ``port`` (0 = any free one) until ``stop`` is set.

    Raises ExpectedFailure PORT_OCCUPIED or CENTRAL_URL_BROKEN; a database that is away is waited
    for while desks are told so.
    """
    engine = open_engine(database_url, connections=_CONNECTIONS)
    server = HubServer(engine, clock)
    ears = asyncio.create_task(listen(database_url, CHANGES, server.wake))
    try:
        await serve_hub(server, port=port, ready=ready, stop=stop)
    finally:
        ears.cancel()
        await asyncio.gather(ears, return_exceptions=True)
        await engine.dispose()
