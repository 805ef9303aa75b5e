"""Builds the hub process."""

import asyncio
from collections.abc import Callable
from pathlib import Path

from app.frame.memory import settle_memory
from app.frame.settings import HubSettings
from services.central.connection import open_engine
from services.central.sync.wakeups import CHANGES, ChangeBus, PostgresBus
from services.clock.clock import Clock
from services.hub.own_certificate import ensure_own_certificate
from services.hub.server import HubServer, serve_hub
from services.hub.tls import Listening

_CONNECTIONS = 10


async def run_hub(
    *,
    at: Listening,
    database_url: str,
    clock: Clock,
    ready: Callable[[int], None],
    stop: asyncio.Event,
    bus: ChangeBus | None = None,
) -> None:
    """Serve desks until ``stop`` is set.

    Raises ExpectedFailure PORT_OCCUPIED, CENTRAL_URL_BROKEN, HUB_PLAIN or HUB_CERTIFICATE_FILE;
    a database that is away is waited for while desks are told so.
    """
    engine = open_engine(database_url, connections=_CONNECTIONS)
    server = HubServer(engine, clock)
    ears = asyncio.create_task((bus or PostgresBus(database_url)).listen(CHANGES, server.wake))
    settle_memory()
    try:
        await serve_hub(server, at=at, ready=ready, stop=stop)
    finally:
        ears.cancel()
        await asyncio.gather(ears, return_exceptions=True)
        server.close()
        await engine.dispose()


def listening(port: int, settings: HubSettings, folder: Path) -> Listening:
    """Return where to listen and what to show: the firm's certificate, else our own in ``folder``.

    Raises ExpectedFailure HUB_CERTIFICATE_FILE.
    """
    if settings.plain:
        return Listening(port, settings.host)
    if settings.certificate:
        return Listening(port, settings.host, Path(settings.certificate), Path(settings.key))
    own = ensure_own_certificate(folder)
    return Listening(port, settings.host, own.certificate, own.key)
