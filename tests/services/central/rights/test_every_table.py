"""Raw SQL as each kind of person against every table, view, function and sequence there is."""

from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager

import asyncpg
import pytest

from services.central.connection import driver_url
from services.central.embedded import EmbeddedServer
from tests.services.central.rights.planted import (
    PLACES,
    label_column,
    labels,
    plant,
    planting,
    tables,
)
from tests.services.central.rights.stated import (
    ABOVE,
    ALWAYS_SEEN,
    APP,
    CALLS,
    COLLEAGUE,
    EVERYBODYS,
    FILES,
    FIRM_TO_PROCESSES,
    NIGHT,
    OWN,
    SEEN,
    STRANGER,
    SYNC,
    VIEWS,
    WORK,
    WRITES,
)
from tests.support.postgres import ask

PEOPLE = {
    "manager": ("M001", "B001"),
    "branch_manager": ("BM01", "B001"),
    "adviser": ("HQ01", "HQ"),
    "call_centre": ("CC01", "HQ"),
    "compliance": ("CO01", "HQ"),
    "hub": ("", ""),
    "worker": ("", ""),
    "night": ("night", "*"),
    "king": ("M001", "B001"),
    "": ("", ""),
}


@pytest.fixture
async def base(empty_central: str) -> AsyncIterator["asyncpg.Connection[asyncpg.Record]"]:
    """A database with planted rows."""
    base = await asyncpg.connect(driver_url(empty_central))
    try:
        await plant(base)
        yield base
    finally:
        await base.close()


@asynccontextmanager
async def acting(
    base: "asyncpg.Connection[asyncpg.Record]", role: str, database_role: str = APP
) -> AsyncIterator[None]:
    """A transaction in the name of a person; nothing of it stays."""
    person, branch = PEOPLE[role]
    transaction = base.transaction()
    await transaction.start()
    try:
        await base.execute(f"SET LOCAL ROLE {database_role}")
        for name, value in (("role", role), ("manager_id", person), ("branch_id", branch)):
            await base.execute("SELECT set_config($1, $2, true)", f"app.{name}", value)
        yield
    finally:
        await transaction.rollback()


@contextmanager
def refused() -> Iterator[None]:
    with pytest.raises(asyncpg.InsufficientPrivilegeError):
        yield


async def is_refused(base: "asyncpg.Connection[asyncpg.Record]", statement: str) -> bool:
    """Whether the statement lacks the right; what else it says does not count as one."""
    point = base.transaction()
    await point.start()
    try:
        await base.execute(statement)
    except asyncpg.InsufficientPrivilegeError:
        return True
    except asyncpg.PostgresError:
        return False
    finally:
        await point.rollback()
    return False


async def seen_by(
    base: "asyncpg.Connection[asyncpg.Record]", role: str, database_role: str = APP
) -> dict[str, frozenset[str]]:
    """Whose planted rows of each table such a person reads."""
    keys = {table: await label_column(base, table) for table in await tables(base)}
    found = {}
    async with acting(base, role, database_role):
        for table, key in keys.items():
            query = f'SELECT DISTINCT "{key}" AS label FROM "{table}"'
            if await is_refused(base, query):
                found[table] = frozenset[str]()
            else:
                found[table] = labels([row["label"] for row in await base.fetch(query)])
    return found


def stated(role: str) -> dict[str, frozenset[str]]:
    """What the statement says of a role."""
    told = {table: seen[role] for table, seen in SEEN.items()}
    if role in ("hub", "worker"):
        told |= dict.fromkeys(FIRM_TO_PROCESSES, EVERYBODYS)
    return told | dict.fromkeys(ALWAYS_SEEN, EVERYBODYS)


async def test_every_table_is_stated(base: "asyncpg.Connection[asyncpg.Record]") -> None:
    assert set(await tables(base)) == set(SEEN)


