"""PostgreSQL under test can stand still, whole or in part, and is never left so."""

import asyncio
import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path
from random import Random

import asyncpg
import psutil
import pytest

from app.commands.chaos.stage.server import Server
from services.central.connection import driver_url
from services.central.embedded import find_embedded, start_embedded


@pytest.fixture
def server() -> Iterator[Server]:
    """A cluster of its own, which no other test shares."""
    home = Path(tempfile.mkdtemp(prefix="pg"))
    made = Server(home / "pg", start_embedded(home / "pg").url)
    yield made
    asyncio.run(made.stop())
    shutil.rmtree(home, ignore_errors=True)


def processes(server: Server) -> list[psutil.Process]:
    """The postmaster and all its children."""
    running = find_embedded(server.folder)
    assert running is not None
    postmaster = psutil.Process(running.pid)
    return [postmaster, *postmaster.children(recursive=True)]


def standing(server: Server) -> list[psutil.Process]:
    """Those that stand still."""
    return [one for one in processes(server) if one.status() == psutil.STATUS_STOPPED]


async def test_a_frozen_server_stands_still_with_all_its_children_and_comes_back(
    server: Server,
) -> None:
    await server.ask("SELECT 1")
    assert not standing(server)
    assert server.freeze()
    assert standing(server) == processes(server) and len(standing(server)) > 1
    await server.heal()
    assert not standing(server)


async def test_a_connection_stands_still_in_its_transaction_and_goes_on(server: Server) -> None:
    connection = await asyncpg.connect(driver_url(server.url))
    try:
        await connection.execute("BEGIN")
        pid = await connection.fetchval("SELECT pg_backend_pid()")
        assert await server.freeze_backend(Random(1), "postgres")
        assert [one.pid for one in standing(server)] == [pid]
        server.thaw()
        assert await connection.fetchval("SELECT 2") == 2
    finally:
        await connection.close()


async def test_nothing_is_left_of_a_server_that_is_ended_while_it_stands_still(
    server: Server,
) -> None:
    assert server.freeze()
    were = processes(server)
    await server.stop()
    assert psutil.wait_procs(were, timeout=60)[1] == []
