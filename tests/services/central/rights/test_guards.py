"""What an insider who knows the schema could still try, beside what is plainly not his."""

import asyncio
import re
from collections.abc import AsyncIterator
from pathlib import Path

import asyncpg
import pytest

from models.clients.tier import Tier
from models.lives.task import is_centrals
from models.wire.service.approvals import GrantTier
from services.central.embedded import EmbeddedServer
from services.central.privacy.logins import open_login
from services.worker.overdue import end_long_transactions
from tests.services.central.rights.planted import PLACES, planting, tables
from tests.services.central.rights.stated import COLLEAGUE, OWN, WORK
from tests.services.central.rights.test_every_table import acting, base, is_refused
from tests.services.central.rights.test_own_sql import NOW, Session, session
from tests.support.central_work import apply, envelope
from tests.support.postgres import ask, engine_on

__all__ = ["base", "session"]

AT = "2023-02-01T10:00:00.000+08:00"
ASKED = "SELECT ask_birthdays('2023-02-01', 30, $1, '')"
LONG = "x" * 201
OWN_LOGIN = "ws_b001_m001"


@pytest.mark.parametrize("reason", ["", "\u3000", "\t", "…。.", "\u200b", None, "x" * 2001])
async def test_whoever_asks_about_birthdays_says_why(session: Session, reason: str | None) -> None:
    with pytest.raises(asyncpg.InsufficientPrivilegeError, match="UNMASK_REASON_MISSING"):
        await session.fetchval(ASKED, reason)


async def test_a_question_about_birthdays_is_kept_before_it_is_answered(
    session: Session, demo_central: str
) -> None:
    answer = "SELECT count(*) FROM birthdays_within($1)"
    undone = session.transaction()
    await undone.start()
    asked = await session.fetchval(ASKED, "关怀")
    with pytest.raises(asyncpg.InsufficientPrivilegeError, match="UNMASK_NOT_LOGGED"):
        async with session.transaction():
            await session.fetchval(answer, asked)
    await undone.rollback()
    with pytest.raises(asyncpg.InsufficientPrivilegeError, match="UNMASK_NOT_LOGGED"):
        await session.fetchval(answer, asked)
    asked = await session.fetchval(ASKED, "关怀")
    assert await session.fetchval(answer, asked) > 0
    logged = "SELECT author, chain FROM audit_entry WHERE action = 'segment.birthdays'"
    assert await ask(demo_central, logged) == [("M001", "M001")]
    await ask(demo_central, "UPDATE staff SET role = 'compliance' WHERE staff_id = 'M002'")
    async with engine_on(demo_central) as engine:
        other = await asyncpg.connect((await open_login(engine, demo_central, "", "M002", NOW)).url)
    with pytest.raises(asyncpg.InsufficientPrivilegeError, match="UNMASK_NOT_LOGGED"):
        await other.fetchval(answer, asked)
    await other.close()


@pytest.mark.parametrize(
    ("column", "value"),
    [("command_id", LONG), ("command_id", ""), ("key", LONG), ("desk", LONG)],
)
async def test_a_command_has_names_that_fit_everywhere(
    session: Session, column: str, value: str
) -> None:
    row = {"command_id": "X", "key": "", "desk": "", column: value}
    with pytest.raises(asyncpg.CheckViolationError):
        await session.execute(
            "INSERT INTO inbox (branch_id, manager_id, author, state, envelope, command_id, key,"
            " desk) VALUES ('B001', 'M001', 'M001', 'waiting', 'x', $1, $2, $3)",
            *row.values(),
        )


async def test_a_commands_place_in_the_line_tells_nobody_how_many_came_before(
    session: Session,
) -> None:
    """Two commands of his own a minute apart would count those of all others between them."""
    laid = (
        "INSERT INTO inbox (branch_id, manager_id, author, state, envelope, command_id, key, desk)"
        " VALUES ('B001', 'M001', 'M001', 'waiting', 'x', 'X', '', '')"
    )
    await session.execute(laid)
    assert len(await session.fetch("SELECT command_id, state FROM inbox")) == 1
    for counting in (
        "SELECT arrival FROM inbox",
        "SELECT ctid FROM inbox",
        "SELECT count(*) FROM inbox WHERE arrival > 1",
        laid.replace("'X'", "'Y'") + " RETURNING arrival",
        "SELECT currval('inbox_arrival_seq')",
        "SELECT lastval()",
    ):
        assert await is_refused(session, counting), counting