async def test_every_table_holds_a_row_of_each(base: "asyncpg.Connection[asyncpg.Record]") -> None:
    for table in set(await tables(base)) - {"central_identity"}:  # it has one row a branch
        assert await base.fetchval(f'SELECT count(*) FROM "{table}"') >= len(PLACES), table


@pytest.mark.parametrize("role", PEOPLE)
async def test_each_person_reads_what_is_stated(
    base: "asyncpg.Connection[asyncpg.Record]", role: str
) -> None:
    assert await seen_by(base, role) == stated(role)


@pytest.mark.parametrize("database_role", [SYNC, WORK, FILES])
async def test_hub_and_worker_read_no_more_for_a_manager_than_he_does(
    base: "asyncpg.Connection[asyncpg.Record]", database_role: str
) -> None:
    parts = {"import_part": frozenset({OWN})} if database_role == FILES else {}
    assert await seen_by(base, "manager", database_role) == stated("manager") | parts


@pytest.mark.parametrize("database_role", WRITES)
async def test_each_role_writes_what_is_stated(
    base: "asyncpg.Connection[asyncpg.Record]", database_role: str
) -> None:
    found: dict[str, set[str]] = {}
    for table in await tables(base):
        rights = await base.fetchrow(
            "SELECT has_table_privilege($1, $2, 'INSERT') AS \"INSERT\","
            " has_any_column_privilege($1, $2, 'INSERT')"
            " AND NOT has_table_privilege($1, $2, 'INSERT') AS \"INSERT of columns\","
            " has_table_privilege($1, $2, 'UPDATE') AS \"UPDATE\","
            " has_any_column_privilege($1, $2, 'UPDATE')"
            " AND NOT has_table_privilege($1, $2, 'UPDATE') AS \"UPDATE of columns\","
            " has_table_privilege($1, $2, 'DELETE') AS \"DELETE\","
            " has_table_privilege($1, $2, 'TRUNCATE') AS \"TRUNCATE\","
            " has_table_privilege($1, $2, 'TRIGGER') AS \"TRIGGER\","
            " has_table_privilege($1, $2, 'REFERENCES')"
            " OR has_any_column_privilege($1, $2, 'REFERENCES') AS \"REFERENCES\"",
            database_role,
            f'"{table}"',
        )
        assert rights is not None
        if held := {name for name, has in rights.items() if has}:
            found[table] = held
    wanted: dict[str, set[str]] = {}
    for one in (database_role, *ABOVE.get(database_role, ())):
        for table, may in WRITES[one].items():
            wanted[table] = wanted.get(table, set()) | may
    for may in wanted.values():
        may -= {"UPDATE of columns"} if "UPDATE" in may else set()
    assert found == wanted


@pytest.mark.parametrize("role", PEOPLE)
async def test_nobody_writes_in_the_name_of_a_person(
    base: "asyncpg.Connection[asyncpg.Record]", role: str
) -> None:
    """Tried, not only asked of the catalogue: his own rows are out of reach as well."""
    may = []
    for table in await tables(base):
        adding = (await planting(base, table, OWN, *PLACES[OWN])).replace(f"'{OWN}'", "'forged'")
        async with acting(base, role):
            tried = (
                adding,
                f'UPDATE "{table}" SET branch_id = branch_id',
                f'DELETE FROM "{table}"',
                f'TRUNCATE "{table}"',
                f"COPY \"{table}\" FROM PROGRAM 'true'",
                f'CREATE TRIGGER t AFTER INSERT ON "{table}" EXECUTE FUNCTION wake_workers()',
                f'ALTER TABLE "{table}" DISABLE ROW LEVEL SECURITY',
                f'CREATE POLICY p ON "{table}" USING (true)',
            )
            may += [(table, one) for one in tried if not await is_refused(base, one)]
    inbox = [one for table, one in may if table == "inbox"]
    assert [one for table, one in may if table != "inbox"] == []
    assert len(inbox) == (1 if role == "manager" else 0)


