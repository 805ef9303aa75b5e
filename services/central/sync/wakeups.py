"""Wake-ups: something may have changed. They are a courtesy: whoever hears none looks by itself."""

import asyncio
import logging
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Protocol

import asyncpg

from models.errors import ExpectedFailure
from services.central.connection import central_faults, driver_url

CHANGES, INBOX_FILLED = "workstation_changes", "workstation_inbox"
ANYTHING = ""  # said after every (re)connection: what was missed is unknown

_RETRY_FIRST_S, _RETRY_MOST_S = 0.2, 5.0
_PROBE_S, _CONNECT_S = 15.0, 5.0

Heard = Callable[[str], None]

_log = logging.getLogger(__name__)


class ChangeBus(Protocol):
    """Brings wake-ups to hubs and workers; central says them as its transactions commit."""

    async def listen(self, channel: str, heard: Heard) -> None:
        """Call ``heard`` with each wake-up's payload, for ever; end it by cancelling.

        ANYTHING is said whenever some may have been missed.
        """
        ...


@dataclass(frozen=True, slots=True)
class PostgresBus:
    """PostgreSQL's own NOTIFY: one connection a process, which comes back when it is lost."""

    url: str = field(repr=False)

    async def listen(self, channel: str, heard: Heard) -> None:
        """Listen for ever (ChangeBus)."""
        await _listen(self.url, channel, heard)


async def _listen(url: str, channel: str, heard: Heard) -> None:
    pause_s = _RETRY_FIRST_S
    while True:
        try:
            with central_faults():
                connection = await asyncpg.connect(driver_url(url), timeout=_CONNECT_S)
        except ExpectedFailure as failure:
            _log.warning("no wake-ups for now: %s", failure.code)
            await asyncio.sleep(pause_s)
            pause_s = min(2 * pause_s, _RETRY_MOST_S)
            continue
        pause_s = _RETRY_FIRST_S
        await _listen_on(connection, channel, heard)


async def _listen_on(
    connection: "asyncpg.Connection[asyncpg.Record]", channel: str, heard: Heard
) -> None:
    """Listen until the connection breaks."""
    try:
        with central_faults():
            await connection.add_listener(channel, lambda *said: heard(str(said[3])))
            heard(ANYTHING)
            await _until_lost(connection)
    except ExpectedFailure as failure:
        _log.warning("wake-ups interrupted: %s", failure.code)
    finally:
        connection.terminate()


async def _until_lost(connection: "asyncpg.Connection[asyncpg.Record]") -> None:
    lost = asyncio.Event()
    connection.add_termination_listener(lambda _: lost.set())
    while not connection.is_closed():
        try:
            await asyncio.wait_for(lost.wait(), _PROBE_S)
        except TimeoutError:
            await connection.fetchval("SELECT 1", timeout=_CONNECT_S)