async def test_a_row_on_his_stream_is_about_his_client(
    base: "asyncpg.Connection[asyncpg.Record]",
) -> None:
    """Whatever table: points of another's client would be forged by a row of one's own."""
    await base.execute("UPDATE client SET manager_id = manager_id")
    about = [
        table
        for table in await tables(base)
        if await base.fetchval(
            "SELECT has_table_privilege($1, $2::regclass, 'INSERT') AND EXISTS (SELECT FROM"
            " pg_attribute WHERE attrelid = $2::regclass AND attname = 'client_id')",
            WORK,
            table,
        )
    ]
    assert {"points_entry", "contact", "trade_fill", "commission_entry", "task"} <= set(about)
    branch, manager = PLACES[OWN]
    for table in about:
        adding = await planting(base, table, "forged", branch, manager)
        columns, values = adding.split(") VALUES (")
        place = columns.split("(")[1].split(", ").index('"client_id"')
        told = values.split(", ")
        told[place] = f"'{COLLEAGUE}'"
        async with acting(base, "manager", WORK):
            assert await is_refused(base, f"{columns}) VALUES ({', '.join(told)}"), table


async def test_a_row_of_his_does_not_become_one_about_anothers_client(
    base: "asyncpg.Connection[asyncpg.Record]",
) -> None:
    for table in ("contact", "task", "holding", "account", "trade_order", "instruction"):
        async with acting(base, "manager", WORK):
            assert await is_refused(base, f"UPDATE {table} SET client_id = '{COLLEAGUE}'"), table


async def test_a_command_does_not_hand_over_nor_pay_points(
    base: "asyncpg.Connection[asyncpg.Record]",
) -> None:
    for change in ("manager_id = 'M002'", "points_milli = 1000000", "rate_units = 1"):
        async with acting(base, "branch_manager", WORK):
            assert await is_refused(base, f"UPDATE client SET {change}"), change


SETTING = (
    "INSERT INTO firm_setting (branch_id, name, effective_from, value, approved_by, approval_id)"
    " VALUES ('*', $1, $2, $3, $4, 'S1')"
)


@pytest.mark.parametrize(
    ("name", "day", "value", "by", "fits"),
    [
        ("points", "2023-02-02", '{"rate": 1.0}', "CO01", True),
        ("points", "2023-02-02", '{"rate": 2}', "CO01", False),
        ("tiers", "2023-02-02", '{"rate": 1}', "CO01", False),
        ("points", "2023-02-03", '{"rate": 1}', "CO01", False),
        ("points", "2023-02-02", '{"rate": 1}', "CO02", False),
    ],
)
async def test_a_setting_is_what_was_approved(  # noqa: PLR0913 - one word a column
    base: "asyncpg.Connection[asyncpg.Record]",
    name: str,
    day: str,
    value: str,
    by: str,
    fits: bool,
) -> None:
    await approved_setting(base, "2023-02-02")
    async with acting(base, "branch_manager", WORK):
        adding = base.execute(SETTING, name, day, value, by)
        if fits:
            await adding
        else:
            with pytest.raises(asyncpg.InsufficientPrivilegeError):
                await adding


async def test_no_setting_holds_before_it_was_approved(
    base: "asyncpg.Connection[asyncpg.Record]",
) -> None:
    await approved_setting(base, "2023-02-01")
    async with acting(base, "branch_manager", WORK):
        with pytest.raises(asyncpg.InsufficientPrivilegeError):
            await base.execute(SETTING, "points", "2023-02-01", '{"rate": 1}', "CO01")


async def approved_setting(base: "asyncpg.Connection[asyncpg.Record]", day: str) -> None:
    """What BM01 asked for and CO01 approved on 1 February."""
    await base.execute("SET session_replication_role = replica")
    await base.execute(
        "INSERT INTO approval (branch_id, approval_id, manager_id, kind, maker, decided_by,"
        " decided_at, state, after) VALUES ('*', 'S1', '*', 'setting', 'BM01', 'CO01',"
        " '2023-02-01T10:00:00.000+08:00', 'approved',"
        f""" '{{"points":{{"rate":1}},"effective_from":"{day}"}}')"""
    )
    await base.execute("SET session_replication_role = DEFAULT")


async def test_an_approval_is_named_once_in_the_firm(demo_central: str) -> None:
    """A command that bears the name of another's approval would keep it from being decided."""
    await ask(
        demo_central,
        "INSERT INTO approval (branch_id, approval_id, manager_id, kind, maker, state)"
        " VALUES ('*', 'A1', '*', 'setting', 'BM01', 'pending')",
    )
    grant = GrantTier("G1", "C000001", Tier.GOLD, "2023-02-01", "2023-12-31", "新客户")
    async with engine_on(demo_central) as engine:
        await apply(engine, envelope(grant, "C000001", command_id="A1"))
    assert await ask(demo_central, "SELECT code FROM command_answer") == [("DUPLICATE",)]
    assert await ask(demo_central, "SELECT branch_id FROM approval") == [("*",)]


