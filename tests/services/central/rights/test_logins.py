"""A person's own login at the database: no statement makes him somebody else."""

import asyncio
from collections.abc import AsyncIterator
from datetime import datetime

import asyncpg
import pytest
from sqlalchemy.engine import make_url

from models.dates import BEIJING
from models.errors import ExpectedFailure
from services.central.privacy.logins import Login, close_login, open_login
from tests.support.postgres import MANAGER_CLIENTS, ask, engine_on

NOW = datetime(2023, 2, 1, 10, tzinfo=BEIJING)
BRANCH = "B001"


@pytest.fixture
async def login(demo_central: str) -> AsyncIterator[Login]:
    async with engine_on(demo_central) as engine:
        opened = await open_login(engine, demo_central, "", "M001", NOW)
        yield opened
        await close_login(engine, BRANCH, "M001")


@pytest.fixture
async def session(login: Login) -> AsyncIterator["asyncpg.Connection[asyncpg.Record]"]:
    connection = await asyncpg.connect(login.url)
    yield connection
    await connection.close()


async def seen(session: "asyncpg.Connection[asyncpg.Record]", table: str) -> set[object]:
    rows = await session.fetch(f"SELECT DISTINCT manager_id FROM {table}")
    return {row["manager_id"] for row in rows}


async def test_a_manager_sees_his_clients_without_any_setting(
    session: "asyncpg.Connection[asyncpg.Record]",
) -> None:
    assert await session.fetchval("SELECT count(*) FROM client_masked") == MANAGER_CLIENTS
    for table in ("client_masked", "holding", "account", "points_entry", "subscription"):
        assert await seen(session, table) == {"M001"}, table


@pytest.mark.parametrize(
    ("role", "person"),
    [
        ("manager", "M002"),
        ("branch_manager", "BM01"),
        ("compliance", "CO01"),
        ("call_centre", "CC01"),
        ("worker", ""),
        ("hub", ""),
        ("night", "night"),
    ],
)
async def test_he_cannot_say_that_he_is_somebody_else(
    session: "asyncpg.Connection[asyncpg.Record]", role: str, person: str
) -> None:
    for name, value in (
        ("app.role", role),
        ("app.manager_id", person),
        ("app.branch_id", BRANCH),
    ):
        await session.execute("SELECT set_config($1, $2, false)", name, value)
    await session.execute("SET ROLE workstation_app")
    assert await seen(session, "client_masked") == {"M001"}
    assert await seen(session, "holding") == {"M001"}
    assert await session.fetchval("SELECT count(*) FROM audit_entry") == 0
    assert await session.fetchval("SELECT count(*) FROM inbox") == 0


@pytest.mark.parametrize(
    "role",
    [
        "workstation_sync",
        "workstation_work",
        "workstation_night",
        "workstation_service",
        "postgres",
    ],
)
async def test_he_cannot_put_on_another_role(
    session: "asyncpg.Connection[asyncpg.Record]", role: str
) -> None:
    with pytest.raises(asyncpg.InsufficientPrivilegeError):
        await session.execute(f"SET ROLE {role}")
    with pytest.raises(asyncpg.InsufficientPrivilegeError):
        await session.execute(f"SET SESSION AUTHORIZATION {role}")


@pytest.mark.parametrize(
    "query",
    [
        "SELECT mobile FROM client",
        "SELECT row FROM change_log",
        "SELECT login FROM staff_login",
        "SELECT count(*) FROM staff_credential",
        "INSERT INTO points_entry (branch_id, entry_id, manager_id, client_id, points_milli)"
        " VALUES ('B001', 'X', 'M001', 'C000001', 1000000)",
        "INSERT INTO commission_entry (branch_id, entry_id, manager_id, client_id, amount_cents)"
        " VALUES ('B001', 'X', 'M001', 'C000001', 1000000)",
        "CREATE TEMP TABLE bait (branch_id text, client_id text, points_milli bigint);"
        " CREATE TRIGGER hook AFTER INSERT ON bait REFERENCING NEW TABLE AS new_entries"
        " FOR EACH STATEMENT EXECUTE FUNCTION keep_balance();"
        " INSERT INTO bait VALUES ('B001', 'C000001', 1000000)",
        "SELECT open_login('B001', 'M002', 'secret', '')",
        "SELECT close_login('B001', 'M001')",
        "UPDATE staff SET role = 'branch_manager' WHERE staff_id = 'M001'",
        "CREATE TABLE public.mine (at int)",
        "SELECT pg_advisory_lock(20230217)",
        "SELECT pg_try_advisory_xact_lock_shared(20230202)",
        "COPY client TO STDOUT",
    ],
)
async def test_what_is_not_his_is_refused(
    session: "asyncpg.Connection[asyncpg.Record]", query: str
) -> None:
    with pytest.raises(asyncpg.InsufficientPrivilegeError):
        await session.execute(query)


