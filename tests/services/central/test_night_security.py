"""Row-level security of the nights' tables, tried with raw SQL under each role."""

from collections.abc import AsyncIterator

import asyncpg
import pytest

from services.central.connection import driver_url
from services.worker.nights.run import Nights
from tests.support.postgres import MANAGER_CLIENTS, TODAY, FixedClock, ask, engine_on

OWN, OTHER = "C000001", f"C{MANAGER_CLIENTS + 1:06d}"
OF_CLIENTS = (
    "asset_day",
    "commission_entry",
    "tier_rating",
    "tier_review",
    "commission_baseline",
    "commission_increment",
    "ipo_ballot",
    "client_alert",
)
OF_STAFF = ("commission_credit", "staff_certificate")
OF_FIRM = ("security_close", "corporate_action", "ipo_event")
OF_NIGHTS = ("night_run", "loaded_file", "rejected_line")
TRADING = ("commission_entry", "commission_baseline", "commission_increment", *OF_STAFF)
Connection = "asyncpg.Connection[asyncpg.Record]"
# One row of each table for a client of M001 and one of another manager.
_FILLING = (
    "INSERT INTO tier_review (branch_id, client_id, day, manager_id)"
    " SELECT branch_id, client_id, '2023-01-31', manager_id FROM client",
    "INSERT INTO commission_increment (branch_id, client_id, period_to, manager_id)"
    " SELECT branch_id, client_id, '2023-01-31', manager_id FROM client",
    "INSERT INTO commission_credit (branch_id, manager_id, period_to)"
    " SELECT DISTINCT branch_id, manager_id, '2023-01-31' FROM client",
    "INSERT INTO ipo_ballot (branch_id, client_id, symbol, manager_id)"
    " SELECT branch_id, client_id, 'X', manager_id FROM client",
    "INSERT INTO client_alert (branch_id, alert_id, manager_id, client_id)"
    " SELECT branch_id, 'x' || client_id, manager_id, client_id FROM client",
    "INSERT INTO loaded_file (branch_id, kind, load_id, state)"
    " VALUES ('*', 'closes', 'x', 'loaded')",
    "INSERT INTO rejected_line (branch_id, kind, load_id, line) VALUES ('*', 'closes', 'x', 1)",
)


@pytest.fixture
async def connection(demo_central: str) -> AsyncIterator["asyncpg.Connection[asyncpg.Record]"]:
    async with engine_on(demo_central) as engine:
        await Nights(engine, FixedClock()).run(TODAY)
    for statement in _FILLING:
        await ask(demo_central, statement)
    connection = await asyncpg.connect(driver_url(demo_central))
    try:
        yield connection
    finally:
        await connection.close()


async def count(
    connection: "asyncpg.Connection[asyncpg.Record]", role: str, person: str, table: str, where: str
) -> int:
    """How many rows a person sees."""
    branch = "B001" if role in ("manager", "branch_manager") else "HQ"
    async with connection.transaction():
        await connection.execute("SET LOCAL ROLE workstation_app")
        for name, value in (("role", role), ("manager_id", person), ("branch_id", branch)):
            await connection.execute("SELECT set_config($1, $2, true)", f"app.{name}", value)
        return int(await connection.fetchval(f"SELECT count(*) FROM {table} WHERE {where}"))


async def test_each_role_sees_what_is_his(
    connection: "asyncpg.Connection[asyncpg.Record]",
) -> None:
    for table in OF_CLIENTS:
        own = await count(connection, "manager", "M001", table, "manager_id = 'M001'")
        assert own > 0, table
        assert await count(connection, "manager", "M001", table, "manager_id <> 'M001'") == 0
        assert await count(connection, "branch_manager", "BM01", table, "manager_id <> 'M001'")
        assert await count(connection, "compliance", "CO01", table, "manager_id <> 'M001'")
        called = await count(connection, "call_centre", "CC01", table, "true")
        assert (called == 0) is (table in TRADING), table
        advised = "NOT EXISTS (SELECT FROM subscription s WHERE s.client_id = t.client_id)"
        assert await count(connection, "adviser", "HQ01", f"{table} t", advised) == 0


async def test_results_and_certificates_are_the_persons_own(
    connection: "asyncpg.Connection[asyncpg.Record]",
) -> None:
    for table in OF_STAFF:
        assert await count(connection, "manager", "M001", table, "true") > 0
        others = await count(connection, "manager", "M001", table, "manager_id <> 'M001'")
        assert others == 0
        assert await count(connection, "branch_manager", "BM01", table, "true") > 1
        for role, person in (("adviser", "HQ01"), ("call_centre", "CC01")):
            assert await count(connection, role, person, table, "true") == 0


