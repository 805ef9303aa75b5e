"""Row-level security tried from outside: raw SQL as workstation_app, for each kind of person."""

from collections.abc import AsyncIterator, Awaitable, Callable

import asyncpg
import pytest

from models.wire.commands import LogContact
from services.central.connection import driver_url
from services.central.demo.cast import CAST
from tests.support.central_work import apply, envelope
from tests.support.postgres import CLIENTS, MANAGER_CLIENTS, ask, engine_on

Sql = Callable[..., Awaitable[list[tuple[object, ...]]]]

CLIENT_TABLES = (
    "client",
    "account",
    "holding",
    "points_entry",
    "subscription",
    "contact",
    "instruction",
    "task",
    "client_tier",
)
OTHERS = MANAGER_CLIENTS + 1
THEIRS = f"C{OTHERS:06d}"  # the first client of M002 or M003


@pytest.fixture
async def connection(
    demo_central: str,
) -> AsyncIterator["asyncpg.Connection[asyncpg.Record]"]:
    connection = await asyncpg.connect(driver_url(demo_central))
    try:
        yield connection
    finally:
        await connection.close()


@pytest.fixture
def sql(connection: "asyncpg.Connection[asyncpg.Record]") -> Sql:
    """Run one statement as a person: ``await sql(role, person, branch, query, *arguments)``."""
    return running(connection, "workstation_app")


@pytest.fixture
def work_sql(connection: "asyncpg.Connection[asyncpg.Record]") -> Sql:
    """The same as a worker does it with a command of that person in hand."""
    return running(connection, "workstation_work")


def running(connection: "asyncpg.Connection[asyncpg.Record]", database_role: str) -> Sql:
    async def run(
        role: str, person: str, branch: str, query: str, *given: object
    ) -> list[tuple[object, ...]]:
        async with connection.transaction():
            await connection.execute(f"SET LOCAL ROLE {database_role}")
            for name, value in (
                ("app.role", role),
                ("app.manager_id", person),
                ("app.branch_id", branch),
            ):
                await connection.execute("SELECT set_config($1, $2, true)", name, value)
            return [tuple(row) for row in await connection.fetch(query, *given)]

    return run


async def test_the_role_can_neither_log_in_nor_bypass(demo_central: str) -> None:
    query = (
        "SELECT rolcanlogin, rolsuper, rolbypassrls FROM pg_roles WHERE rolname='workstation_app'"
    )
    assert await ask(demo_central, query) == [(False, False, False)]


async def test_every_table_is_guarded(demo_central: str) -> None:
    query = (
        "SELECT relname FROM pg_class WHERE relkind = 'r' AND relnamespace = 'public'::regnamespace"
        " AND NOT relrowsecurity AND relname <> 'alembic_version'"
    )
    assert await ask(demo_central, query) == []


@pytest.mark.parametrize("table", [*CLIENT_TABLES, "staff", "security_event", "change_log"])
async def test_without_a_setting_there_are_no_rows(
    connection: "asyncpg.Connection[asyncpg.Record]", table: str
) -> None:
    async with connection.transaction():
        await connection.execute("SET LOCAL ROLE workstation_app")
        assert await connection.fetch(f"SELECT branch_id FROM {table}") == []


@pytest.mark.parametrize("table", CLIENT_TABLES)
async def test_a_manager_sees_only_his_own(sql: Sql, table: str) -> None:
    rows = await sql("manager", "M001", "B001", f"SELECT DISTINCT manager_id FROM {table}")
    assert rows == [("M001",)]


async def test_naming_another_branch_or_nobody_shows_nothing(sql: Sql) -> None:
    query = "SELECT count(*) FROM client"
    assert await sql("manager", "M001", "B002", query) == [(0,)]
    assert await sql("manager", "", "B001", query) == [(0,)]
    assert await sql("king", "M001", "B001", query) == [(0,)]


async def test_the_branch_manager_sees_his_branch_and_no_other(sql: Sql) -> None:
    query = "SELECT count(*) FROM client"
    assert await sql("branch_manager", "BM01", "B001", query) == [(CLIENTS,)]
    assert await sql("branch_manager", "BM01", "B002", query) == [(0,)]


async def test_the_adviser_sees_clients_with_a_commission_product_only(
    sql: Sql, demo_central: str
) -> None:
    expected = await ask(
        demo_central,
        "SELECT DISTINCT client_id FROM subscription WHERE product <= 'E' AND state = 'active'"
        " ORDER BY 1",
    )
    assert expected
    query = "SELECT client_id FROM client ORDER BY 1"
    assert await sql("adviser", "HQ01", "HQ", query) == expected
    query = "SELECT DISTINCT client_id FROM contact ORDER BY 1"
    assert await sql("adviser", "HQ01", "HQ", query) == expected


async def test_the_call_centre_sees_cards_but_no_trading(sql: Sql) -> None:
    assert await sql("call_centre", "CC01", "HQ", "SELECT count(*) FROM client") == [(CLIENTS,)]
    assert await sql("call_centre", "CC01", "HQ", "SELECT count(*) FROM instruction") == [(0,)]


