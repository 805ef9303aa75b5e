"""Imports and exports from outside: raw SQL against the policies of files."""

from collections.abc import AsyncIterator

import asyncpg
import pytest

from models.files.kinds import ExportContent
from models.wire.service.approvals import RequestExport
from services.central.session import Actor
from tests.services.central.test_row_security import Sql, connection, sql
from tests.support.file_work import HEAD, ask_import, export_whole, id_no, text_file
from tests.support.postgres import FixedClock
from tests.support.service_work import CLIENT, Firm, open_firm

__all__ = ["connection", "sql"]

NEW = f"N1,张三,13800000001,{id_no(1)},男,,,,"
PEOPLE = {
    "manager": ("M002", "B001"),
    "adviser": ("HQ01", "HQ"),
    "call_centre": ("CC01", "HQ"),
    "hub": ("", ""),
    "worker": ("", ""),
}
FILE_TABLES = ("import_batch", "import_row", "import_part", "export_grant", "export_copy")


@pytest.fixture
async def firm(demo_central: str) -> AsyncIterator[Firm]:
    async with open_firm(demo_central) as firm:
        yield firm


async def as_files(
    connection: "asyncpg.Connection[asyncpg.Record]", query: str, approval: str = ""
) -> list[tuple[object, ...]]:
    """Run a statement as M001 in the role of imports."""
    async with connection.transaction():
        await connection.execute("SET LOCAL ROLE workstation_files")
        settings = {"role": "manager", "manager_id": "M001", "branch_id": "B001"}
        for name, value in (settings | {"approval": approval}).items():
            await connection.execute("SELECT set_config($1, $2, true)", f"app.{name}", value)
        return [tuple(row) for row in await connection.fetch(query)]


@pytest.mark.parametrize("role", PEOPLE)
async def test_others_see_nothing_of_an_import_or_export(sql: Sql, firm: Firm, role: str) -> None:
    await ask_import(firm, text_file(HEAD, NEW))
    sent = await firm.do(RequestExport("E", (CLIENT,), ExportContent.CLIENTS, "回访"))
    await firm.decide(sent)
    actor = Actor("B001", "M001", "manager")
    await export_whole(firm.engine, actor, sent.command_id, "a.csv", FixedClock().now())
    own = ("manager", "M001", "B001")
    columns = {"import_row": "branch_id", "import_part": None}
    for table in FILE_TABLES:
        column = columns.get(table, "*")
        if column is None:
            with pytest.raises(asyncpg.InsufficientPrivilegeError):
                await sql(role, *PEOPLE[role], f"SELECT * FROM {table}")
            continue
        assert len(await sql(*own, f"SELECT {column} FROM {table}")) == 1, table
        assert await sql(role, *PEOPLE[role], f"SELECT {column} FROM {table}") == [], table


@pytest.mark.parametrize(
    "statement",
    [
        "SELECT before, after FROM import_row",
        "INSERT INTO client (branch_id, client_id, manager_id) VALUES ('B001', 'X', 'M001')",
        "INSERT INTO account (branch_id, account, manager_id, client_id)"
        " VALUES ('B001', 'X', 'M001', 'C000001')",
        "UPDATE client SET mobile = '13800000000' WHERE client_id = 'C000001'",
        "UPDATE client SET name = 'x' WHERE client_id = 'C000001'",
        "UPDATE import_batch SET state = 'applied'",
        "INSERT INTO import_batch (branch_id, import_id, manager_id, author, kind, state)"
        " VALUES ('B001', 'X', 'M001', 'M001', 'clients', 'pending')",
        "INSERT INTO import_rule VALUES ('*', 'clients', 'adviser')",
        "INSERT INTO export_grant (branch_id, approval_id, manager_id, person, clients, tiers)"
        " VALUES ('B001', 'X', 'M001', 'M001', '[]', '[]')",
        "UPDATE export_grant SET clear = true",
        "UPDATE export_copy SET mark = ''",
        "SELECT begin_export('B001', 'X', 'a.csv', '2023-02-01')",
        "SELECT * FROM exported_clients('B001', 'X')",
        "SELECT finish_export('B001', 'X', '', 0, '', '', '')",
        "SELECT open_copy('B001', 'X')",
        "SELECT take_back_clients('B001', 'X')",
    ],
)
async def test_a_manager_cannot_go_around(sql: Sql, statement: str) -> None:
    with pytest.raises(asyncpg.InsufficientPrivilegeError):
        await sql("manager", "M001", "B001", statement)