async def test_everybody_reads_his_own_certificate(
    connection: "asyncpg.Connection[asyncpg.Record]", demo_central: str
) -> None:
    """His desk judges him by it; of others' the call centre and an adviser see none."""
    people = (("adviser", "HQ01"), ("call_centre", "CC01"))
    for _, person in people:
        await ask(
            demo_central,
            "INSERT INTO staff_certificate (branch_id, staff_id, certificate, manager_id)"
            " VALUES ('HQ', $1, 'suitability', $1)",
            person,
        )
    for role, person in people:
        assert await count(connection, role, person, "staff_certificate", "true") == 1
        own = f"staff_id = '{person}'"
        assert await count(connection, role, person, "staff_certificate", own) == 1


async def test_facts_are_the_firms_and_nights_are_for_compliance(
    connection: "asyncpg.Connection[asyncpg.Record]",
) -> None:
    for table in OF_FIRM:
        assert await count(connection, "manager", "M001", table, "true") > 0
        assert await count(connection, "", "", table, "true") == 0
    for table in OF_NIGHTS:
        assert await count(connection, "compliance", "CO01", table, "true") > 0
        for role, person in (("manager", "M001"), ("branch_manager", "BM01")):
            told = role == "branch_manager" and table == "loaded_file"  # he may ask for its undoing
            assert (await count(connection, role, person, table, "true") > 0) is told


@pytest.mark.parametrize("table", [*OF_CLIENTS, *OF_STAFF, *OF_FIRM, *OF_NIGHTS, "night_figure"])
async def test_nobody_changes_or_removes(
    connection: "asyncpg.Connection[asyncpg.Record]", table: str
) -> None:
    for statement in (f"UPDATE {table} SET branch_id = branch_id", f"DELETE FROM {table}"):
        with pytest.raises(asyncpg.InsufficientPrivilegeError):
            async with connection.transaction():
                await connection.execute("SET LOCAL ROLE workstation_app")
                await connection.execute("SELECT set_config('app.role', 'branch_manager', true)")
                await connection.execute("SELECT set_config('app.manager_id', 'BM01', true)")
                await connection.execute("SELECT set_config('app.branch_id', 'B001', true)")
                await connection.execute(statement)


async def test_a_manager_books_no_commission_for_anothers_client(
    connection: "asyncpg.Connection[asyncpg.Record]",
) -> None:
    with pytest.raises(asyncpg.InsufficientPrivilegeError):
        async with connection.transaction():
            await connection.execute("SET LOCAL ROLE workstation_work")
            await connection.execute("SELECT set_config('app.role', 'manager', true)")
            await connection.execute("SELECT set_config('app.manager_id', 'M001', true)")
            await connection.execute("SELECT set_config('app.branch_id', 'B001', true)")
            await connection.execute(
                "INSERT INTO commission_entry (branch_id, entry_id, manager_id, client_id)"
                " VALUES ('B001', 'T', 'M002', $1)",
                OTHER,
            )


@pytest.mark.parametrize(
    "statement",
    [
        "SELECT name FROM client",
        "SELECT mobile FROM client",
        "SELECT * FROM contact",
        "SELECT * FROM instruction",
        "SELECT * FROM staff_credential",
        "UPDATE client SET points_milli = 0",
        "UPDATE account SET cash_cents = 0",
        "UPDATE holding SET quantity = 0",
        "DELETE FROM points_entry",
        "UPDATE commission_entry SET amount_cents = 0",
        "UPDATE commission_baseline SET amount_cents = 0",
        "INSERT INTO firm_setting (branch_id, name, effective_from, value) VALUES ('*','x','','1')",
    ],
)
async def test_the_night_may_do_only_its_work(
    connection: "asyncpg.Connection[asyncpg.Record]", statement: str
) -> None:
    with pytest.raises(asyncpg.InsufficientPrivilegeError):
        async with connection.transaction():
            await connection.execute("SET LOCAL ROLE workstation_night")
            await connection.execute(statement)


async def test_the_nights_role_can_neither_log_in_nor_bypass(demo_central: str) -> None:
    query = "SELECT rolcanlogin, rolsuper, rolbypassrls FROM pg_roles WHERE rolname = $1"
    assert await ask(demo_central, query, "workstation_night") == [(False, False, False)]