@pytest.mark.parametrize("role", ["adviser", "call_centre", "compliance", "hub", "worker"])
async def test_commands_of_managers_and_branch_managers_alone_change_client_rows(
    sql: Sql, work_sql: Sql, role: str
) -> None:
    changed = "UPDATE client SET tier_by = tier_by RETURNING client_id"
    assert await work_sql(role, "HQ01", "HQ", changed) == []
    with pytest.raises(asyncpg.InsufficientPrivilegeError):
        await sql(role, "HQ01", "HQ", changed)


async def test_a_managers_command_changes_his_clients_and_nobody_elses(work_sql: Sql) -> None:
    query = "UPDATE client SET tier_by = tier_by WHERE client_id = $1 RETURNING client_id"
    assert await work_sql("manager", "M001", "B001", query, "C000001") == [("C000001",)]
    assert await work_sql("manager", "M001", "B001", query, THEIRS) == []


@pytest.mark.parametrize(
    "statement",
    [
        "INSERT INTO points_entry (branch_id, entry_id, manager_id, client_id, points_milli)"
        " VALUES ('B001', 'X', 'M001', 'C000001', 1000000)",
        "INSERT INTO commission_entry (branch_id, entry_id, manager_id, client_id, amount_cents)"
        " VALUES ('B001', 'X', 'M001', 'C000001', 1000000)",
        "UPDATE client SET points_milli = 1000000 WHERE client_id = 'C000001'",
        "UPDATE account SET cash_cents = 0 WHERE client_id = 'C000001'",
    ],
)
async def test_a_manager_gives_his_own_clients_no_points_and_no_money(
    sql: Sql, statement: str
) -> None:
    with pytest.raises(asyncpg.InsufficientPrivilegeError):
        await sql("manager", "M001", "B001", statement)


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE client SET manager_id = 'M002' WHERE client_id = 'C000001'",
        "INSERT INTO contact (branch_id, contact_id, manager_id, client_id)"
        f" VALUES ('B001', 'X', 'M002', '{THEIRS}')",
        "DELETE FROM client",
        "TRUNCATE client",
        "INSERT INTO change_log VALUES ('B001', 'M001', 99, 'client', '{}', NULL)",
        "UPDATE change_counter SET last = 0",
        "UPDATE firm_setting SET value = '{}'",
        "INSERT INTO staff_credential VALUES ('B001', 'M009', '')",
        "INSERT INTO applied_command VALUES ('B001', 'X', 'M001', 'applied')",
        "INSERT INTO inbox (branch_id, command_id, manager_id, author, envelope, state)"
        " VALUES ('B001', 'X', 'M002', 'M002', '', 'waiting')",
        "INSERT INTO audit_entry (branch_id, chain, number, author)"
        " VALUES ('B001', 'M001', 1, 'M002')",
    ],
)
async def test_a_manager_cannot_forge(sql: Sql, work_sql: Sql, statement: str) -> None:
    """Neither he himself nor a handler with his command."""
    for acting in (sql, work_sql):
        with pytest.raises(asyncpg.InsufficientPrivilegeError):
            await acting("manager", "M001", "B001", statement)


async def test_passphrase_hashes_are_for_the_hub_alone(
    connection: "asyncpg.Connection[asyncpg.Record]", sql: Sql
) -> None:
    query = "SELECT count(*) FROM staff_credential"
    for role, person in (("manager", "M001"), ("branch_manager", "BM01"), ("hub", "")):
        with pytest.raises(asyncpg.InsufficientPrivilegeError):
            await sql(role, person, "B001", query)
    hub_sql = running(connection, "workstation_sync")
    assert await hub_sql("manager", "M001", "B001", query) == [(0,)]
    assert await hub_sql("hub", "", "", query) == [(len(CAST),)]
    assert await hub_sql("hub", "", "", "SELECT count(*) FROM client") == [(0,)]


async def test_the_change_log_shows_own_streams_only(sql: Sql, demo_central: str) -> None:
    await ask(demo_central, "UPDATE client SET tier_by = tier_by")
    await ask(demo_central, "UPDATE staff SET name = name")
    query = "SELECT DISTINCT stream FROM change_log ORDER BY 1"
    assert await sql("manager", "M001", "B001", query) == [("*",), ("M001",)]
    assert await sql("adviser", "HQ01", "HQ", query) == [("*",)]
    assert await sql("branch_manager", "BM01", "B001", query) == [
        ("*",),
        ("M001",),
        ("M002",),
        ("M003",),
    ]


async def test_the_audit_trail_is_for_compliance_alone(sql: Sql, demo_central: str) -> None:
    contact = LogContact("K1", "C000001", "phone", "out", "回访", "2023-02-01T10:00:00.000+08:00")
    async with engine_on(demo_central) as engine:
        await apply(engine, envelope(contact, "C000001"))
    query = "SELECT author FROM audit_entry"
    assert await sql("compliance", "CO01", "HQ", query) == [("M001",)]
    assert await sql("branch_manager", "BM01", "B001", query) == []
    assert await sql("manager", "M001", "B001", query) == []
