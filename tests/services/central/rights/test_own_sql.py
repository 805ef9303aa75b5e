"""What a login puts beside the functions of central changes nothing of what they say."""

import re
from collections.abc import AsyncIterator
from datetime import datetime
from typing import TypeAlias

import asyncpg
import msgspec
import pytest

from models.dates import BEIJING
from models.wire.codec import encode
from models.wire.commands import LogContact
from services.central.privacy.logins import close_login, open_login
from tests.support.central_work import answer_all, envelope
from tests.support.postgres import ask, engine_on

NOW = datetime(2023, 2, 1, 10, tzinfo=BEIJING)
LONG_AGO = "1999-01-01T10:00:00.000+08:00"
# They read no table and name no type: nothing of a session's own is found before what they mean.
INLINED = {
    "app_board", "app_branch", "app_is_person", "app_may_act", "app_person", "app_queue",
    "app_role", "app_writes", "as_set", "asks_himself", "hide_middle", "is_visible",
    "mask_field", "queue_of", "show_field",
}  # fmt: skip
FIELDS = "SELECT name, mobile, id_no, birthday FROM client_masked ORDER BY client_id"

Session: TypeAlias = "asyncpg.Connection[asyncpg.Record]"


@pytest.fixture
async def session(demo_central: str) -> AsyncIterator[Session]:
    async with engine_on(demo_central) as engine:
        login = await open_login(engine, demo_central, "", "M001", NOW)
        connection = await asyncpg.connect(login.url)
        yield connection
        await connection.close()
        await close_login(engine, "B001", "M001")


async def plant(session: Session, table: str, row: str) -> None:
    """A table of the session's own, which is found before the firm's of that name."""
    await session.execute(f"CREATE TEMP TABLE {table} AS {row}")
    await session.execute(f"GRANT SELECT ON pg_temp.{table} TO PUBLIC")


async def test_a_rule_of_his_own_unmasks_nothing(session: Session) -> None:
    masked = await session.fetch(FIELDS)
    await plant(
        session,
        "field_rule",
        "SELECT '*' AS branch_id, 'manager' AS role, f AS field, 'clear' AS shown, ''"
        " AS unmask FROM unnest(ARRAY['name', 'mobile', 'id_no', 'birthday']) f",
    )
    assert await session.fetch(FIELDS) == masked
    assert all("*" in row["mobile"] for row in masked)


async def test_a_staff_list_of_his_own_makes_him_nobody_else(session: Session) -> None:
    await plant(
        session,
        "staff_login",
        "SELECT 'HQ' AS branch_id, 'CO01' AS staff_id, session_user::text AS login",
    )
    await plant(
        session,
        "staff",
        "SELECT 'HQ' AS branch_id, 'CO01' AS staff_id, 'compliance' AS role",
    )
    seen = await session.fetch("SELECT DISTINCT manager_id FROM client_masked")
    assert [row["manager_id"] for row in seen] == ["M001"]


async def test_every_function_that_he_may_call_says_where_it_looks(session: Session) -> None:
    loose = await session.fetch(
        "SELECT proname, prosrc FROM pg_proc WHERE pronamespace = 'public'::regnamespace"
        " AND has_function_privilege(oid, 'EXECUTE')"
        " AND NOT 'search_path=pg_catalog, public, pg_temp' = ANY (coalesce(proconfig, '{}'))"
    )
    assert {row["proname"] for row in loose} == INLINED
    reading = re.compile(r"\bFROM (?!app_login\(\))|\bJOIN\b|::")
    assert [row["proname"] for row in loose if reading.search(row["prosrc"])] == []


async def test_the_audit_trail_tells_the_time_itself(session: Session, demo_central: str) -> None:
    own = await session.fetchval("SELECT min(client_id) FROM client_masked")
    await session.fetchval("SELECT ask_unmask('B001', $1, 'mobile', '核对', $2)", own, LONG_AGO)
    told = await ask(
        demo_central,
        "SELECT a.at > '2026', u.asked_at > '2026' FROM audit_entry a JOIN unmasking u"
        " ON u.unmasking_id = a.command_id WHERE a.action = 'unmask'",
    )
    assert told == [(True, True)]
    assert await ask(demo_central, "SELECT DISTINCT hash = audit_seal(a) FROM audit_entry a") == [
        (True,)
    ]


