"""A firm that worked by an earlier schema is brought to the newest one with all it has."""

from collections.abc import AsyncIterator

import asyncpg
import pytest

from models.errors import ExpectedFailure
from services.central.migrations.runner import migrate, newest_revision, revision_of
from tests.support.postgres import ask, engine_on, make_as_then

_ROWS = (
    "INSERT INTO staff (branch_id, staff_id, manager_id, name, role) VALUES"
    " ('B001', 'M001', '*', '林', 'manager'), ('B002', 'M002', '*', '王', 'manager'),"
    " ('B002', 'AD02', '*', '李', 'adviser'), ('HQ', 'HQ01', '*', '陆', 'adviser'),"
    " ('HQ', 'CC01', '*', '江', 'call_centre')",
    "INSERT INTO client (branch_id, client_id, manager_id, tier)"
    " VALUES ('B001', 'C1', 'M001', 'gold')",
    "INSERT INTO advisory_question (branch_id, question_id, manager_id, client_id, state, desk)"
    " VALUES ('B001', 'Q1', 'M001', 'C1', 'open', 'branch')",
    "UPDATE advisory_question SET desk = 'head_office'",
    "INSERT INTO service_call (branch_id, call_id, manager_id, state, ended_at, taken_by) VALUES"
    " ('HQ', 'K1', 'branch:HQ', 'waiting', '', ''), ('HQ', 'K2', 'branch:HQ', 'waiting', '', '')",
    "UPDATE service_call SET state = 'abandoned', ended_at = '2023-02-01T09:00:00'"
    " WHERE call_id = 'K1'",
    "INSERT INTO rate_exception (branch_id, exception_id, manager_id, client_id, state, ends_on)"
    " VALUES ('B001', 'E1', 'M001', 'C1', 'submitted', '2023-03-31')",
    "INSERT INTO product_fee (branch_id, fee_id, manager_id, client_id, product, kind)"
    " VALUES ('B001', 'F1', 'M001', 'C1', 'D', 'fee')",
    "INSERT INTO product_fee_row (branch_id, fee_id, from_on, manager_id, client_id)"
    " VALUES ('B001', 'F1', '2023-01-01', 'M001', 'C1')",
    "INSERT INTO asset_day (branch_id, client_id, day, manager_id, assets_cents)"
    " VALUES ('B001', 'C1', '2023-01-03', 'M001', 100)",
)


@pytest.fixture
async def old_firm(bare_central: str) -> AsyncIterator[str]:
    """A database of the first release with rows of every kind that a later one changes."""
    await make_as_then(bare_central, "r0025")
    for statement in _ROWS:
        await ask(bare_central, statement)
    yield bare_central


async def test_it_keeps_what_it_has(old_firm: str) -> None:
    async with engine_on(old_firm) as engine:
        assert await revision_of(engine) == "r0025"
        await migrate(engine)
        assert await revision_of(engine) == newest_revision()
    calls = "SELECT call_id, state, abandoned_at, version FROM service_call ORDER BY 1"
    assert await ask(old_firm, calls) == [
        ("K1", "abandoned", "2023-02-01T09:00:00", 2),
        ("K2", "waiting", "", 1),
    ]
    assert await ask(old_firm, "SELECT adviser FROM question_queue") == [("HQ01",)]
    assert await ask(old_firm, "SELECT revoked_by FROM rate_exception") == [("",)]
    assert await ask(old_firm, "SELECT fee_id, entrusted FROM product_fee_row") == [("F1", "")]
    assert await ask(old_firm, "SELECT assets_cents, cash_cents FROM asset_day") == [(100, None)]
    logged = (
        "SELECT number FROM change_log WHERE table_name = 'service_call' AND row_key::text ~ 'K1'"
    )
    assert len(await ask(old_firm, logged)) == 3  # desks that follow the centre are told


async def test_an_old_call_may_be_called_back_by_one_agent(old_firm: str) -> None:
    async with engine_on(old_firm) as engine:
        await migrate(engine)
    back = "UPDATE service_call SET state = 'calling_back', taken_by = 'CC01' WHERE call_id = 'K1'"
    await ask(old_firm, back)
    with pytest.raises(asyncpg.ExclusionViolationError):
        await ask(
            old_firm,
            "UPDATE service_call SET state = 'taken', taken_by = 'CC01' WHERE call_id = 'K2'",
        )


async def columns_of(url: str) -> dict[str, str]:
    columns = (
        "SELECT attrelid::regclass::text, string_agg(quote_ident(attname), ', ' ORDER BY attnum)"
        " FROM pg_attribute JOIN pg_class c ON c.oid = attrelid"
        " WHERE c.relnamespace = 'public'::regnamespace AND c.relkind = 'r' AND attnum > 0"
        " AND NOT attisdropped AND c.relname <> 'alembic_version' GROUP BY attrelid"
    )
    return {str(table): str(names) for table, names in await ask(url, columns)}


async def test_every_row_stays_as_it_was(bare_central: str) -> None:
    await make_as_then(bare_central, "r0026")
    for statement in _ROWS:
        await ask(bare_central, statement)
    columns = await columns_of(bare_central)

    async def every_row() -> dict[str, list[tuple[object, ...]]]:
        return {
            table: await ask(bare_central, f"SELECT ROW({names})::text FROM {table} ORDER BY 1")
            for table, names in columns.items()
        }

    before = await every_row()
    assert before["change_log"] and before["question_queue"]
    async with engine_on(bare_central) as engine:
        await migrate(engine)
    assert await every_row() == before


async def test_a_staff_number_given_twice_is_told_and_nothing_changed(old_firm: str) -> None:
    await ask(
        old_firm,
        "INSERT INTO staff (branch_id, staff_id, manager_id) VALUES ('B002', 'M001', '*')",
    )
    async with engine_on(old_firm) as engine:
        with pytest.raises(ExpectedFailure) as failure:
            await migrate(engine)
        assert failure.value.code == "STAFF_NUMBER_TWICE"
        assert "M001: B001, B002" in failure.value.title
        assert await revision_of(engine) == "r0025"