async def test_what_he_looks_at_in_clear_is_written_down_under_his_name(
    session: "asyncpg.Connection[asyncpg.Record]", demo_central: str
) -> None:
    own = await session.fetchval("SELECT min(client_id) FROM client_masked")
    asking = "SELECT ask_unmask('B001', $1, 'mobile', '核对', '2023-02-01T10:00:00.000+08:00')"
    asked = await session.fetchval(asking, own)
    assert "*" not in await session.fetchval("SELECT reveal('B001', $1)", asked)
    query = "SELECT author, subject FROM audit_entry WHERE action = 'unmask'"
    assert await ask(demo_central, query) == [("M001", own)]
    with pytest.raises(asyncpg.InsufficientPrivilegeError, match="CLIENT_NOT_FOUND"):
        await session.fetchval(asking, f"C{MANAGER_CLIENTS + 1:06d}")


async def test_a_changed_post_counts_from_the_next_statement(
    session: "asyncpg.Connection[asyncpg.Record]", demo_central: str
) -> None:
    await ask(demo_central, "UPDATE staff SET role = 'branch_manager' WHERE staff_id = 'M001'")
    assert await seen(session, "client_masked") == {"M001", "M002", "M003"}


async def test_a_login_of_nobody_sees_nothing(demo_central: str) -> None:
    stranger = make_url(demo_central).set(username="ws_test_stranger")
    await ask(demo_central, "CREATE ROLE ws_test_stranger LOGIN IN ROLE workstation_app")
    try:
        connection = await asyncpg.connect(stranger.render_as_string(hide_password=False))
        await connection.execute("SELECT set_config('app.manager_id', 'M001', false)")
        await connection.execute("SELECT set_config('app.role', 'manager', false)")
        await connection.execute("SELECT set_config('app.branch_id', 'B001', false)")
        assert await connection.fetchval("SELECT count(*) FROM client_masked") == 0
        await connection.close()
    finally:
        await ask(demo_central, "DROP ROLE ws_test_stranger")


async def test_closing_ends_the_open_session(login: Login, demo_central: str) -> None:
    connection = await asyncpg.connect(login.url)
    ended = asyncio.Event()
    connection.add_termination_listener(lambda _: ended.set())
    async with engine_on(demo_central) as engine:
        assert await close_login(engine, "", "M001")
        assert not await close_login(engine, "", "M001")
    async with asyncio.timeout(10):
        await ended.wait()
    with pytest.raises(asyncpg.InvalidAuthorizationSpecificationError):
        await asyncpg.connect(login.url)


@pytest.mark.parametrize(("branch", "staff"), [("", "M999"), ("B002", "M001")])
async def test_whose_login_must_be_clear(demo_central: str, branch: str, staff: str) -> None:
    async with engine_on(demo_central) as engine:
        with pytest.raises(ExpectedFailure) as failure:
            await open_login(engine, demo_central, branch, staff, NOW)
    assert failure.value.code == "STAFF_NOT_FOUND"


async def test_a_staff_number_is_one_persons_in_the_whole_firm(demo_central: str) -> None:
    """Else who made or decided something could be one of two."""
    with pytest.raises(asyncpg.UniqueViolationError, match="by_id_staff"):
        await ask(
            demo_central,
            "INSERT INTO staff (branch_id, staff_id, manager_id) VALUES ('B002', 'M001', '*')",
        )
