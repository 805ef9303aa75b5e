"""Old logs go, cursors that still can be served go on, all others start anew."""

import asyncio
from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import date, timedelta

import asyncpg
import pytest
from sqlalchemy.ext.asyncio import AsyncEngine

from models.wire.commands import LogContact
from models.wire.hub import Changes, Pull
from services.central.connection import driver_url
from services.central.session import Actor, acting, for_desk
from services.central.sync.changes import pull_changes
from services.central.sync.pruning import Keeping, Pruned, mark_day, newest_mark, prune
from services.worker.housekeeping import clean_if_new_day
from tests.support.central_work import answer_all, apply, envelope, put
from tests.support.postgres import TODAY, FixedClock, ask, engine_on

CLIENT = "C000001"
_MANAGER = for_desk(Actor("B001", "M001", "manager"))


@pytest.fixture
async def engine(demo_central: str) -> AsyncIterator[AsyncEngine]:
    async with engine_on(demo_central) as engine:
        yield engine


def contact(name: str) -> LogContact:
    return LogContact(name, CLIENT, "phone", "out", "回访", "2023-02-01T10:00:00.000+08:00")


async def pulled(engine: AsyncEngine, after: int) -> Changes:
    async with acting(engine, _MANAGER) as connection:
        return await pull_changes(connection, "B001", Pull(1, "M001", after, 1_000))


async def last_number(engine: AsyncEngine) -> int:
    return (await pulled(engine, 1)).last


async def test_what_was_logged_up_to_the_kept_days_goes(engine: AsyncEngine) -> None:
    await apply(engine, envelope(contact("K1"), CLIENT))
    old = await last_number(engine)
    await mark_day(engine, TODAY)
    await apply(engine, envelope(contact("K2"), CLIENT))
    new = await last_number(engine)
    assert await prune(engine, TODAY + timedelta(days=2), Keeping(days=3)) == Pruned(0, 0)
    pruned = await prune(engine, TODAY + timedelta(days=3), Keeping(days=3))
    assert pruned == Pruned(changes=old - 1, commands=2, answers=2)
    assert (await pulled(engine, old - 1)).pruned
    left = await pulled(engine, old)
    told = (left.until, sum(part.count for part in left.tables))
    assert told == (new + 2, new + 2 - old), "that the answers went is a change like any"


async def test_only_answered_commands_of_old_days_go(
    engine: AsyncEngine, demo_central: str
) -> None:
    await apply(engine, envelope(contact("K1"), CLIENT))
    await put(engine, [envelope(contact("K2"), CLIENT)])
    assert (await prune(engine, TODAY + timedelta(days=7), Keeping(days=8))).commands == 0
    assert (await prune(engine, TODAY + timedelta(days=7), Keeping(days=7))).commands == 1
    assert await ask(demo_central, "SELECT state FROM inbox") == [("waiting",)]


async def test_a_pruned_command_that_comes_again_changes_nothing(
    engine: AsyncEngine, demo_central: str
) -> None:
    command = envelope(contact("K1"), CLIENT)
    await apply(engine, command)
    pruned = await prune(engine, TODAY, Keeping(days=0))
    assert (pruned.commands, pruned.answers) == (1, 1)
    await apply(engine, command)
    query = "SELECT count(*) FROM contact WHERE contact_id = 'K1'"
    assert await ask(demo_central, query) == [(1,)]
    query = "SELECT outcome, version FROM command_answer"
    assert await ask(demo_central, query) == [("applied", 1)]


async def test_workers_clean_once_a_day_between_them(engine: AsyncEngine) -> None:
    clock = FixedClock()
    found = await asyncio.gather(*(clean_if_new_day(engine, clock, Keeping(7)) for _ in range(3)))
    assert sorted(one is None for one in found) == [False, True, True]
    tomorrow = replace(clock, moment=clock.moment + timedelta(days=1))
    assert await clean_if_new_day(engine, tomorrow, Keeping(7)) == Pruned(0, 0)
    assert await newest_mark(engine) == date(2023, 2, 2)


async def test_a_clock_set_back_only_prunes_sooner(engine: AsyncEngine) -> None:
    await apply(engine, envelope(contact("K1"), CLIENT))
    await mark_day(engine, TODAY)
    await mark_day(engine, TODAY - timedelta(days=30))
    await prune(engine, TODAY, Keeping(days=5))
    last = await last_number(engine)
    assert (await pulled(engine, 1)).pruned
    assert not (await pulled(engine, last)).pruned


async def test_a_reader_never_gets_a_hole_while_the_log_is_pruned(engine: AsyncEngine) -> None:
    await apply(engine, *(envelope(contact(f"K{number}"), CLIENT) for number in range(40)))

    async def read() -> list[Changes]:
        found: list[Changes] = []
        while not found or not found[-1].pruned:
            found.append(await pulled(engine, 1))
        return found

    reader = asyncio.create_task(read())
    await prune(engine, TODAY, Keeping(days=0))
    for changes in (await asyncio.wait_for(reader, 30))[:-1]:
        assert sum(part.count for part in changes.tables) == changes.until - changes.after


async def test_pruning_waits_for_no_command_in_hand(engine: AsyncEngine, demo_central: str) -> None:
    await apply(engine, envelope(contact("K1"), CLIENT))
    held = await asyncpg.connect(driver_url(demo_central))
    try:
        async with held.transaction():
            await held.execute("UPDATE change_counter SET last = last WHERE stream = 'M001'")
            await asyncio.wait_for(prune(engine, TODAY, Keeping(days=0)), 20)
            assert not (await pulled(engine, 1)).pruned
    finally:
        await held.close()
    assert await ask(demo_central, "SELECT DISTINCT stream FROM stream_mark") == [("M001",)]
    await prune(engine, TODAY, Keeping(days=0))
    assert (await pulled(engine, 1)).pruned


@pytest.mark.parametrize("call", ["mark_streams('x')", "give_up_changes('9')", "drop_changes(9)"])
async def test_nobody_but_a_worker_prunes(demo_central: str, call: str) -> None:
    connection = await asyncpg.connect(driver_url(demo_central))
    try:
        async with connection.transaction():
            await connection.execute("SET LOCAL ROLE workstation_app")
            await connection.execute("SELECT set_config('app.role', 'manager', true)")
            with pytest.raises(asyncpg.InsufficientPrivilegeError):
                await connection.execute(f"SELECT {call}")
    except asyncpg.InFailedSQLTransactionError:
        return
    finally:
        await connection.close()


async def test_waiting_commands_survive_and_are_answered(
    engine: AsyncEngine, demo_central: str
) -> None:
    await put(engine, [envelope(contact(f"K{number}"), CLIENT) for number in range(5)])
    await prune(engine, TODAY, Keeping(days=0))
    await answer_all(engine)
    assert await ask(
        demo_central, "SELECT count(*) FROM contact WHERE contact_id ~ '^K[0-9]$'"
    ) == [(5,)]