async def test_a_command_in_hand_touches_rows_of_its_author_only(
    base: "asyncpg.Connection[asyncpg.Record]",
) -> None:
    """Also where the handler would ask for another's: policies hold, not the code alone."""
    for table, rights in WRITES[WORK].items():
        key = await label_column(base, table)
        for label in (COLLEAGUE, STRANGER):
            adding = await planting(base, table, label, *PLACES[label])
            adding = adding.replace(f"'{label}'", "'forged'")
            async with acting(base, "manager", WORK):
                assert await is_refused(base, adding), f"{table} of {label}"
        if rights & {"UPDATE", "UPDATE of columns"}:
            column = await base.fetchval(
                "SELECT attname FROM pg_attribute WHERE attrelid = $1::regclass AND attnum > 0"
                " AND has_column_privilege($2, attrelid, attnum, 'UPDATE')"
                " AND attgenerated = '' AND attidentity = '' ORDER BY attname = 'version' DESC",
                f'"{table}"',
                WORK,
            )
            async with acting(base, "manager", WORK):
                changed = await base.fetch(
                    f'UPDATE "{table}" SET "{column}" = "{column}" WHERE "{key}" <> ALL ($1)'
                    f' RETURNING "{key}"',
                    [OWN, PLACES[OWN][1]],
                )
            assert changed == [], table


async def test_every_view_is_stated(base: "asyncpg.Connection[asyncpg.Record]") -> None:
    found = await base.fetch(
        "SELECT relname FROM pg_class WHERE relkind IN ('v', 'm')"
        " AND relnamespace = 'public'::regnamespace"
    )
    assert {row["relname"] for row in found} == set(VIEWS)


@pytest.mark.parametrize("role", PEOPLE)
async def test_views_show_no_more_than_the_tables(
    base: "asyncpg.Connection[asyncpg.Record]", role: str
) -> None:
    await base.execute("SET session_replication_role = replica")
    await base.execute("UPDATE client SET points_milli = 7")  # unequal, all of them
    await base.execute("SET session_replication_role = DEFAULT")
    async with acting(base, role):
        for view, (key, table) in VIEWS.items():
            rows = await base.fetch(f"SELECT {key} AS label FROM {view}")
            assert labels([row["label"] for row in rows]) == SEEN[table][role], view


@pytest.mark.parametrize("database_role", CALLS)
async def test_functions_are_for_whom_they_are_stated(
    base: "asyncpg.Connection[asyncpg.Record]", database_role: str
) -> None:
    found = await base.fetch(
        "SELECT proname FROM pg_proc WHERE pronamespace = 'public'::regnamespace"
        " AND has_function_privilege($1, oid, 'EXECUTE')",
        database_role,
    )
    wanted = CALLS[database_role].union(*(CALLS[one] for one in ABOVE.get(database_role, ())))
    assert {row["proname"] for row in found} == wanted


async def test_what_runs_with_the_owners_rights_looks_nowhere_else(
    base: "asyncpg.Connection[asyncpg.Record]",
) -> None:
    found = await base.fetch(
        "SELECT proname FROM pg_proc WHERE pronamespace = 'public'::regnamespace AND prosecdef"
        " AND NOT coalesce(proconfig, '{}') @> '{\"search_path=pg_catalog, public, pg_temp\"}'"
    )
    assert [row["proname"] for row in found] == []


FEEDS = {
    "log_client": "client",
    "keep_balance": "points_entry",
    "chain_audit": "audit_entry",
    "keep_steps": "approval",
}


@pytest.mark.parametrize("function", FEEDS)
async def test_nobody_feeds_a_trigger_function_from_a_table_of_his_own(
    base: "asyncpg.Connection[asyncpg.Record]", function: str
) -> None:
    """Else anybody could write another's balance, change log or audit chain."""
    async with acting(base, "manager"):
        await base.execute("CREATE TEMP TABLE bait (branch_id text, client_id text, version int)")
        with refused():
            await base.execute(
                "CREATE TRIGGER hook AFTER INSERT ON bait REFERENCING NEW TABLE AS new_entries"
                f" FOR EACH STATEMENT EXECUTE FUNCTION {function}()"
            )