async def grant_over(demo_central: str) -> None:
    """What was approved for M001 until yesterday's year."""
    await ask(
        demo_central,
        "INSERT INTO approval (branch_id, approval_id, manager_id, kind, maker, decided_by, state)"
        " VALUES ('B001', 'A1', 'M001', 'export', 'M001', 'BM01', 'pending')",
    )
    await ask(demo_central, "UPDATE approval SET state = 'approved' WHERE approval_id = 'A1'")
    await ask(
        demo_central,
        "INSERT INTO export_grant (branch_id, approval_id, manager_id, person, content, clients,"
        " tiers, most_clients, until) VALUES ('B001', 'A1', 'M001', 'M001', 'clients', '[]', '[]',"
        " 9999, '2023-02-10')",
    )
    await ask(
        demo_central,
        "INSERT INTO unmask_grant (branch_id, approval_id, client_id, field, manager_id, person,"
        " until) VALUES ('B001', 'A1', 'C000001', 'mobile', 'M001', 'M001', '2023-02-10')",
    )


async def test_what_is_over_is_over_whatever_day_he_says(
    session: Session, demo_central: str
) -> None:
    await grant_over(demo_central)
    with pytest.raises(asyncpg.InsufficientPrivilegeError, match="EXPORT_OVER"):
        await session.fetch("SELECT begin_export('B001', 'A1', 'f.csv', $1)", LONG_AGO)
    assert await session.fetch("SELECT ask_unmask_granted('B001', 'A1', $1)", LONG_AGO) == []


@pytest.mark.parametrize("reason", ["", " \t\n", "\u3000", "…。.", "\u200b", None, "x" * 2001])
async def test_a_reason_has_something_to_read(session: Session, reason: str | None) -> None:
    own = await session.fetchval("SELECT min(client_id) FROM client_masked")
    with pytest.raises(asyncpg.InsufficientPrivilegeError, match="UNMASK_REASON_MISSING"):
        await session.fetchval("SELECT ask_unmask('B001', $1, 'mobile', $2, '')", own, reason)


@pytest.mark.parametrize(
    ("column", "value"),
    [
        ("attempts", "-1000000"),
        ("state", "'done'"),
        ("trouble", "'x'"),
        ("manager_id", "'branch:B001'"),
        ("manager_id", "'queue:M001'"),
        ("manager_id", "'M002'"),
        ("author", "'BM01'"),
        ("arrival", "-99"),
        ("received_at", "'1999-01-01T10:00:00.000+08:00'"),
    ],
)
async def test_a_command_is_laid_in_as_a_fresh_one_of_his_own(
    session: Session, column: str, value: str
) -> None:
    row = {"manager_id": "'M001'", "author": "'M001'", "state": "'waiting'", column: value}
    with pytest.raises(asyncpg.InsufficientPrivilegeError, match="row-level|permission denied"):
        await session.execute(
            f"INSERT INTO inbox (branch_id, command_id, envelope, {', '.join(row)})"
            f" OVERRIDING SYSTEM VALUE VALUES ('B001', 'X', 'x', {', '.join(row.values())})"
        )


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("author", "BM01"),
        ("manager_id", "M002"),
        ("branch_id", "B002"),
        ("command_id", "another"),
        ("key", "C000002"),
    ],
)
async def test_a_command_that_names_somebody_else_inside_is_refused(
    session: Session, demo_central: str, field: str, value: str
) -> None:
    contact = LogContact("K1", "C000001", "phone", "out", "回访", NOW.isoformat())
    honest = envelope(contact, "C000001", command_id="C1")
    forged = msgspec.structs.replace(honest, **{field: value})
    await session.execute(
        "INSERT INTO inbox (branch_id, command_id, manager_id, author, key, envelope, state)"
        " VALUES ($1, $2, $3, $4, $5, $6, 'waiting')",
        honest.branch_id,
        honest.command_id,
        honest.manager_id,
        honest.author,
        honest.key,
        encode(forged),
    )
    async with engine_on(demo_central) as engine:
        await answer_all(engine)
    assert await ask(demo_central, "SELECT outcome, code FROM command_answer") == [
        ("refused", "COMMAND_FORGED")
    ]
    assert await ask(demo_central, "SELECT 1 FROM contact WHERE contact_id = 'K1'") == []
