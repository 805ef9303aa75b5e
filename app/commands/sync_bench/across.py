"""One change, from one desk's outbox into another desk's store; and what its parts cost alone."""

import asyncio
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import asyncpg
from sqlalchemy import Connection, select

from app.commands.sync_bench.push import make_command
from app.commands.sync_bench.stage import Desk, Firm, opened_desk, process
from models.status import LinkState
from models.tables.firm import CONTACT
from models.wire.codec import encode
from models.wire.commands import LogContact
from services.central.connection import driver_url, open_engine
from services.central.session import Actor, acting
from services.central.sync.inbox import Sealed, put_commands
from services.clock.clock import SystemClock
from services.desk.sync.hub_client import HubClient
from services.link.backoff import Backoff
from services.worker.worker import Worker

_CLIENT, _AT = "C000001", "2023-02-01T10:00:00.000+08:00"
_CHANNEL = "bench_ping"
_DEADLINE_S = 30.0
_REST_S = 0.1  # what follows at once finds caches warm, or the near desk busy


async def measure_across(firm: Firm, root: Path, rounds: int) -> list[float]:
    """Return the seconds of each change from the person's act to the other desk's store."""
    home = root / "worker"
    async with (
        process(home, "worker", "--stdin-secret", secret=firm.database_url),
        _linked(firm, root / "near") as near,
        _linked(firm, root / "far") as far,
    ):
        taken = []
        for number in range(rounds):
            taken.append(await _once(near, far, number))
            await asyncio.sleep(_REST_S)
        return taken


async def measure_notify(firm: Firm, rounds: int) -> list[float]:
    """Return the seconds from a one-row transaction's start to its wake-up at a listener."""
    writer = await asyncpg.connect(driver_url(firm.database_url))
    listener = await asyncpg.connect(driver_url(firm.database_url))
    heard = asyncio.Event()
    try:
        await writer.execute("CREATE TABLE IF NOT EXISTS bench_ping (number bigint)")
        await listener.add_listener(_CHANNEL, lambda *_: heard.set())
        taken = []
        for number in range(rounds):
            heard.clear()
            began = time.perf_counter()
            async with writer.transaction():
                await writer.execute("INSERT INTO bench_ping VALUES ($1)", number)
                await writer.execute(f"NOTIFY {_CHANNEL}")
            await heard.wait()
            taken.append(time.perf_counter() - began)
            await asyncio.sleep(_REST_S)
        return taken
    finally:
        await writer.close()
        await listener.close()


async def measure_pass(firm: Firm, rounds: int) -> list[float]:
    """Return the seconds of one worker's pass over one such command."""
    engine = open_engine(firm.database_url)
    worker = Worker(engine, SystemClock())
    try:
        while await worker.work_once():
            continue
        taken = []
        for number in range(rounds):
            command = make_command(number + 1, _CLIENT)
            async with acting(engine, Actor("B001", "M001", "manager")) as connection:
                await put_commands(
                    connection, [Sealed(command, encode(command))], SystemClock().now()
                )
            began = time.perf_counter()
            await worker.work_once()
            taken.append(time.perf_counter() - began)
            await asyncio.sleep(_REST_S)
        return taken
    finally:
        await engine.dispose()


async def _once(near: Desk, far: Desk, number: int) -> float:
    contact_id, told = f"L{number}", asyncio.Event()
    leave = far.changes.subscribe(lambda _: told.set())
    began = time.perf_counter()
    await near.outbox.add(LogContact(contact_id, _CLIENT, "phone", "out", "回访", _AT), _CLIENT)
    async with asyncio.timeout(_DEADLINE_S):
        while not await far.store.read(lambda connection: _holds(connection, contact_id)):
            await told.wait()
            told.clear()
    leave()
    return time.perf_counter() - began


def _holds(connection: Connection, contact_id: str) -> bool:
    query = select(CONTACT.c.contact_id).where(CONTACT.c.contact_id == contact_id)
    return connection.execute(query).first() is not None


@asynccontextmanager
async def _linked(firm: Firm, folder: Path) -> AsyncIterator[Desk]:
    async with opened_desk(folder) as desk:
        client = HubClient(
            facts=firm.facts,
            store=desk.store,
            outbox=desk.outbox,
            changes=desk.changes,
            board=desk.board,
            backoff=Backoff(),
        )
        line = asyncio.create_task(client.run())
        changed = asyncio.Event()
        leave = desk.changes.subscribe(lambda _: changed.set())
        while desk.board.status().central is not LinkState.CONNECTED:
            await changed.wait()
            changed.clear()
        leave()
        try:
            yield desk
        finally:
            line.cancel()
            await asyncio.wait([line])