async def test_a_copy_is_not_closed_without_its_hash(session: Session, demo_central: str) -> None:
    await ask(
        demo_central,
        "INSERT INTO approval (branch_id, approval_id, manager_id, kind, maker, state)"
        " VALUES ('B001', 'A1', 'M001', 'export', 'M001', 'pending')",
    )
    await ask(demo_central, "UPDATE approval SET state = 'approved', decided_by = 'BM01'")
    await ask(
        demo_central,
        "INSERT INTO export_grant (branch_id, approval_id, manager_id, person, content, clients,"
        " tiers, most_clients, until) VALUES ('B001', 'A1', 'M001', 'M001', 'clients', '[]', '[]',"
        " 9999, '2099-02-10')",
    )
    copy = await session.fetchval("SELECT export_id FROM begin_export('B001', 'A1', 'f.csv', '')")
    finish = "SELECT finish_export('B001', $1, '', 1, $2, '', '')"
    for of_hash in ("", "x", None):
        with pytest.raises(asyncpg.InsufficientPrivilegeError, match="EXPORT_NOT_LOGGED"):
            await session.execute(finish, copy, of_hash)
    await session.execute(finish, copy, "a" * 64)
    with pytest.raises(asyncpg.InsufficientPrivilegeError, match="EXPORT_NOT_LOGGED"):
        await session.fetch("SELECT * FROM exported_clients('B001', $1)", copy)


async def test_the_call_centre_reads_no_rate_in_an_approval(
    base: "asyncpg.Connection[asyncpg.Record]",
) -> None:
    await base.execute(
        "UPDATE approval SET kind = CASE approval_id WHEN 'own' THEN 'tier' ELSE 'rate_exception'"
        " END"
    )
    async with acting(base, "call_centre"):
        found = await base.fetch("SELECT kind FROM approval")
    assert [row["kind"] for row in found] == ["tier"]


@pytest.mark.parametrize(
    "query",
    [
        "SELECT lo_create(0)",
        "SELECT lo_creat(-1)",
        "SELECT lo_from_bytea(0, 'abc')",
        "SELECT pg_logical_emit_message(false, 'x', 'y')",
    ],
)
async def test_a_login_leaves_nothing_lying(session: Session, query: str) -> None:
    with pytest.raises(asyncpg.InsufficientPrivilegeError):
        await session.execute(query)


async def test_tables_of_a_session_are_the_nights(postgres_server: EmbeddedServer) -> None:
    """Asked of a database that was migrated: a copy of one has other rights."""
    query = (
        "SELECT rolname FROM pg_roles WHERE rolname LIKE 'workstation%'"
        " AND has_database_privilege(rolname, 'template_empty', 'TEMPORARY')"
    )
    assert await ask(postgres_server.url, query) == [("workstation_night",)]


@pytest.fixture
async def holding(session: Session) -> AsyncIterator[Session]:
    """A session that holds a transaction open, and has set itself no end."""
    await session.execute("SET idle_in_transaction_session_timeout = 0")
    await session.execute("BEGIN")
    await session.fetchval("SELECT ask_unmask('B001', 'C000001', 'mobile', '核对', '')")
    yield session


async def test_who_holds_a_transaction_open_is_ended(holding: Session, demo_central: str) -> None:
    ended = asyncio.Event()
    holding.add_termination_listener(lambda _: ended.set())
    async with engine_on(demo_central) as engine:
        assert await end_long_transactions(engine) == 0
        assert await end_long_transactions(engine, 0) == 1
    async with asyncio.timeout(10):
        await ended.wait()


async def test_a_login_ends_by_itself_what_is_forgotten(session: Session) -> None:
    assert await session.fetchval("SHOW idle_in_transaction_session_timeout") == "1min"
    assert await session.fetchval("SHOW lock_timeout") == "10s"


async def test_a_statement_of_a_login_does_not_fill_the_disk(session: Session) -> None:
    assert await session.fetchval("SHOW temp_file_limit") == "256MB"
    for undoing in ("SET temp_file_limit = -1", f"ALTER ROLE {OWN_LOGIN} RESET temp_file_limit"):
        with pytest.raises(asyncpg.InsufficientPrivilegeError):
            await session.execute(undoing)


def test_every_task_that_central_opens_bears_a_name_of_its_own() -> None:
    """Else a reminder could be named so, and keep it away."""
    in_code = re.compile(r"""task_id"?[=:] ?f"([a-z-]+-)\{""")
    in_sql = re.compile(r"INSERT INTO task .*?SELECT [a-z.]*branch_id, '([a-z-]+-)' \|\|", re.S)
    named = {
        name
        for room, ending in (("services", "*.py"), ("resources/schema", "*.sql"))
        for file in Path(room).rglob(ending)
        if "demo" not in file.parts and "desk" not in file.parts
        for pattern in (in_code, in_sql)
        for name in pattern.findall(file.read_text("utf-8"))
    }
    assert {"refused-", "approval-", "cancelled-", "tier-review-"} <= named
    assert {name for name in named if not is_centrals(f"{name}1")} == set()
    assert not is_centrals("deadbeef-0000-4000-8000-000000000000")
