"""Numbers of the change log: dense, in commit order, whatever happens at the same time."""

import asyncio
import random

import asyncpg
import msgspec

from services.central.connection import driver_url
from tests.support.postgres import ask

_LOG = (
    "SELECT stream, number, table_name, row_key::text, row::text FROM change_log"
    " WHERE stream = $1 ORDER BY number"
)


async def test_a_bulk_change_is_numbered_in_one_statement(demo_central: str) -> None:
    await ask(demo_central, "UPDATE client SET gender = gender WHERE manager_id = 'M001'")
    log = await ask(demo_central, _LOG, "M001")
    assert [number for _, number, *_ in log] == list(range(2, 2 + len(log)))
    assert {table for _, _, table, *_ in log} == {"client"}


async def test_a_statement_over_many_streams_numbers_each_densely(demo_central: str) -> None:
    await ask(demo_central, "UPDATE client SET gender = gender")
    for stream in ("M001", "M002", "M003"):
        numbers = [row[1] for row in await ask(demo_central, _LOG, stream)]
        assert numbers == list(range(2, 2 + len(numbers)))
        [(last,)] = await ask(
            demo_central, "SELECT last FROM change_counter WHERE stream = $1", stream
        )
        assert last == numbers[-1]


async def test_a_deleted_row_leaves_its_key(demo_central: str) -> None:
    [(task,)] = await ask(
        demo_central,
        "DELETE FROM task WHERE task_id = (SELECT min(task_id) FROM task WHERE manager_id='M001')"
        " RETURNING task_id",
    )
    [(_, _, table, key, row)] = await ask(demo_central, _LOG, "M001")
    assert (table, row) == ("task", None)
    assert msgspec.json.decode(str(key)) == {"branch_id": "B001", "task_id": task}


async def test_a_client_handed_over_leaves_one_stream_and_joins_the_other(
    demo_central: str,
) -> None:
    await ask(demo_central, "UPDATE client SET manager_id = 'M002' WHERE client_id = 'C000001'")
    [(_, _, _, key, gone)] = await ask(demo_central, _LOG, "M001")
    [(_, _, _, same_key, row)] = await ask(demo_central, _LOG, "M002")
    assert key == same_key
    assert gone is None
    assert msgspec.json.decode(str(row))["manager_id"] == "M002"


async def test_firm_wide_rows_have_one_stream_for_all_branches(demo_central: str) -> None:
    counted = "SELECT branch_id, last FROM change_counter WHERE stream = '*'"
    [(_, before)] = await ask(demo_central, counted)
    await ask(demo_central, "UPDATE staff SET name = name")
    people = "SELECT '*', $1 + count(*) FROM staff"
    assert await ask(demo_central, counted) == await ask(demo_central, people, before)


async def test_rolled_back_changes_leave_no_number(demo_central: str) -> None:
    connection = await asyncpg.connect(driver_url(demo_central))
    try:
        transaction = connection.transaction()
        await transaction.start()
        await connection.execute("UPDATE client SET gender = gender WHERE client_id = 'C000001'")
        await transaction.rollback()
    finally:
        await connection.close()
    await ask(demo_central, "UPDATE client SET gender = gender WHERE client_id = 'C000002'")
    assert [row[1] for row in await ask(demo_central, _LOG, "M001")] == [2]


async def test_a_reader_never_sees_a_hole_while_many_write(demo_central: str) -> None:
    """Writers commit out of step; at every moment the visible numbers are 2, 3, 4 … without gap."""
    writers = [asyncio.create_task(_write(demo_central, seed)) for seed in range(6)]
    done = asyncio.gather(*writers)
    while not done.done():
        numbers = [row[1] for row in await ask(demo_central, _LOG, "M001")]
        assert numbers == list(range(2, 2 + len(numbers)))
    await done
    assert len(await ask(demo_central, _LOG, "M001")) == 6 * 15


async def _write(url: str, seed: int) -> None:
    rng = random.Random(seed)
    connection = await asyncpg.connect(driver_url(url))
    try:
        for _ in range(15):
            async with connection.transaction():
                await connection.execute(
                    "UPDATE client SET gender = gender WHERE client_id = $1", f"C{seed + 1:06d}"
                )
                await connection.execute("SELECT pg_sleep($1)", rng.random() / 500)
    finally:
        await connection.close()
