"""PostgreSQL under test can stand still, whole or in part, and is never left so."""

import asyncio
import shutil
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path
from random import Random

import asyncpg
import psutil
import pytest

from app.commands.chaos.stage.server import Server
from services.central.connection import driver_url
from services.central.embedded import find_embedded, start_embedded

_PATIENCE_S, _LOOK_S = 30.0, 0.01


@pytest.fixture
def server() -> Iterator[Server]:
    """A cluster of its own, which no other test shares."""
    home = Path(tempfile.mkdtemp(prefix="pg"))
    made = Server(home / "pg", start_embedded(home / "pg").url)
    yield made
    asyncio.run(made.stop())
    shutil.rmtree(home, ignore_errors=True)


def processes(server: Server) -> list[psutil.Process]:
    """The postmaster and all its children but who has ended and is not taken leave of yet."""
    running = find_embedded(server.folder)
    assert running is not None
    postmaster = psutil.Process(running.pid)
    family = [postmaster, *postmaster.children(recursive=True)]
    return [one for one in family if state_of(one) != psutil.STATUS_ZOMBIE]


def state_of(process: psutil.Process) -> str:
    """What the system says of it; gone is as good as ended."""
    try:
        return str(process.status())
    except psutil.NoSuchProcess:
        return str(psutil.STATUS_ZOMBIE)


def standing(server: Server) -> list[psutil.Process]:
    """Those that stand still."""
    return [one for one in processes(server) if state_of(one) == psutil.STATUS_STOPPED]


async def stand_still(server: Server, wanted: Callable[[], list[psutil.Process]]) -> None:
    """Wait until these, and no others, stand still: a signal arrives a moment after it is sent."""
    async with asyncio.timeout(_PATIENCE_S):
        while standing(server) != wanted():
            await asyncio.sleep(_LOOK_S)


async def test_a_frozen_server_stands_still_with_all_its_children_and_comes_back(
    server: Server,
) -> None:
    await server.ask("SELECT 1")
    assert not standing(server)
    assert server.freeze()
    await stand_still(server, lambda: processes(server))
    assert len(standing(server)) > 1
    await server.heal()
    await stand_still(server, list)


async def test_a_connection_stands_still_in_its_transaction_and_goes_on(server: Server) -> None:
    connection = await asyncpg.connect(driver_url(server.url))
    try:
        await connection.execute("BEGIN")
        pid = await connection.fetchval("SELECT pg_backend_pid()")
        assert await server.freeze_backend(Random(1), "postgres")
        await stand_still(server, lambda: [psutil.Process(pid)])
        server.thaw()
        assert await connection.fetchval("SELECT 2") == 2
    finally:
        server.thaw()  # closing waits for the server's word
        await connection.close()


async def test_nothing_is_left_of_a_server_that_is_ended_while_it_stands_still(
    server: Server,
) -> None:
    assert server.freeze()
    were = processes(server)
    await server.stop()
    assert psutil.wait_procs(were, timeout=60)[1] == []
