"""Taking the next command stays a matter of a few rows, however long the backlog."""

from collections.abc import AsyncIterator

import pytest
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncEngine

from models.wire.commands import LogContact
from services.central.session import WORKER, acting
from services.central.sync.inbox import take_command
from tests.support.central_work import envelope, put
from tests.support.postgres import ask, engine_on

_BACKLOG = """
INSERT INTO inbox (branch_id, command_id, manager_id, author, desk, sequence, key, envelope, state)
SELECT 'B001', 'K' || n, 'M001', 'M001', 'desk-1', n, 'C' || (n % 500), '', 'waiting'
FROM generate_series(1, 20000) n
"""
_DONE = "UPDATE inbox SET state = 'done'"
_READ = text(
    "SELECT seq_tup_read + idx_tup_fetch FROM pg_stat_xact_user_tables WHERE relname = 'inbox'"
)


@pytest.fixture
async def engine(demo_central: str) -> AsyncIterator[AsyncEngine]:
    async with engine_on(demo_central) as engine:
        yield engine


@pytest.mark.parametrize("known", ["nothing", "all_done", "all_waiting"])
async def test_a_sudden_backlog_is_not_walked_to_take_one(
    engine: AsyncEngine, demo_central: str, known: str
) -> None:
    await ask(demo_central, _BACKLOG)
    if known != "nothing":
        await ask(demo_central, _DONE if known == "all_done" else "SELECT 1")
        await ask(demo_central, "ANALYZE inbox")
        await ask(demo_central, "UPDATE inbox SET state = 'waiting'")
    async with acting(engine, WORKER) as connection:
        taken = await take_command(connection)
        read = await connection.scalar(_READ)
    assert taken is not None and taken.command_id == "K1"
    assert read < 50


async def test_workers_take_the_oldest_of_different_clients(
    engine: AsyncEngine, demo_central: str
) -> None:
    await ask(demo_central, _BACKLOG)
    async with (
        acting(engine, WORKER) as first,
        acting(engine, WORKER) as second,
        acting(engine, WORKER) as third,
    ):
        taken = [await take_command(connection) for connection in (first, second, third)]
    assert [one.command_id for one in taken if one] == ["K1", "K2", "K3"]


async def test_a_clients_next_command_waits_while_his_older_one_is_in_hand(
    engine: AsyncEngine, demo_central: str
) -> None:
    await ask(demo_central, _BACKLOG)
    await ask(demo_central, "UPDATE inbox SET key = 'C1' WHERE sequence < 4")
    async with acting(engine, WORKER) as first, acting(engine, WORKER) as second:
        taken = [await take_command(connection) for connection in (first, second)]
    assert [one.command_id for one in taken if one] == ["K1", "K4"]


async def test_no_name_is_taken_for_two(engine: AsyncEngine, demo_central: str) -> None:
    """Names go up as one text a column: what stands between them stands in none."""
    forged = envelope(LogContact("K1", "C1", "phone", "out", "x", ""), "C1\x1fC2")
    with pytest.raises(ValueError, match="U\\+001F"):
        await put(engine, [forged])
    assert await ask(demo_central, "SELECT FROM inbox") == []