@pytest.mark.parametrize("database_role", WRITES)
async def test_sequences_tell_nothing(
    base: "asyncpg.Connection[asyncpg.Record]", database_role: str
) -> None:
    found = await base.fetch(
        "SELECT relname FROM pg_class WHERE relnamespace = 'public'::regnamespace AND CASE relkind"
        " WHEN 'S' THEN has_sequence_privilege($1, oid, 'SELECT, USAGE, UPDATE') END",
        database_role,
    )
    assert [row["relname"] for row in found] == []


async def test_nobody_learns_by_a_function_what_anothers_client_holds(
    base: "asyncpg.Connection[asyncpg.Record]",
) -> None:
    query = "SELECT app_advises('B002', 'served')"
    async with acting(base, "manager"):
        assert await base.fetchval(query) is False
    async with acting(base, "adviser"):
        assert await base.fetchval(query) is True


async def test_statistics_and_other_sessions_tell_nothing(
    base: "asyncpg.Connection[asyncpg.Record]", empty_central: str
) -> None:
    await base.execute("ANALYZE")
    other = await asyncpg.connect(driver_url(empty_central))
    try:
        await other.execute("SELECT 'a secret of another session'")
        async with acting(base, "manager"):
            query = "SELECT attname FROM pg_stats WHERE tablename = 'client'"
            assert await base.fetch(query) == []
            assert await is_refused(base, "SELECT starelid FROM pg_statistic")
            query = "SELECT 1 FROM pg_stat_activity WHERE query LIKE '%a secret of%' AND pid <> $1"
            assert await base.fetch(query, base.get_server_pid()) == []
    finally:
        await other.close()


async def test_errors_of_ones_own_expressions_tell_nothing(
    base: "asyncpg.Connection[asyncpg.Record]",
) -> None:
    """A function that fails loudly is not asked about rows that policies hide."""
    async with acting(base, "manager"):
        rows = await base.fetch(
            "SELECT client_id FROM client WHERE (client_id || '-not a number')::text <> ''"
            " AND CASE client_id WHEN 'own' THEN true ELSE client_id::int = 1 END"
        )
        assert [row["client_id"] for row in rows] == [OWN]
        masked = await base.fetch(
            "SELECT client_id FROM client_masked"
            " WHERE CASE client_id WHEN 'own' THEN true ELSE client_id::int = 1 END"
        )
        assert [row["client_id"] for row in masked] == [OWN]


async def test_copy_takes_out_what_may_be_read_and_no_more(
    base: "asyncpg.Connection[asyncpg.Record]",
) -> None:
    taken: list[bytes] = []

    async def take(part: bytes) -> None:
        taken.append(part)

    async with acting(base, "manager"):
        await base.copy_from_query("SELECT client_id FROM client", output=take)
        with refused():
            await base.copy_from_table("client", output=take)  # personal columns are in it
    assert b"".join(taken).split() == [OWN.encode()]


async def test_a_login_of_one_role_cannot_become_another(
    postgres_server: EmbeddedServer, base: "asyncpg.Connection[asyncpg.Record]"
) -> None:
    """A firm gives the hub, the worker and a report each a login of its own."""
    await base.execute("CREATE ROLE only_reads LOGIN; GRANT workstation_app TO only_reads")
    try:
        await base.execute("SET SESSION AUTHORIZATION only_reads")
        for role in (WORK, SYNC, NIGHT, FILES):
            with refused():
                await base.execute(f"SET ROLE {role}")
        with refused():
            await base.execute("SET session_replication_role = replica")
    finally:
        await base.execute("RESET SESSION AUTHORIZATION")
        await base.execute("DROP ROLE only_reads")


async def test_the_worker_role_can_neither_log_in_nor_bypass(empty_central: str) -> None:
    query = "SELECT rolcanlogin, rolsuper, rolbypassrls FROM pg_roles WHERE rolname = $1"
    assert await ask(empty_central, query, WORK) == [(False, False, False)]