@pytest.mark.parametrize(
    "statement",
    [
        "INSERT INTO client (branch_id, client_id, manager_id) VALUES ('B001', 'X', 'M001')",
        "UPDATE client SET mobile = '13800000000' WHERE client_id = 'C000001'",
        "UPDATE account SET cash_cents = 1 WHERE client_id = 'C000001'",
        "UPDATE holding SET quantity = 1 WHERE client_id = 'C000001'",
        "UPDATE import_batch SET state = 'applied', approval_id = ''",
        "UPDATE import_batch SET state = 'applied', approval_id = 'any'",
        "SELECT take_back_clients('B001', 'imp')",
        "INSERT INTO import_batch (branch_id, import_id, manager_id, author, kind, state)"
        " VALUES ('B001', 'X', 'M002', 'M001', 'clients', 'pending')",
        "INSERT INTO import_batch (branch_id, import_id, manager_id, author, kind, state)"
        " VALUES ('B001', 'X', 'M001', 'M001', 'settings', 'pending')",
    ],
)
async def test_the_role_of_imports_writes_nothing_without_an_approved_import(
    connection: "asyncpg.Connection[asyncpg.Record]", firm: Firm, statement: str
) -> None:
    _, asked = await ask_import(firm, text_file(HEAD, NEW))
    for approval in ("", asked.command_id):  # none; one that nobody has agreed to
        with pytest.raises(asyncpg.InsufficientPrivilegeError):
            await as_files(connection, statement, approval)


async def test_an_approval_is_used_up_by_its_import(
    connection: "asyncpg.Connection[asyncpg.Record]", firm: Firm
) -> None:
    _, asked = await ask_import(firm, text_file(HEAD, NEW))
    await firm.decide(asked)
    with pytest.raises(asyncpg.InsufficientPrivilegeError):
        await as_files(
            connection,
            "INSERT INTO client (branch_id, client_id, manager_id) VALUES ('B001', 'X', 'M001')",
            asked.command_id,
        )


async def test_a_copy_shows_nothing_before_it_is_logged_or_after_it_is_closed(
    sql: Sql, firm: Firm
) -> None:
    sent = await firm.do(RequestExport("E", (CLIENT,), ExportContent.CLIENTS, "回访"))
    await firm.decide(sent)
    own = ("manager", "M001", "B001")
    begin = "SELECT export_id FROM begin_export('B001', $1, 'a.csv', '2023-02-01')"
    with pytest.raises(asyncpg.InsufficientPrivilegeError, match="EXPORT_NOT_LOGGED"):
        query = f"SELECT exported_clients('B001', ({begin}))"
        await sql(*own, query, sent.command_id)
    [(export_id,)] = await sql(*own, begin, sent.command_id)
    shown = "SELECT client_id, mobile FROM exported_clients('B001', $1)"
    [(client_id, mobile)] = await sql(*own, shown, export_id)
    assert client_id == CLIENT and "****" in str(mobile)
    with pytest.raises(asyncpg.InsufficientPrivilegeError):
        await sql("branch_manager", "BM01", "B001", shown, export_id)
    finish = f"SELECT finish_export('B001', $1, '', 1, '{'0' * 64}', '', '2023-02-01')"
    await sql(*own, finish, export_id)
    with pytest.raises(asyncpg.InsufficientPrivilegeError, match="EXPORT_NOT_LOGGED"):
        await sql(*own, shown, export_id)


async def test_staged_parts_are_their_authors(
    connection: "asyncpg.Connection[asyncpg.Record]", firm: Firm
) -> None:
    await firm.ask(
        "INSERT INTO import_part (branch_id, import_id, part, manager_id, author, packed)"
        " VALUES ('B001', 'I', 0, 'M002', 'M002', ''), ('B001', 'J', 0, 'M001', 'M001', '')"
    )
    assert await as_files(connection, "SELECT import_id FROM import_part") == [("J",)]
