"""The migrated schema is the one the program's tables describe."""

from importlib.resources import files

import asyncpg
import pytest
from alembic.autogenerate import produce_migrations
from alembic.runtime.migration import MigrationContext
from sqlalchemy import Connection

from models.errors import ExpectedFailure
from models.tables.central import CENTRAL
from models.tables.firm import FIRM, SYNCED
from models.tables.nights import NIGHTS
from services.central.connection import driver_url
from services.central.embedded import EmbeddedServer
from services.central.migrations import runner
from services.central.migrations.revisions import REVISIONS
from services.central.migrations.runner import migrate, newest_revision, revision_of
from tests.support.postgres import ask, engine_on

_CENTRAL_INDEXES = "by_"  # made in SQL, central's own
_KEYS = {"add_fk", "remove_fk"}  # central has more of them, and stricter: test_keys


def differences(connection: Connection) -> list[object]:
    context = MigrationContext.configure(connection, opts={"compare_type": True})
    found = produce_migrations(context, [FIRM, CENTRAL, NIGHTS]).upgrade_ops  # type: ignore[arg-type]
    assert found is not None
    return [
        difference
        for difference in found.as_diffs()
        if difference[0] not in _KEYS
        and not (
            difference[0] == "remove_index" and difference[1].name.startswith(_CENTRAL_INDEXES)
        )
    ]


async def test_migrating_builds_exactly_the_tables_of_the_program(empty_central: str) -> None:
    async with engine_on(empty_central) as engine:
        assert await revision_of(engine) == newest_revision()
        async with engine.connect() as connection:
            assert await connection.run_sync(differences) == []


async def test_migrating_again_changes_nothing(empty_central: str) -> None:
    async with engine_on(empty_central) as engine:
        await migrate(engine)
        assert await revision_of(engine) == newest_revision()


async def test_revisions_form_one_line() -> None:
    assert [module.down_revision for module in REVISIONS] == [
        None,
        *(module.revision for module in REVISIONS[:-1]),
    ]


async def test_every_synced_table_is_logged(empty_central: str) -> None:
    query = "SELECT tgrelid::regclass::text FROM pg_trigger WHERE tgname = 'log_update'"
    logged = {name for (name,) in await ask(empty_central, query)}
    assert logged == {table.name for table in SYNCED}


async def test_branch_leads_every_key(empty_central: str) -> None:
    query = (
        "SELECT i.indrelid::regclass::text FROM pg_index i JOIN pg_attribute a"
        " ON a.attrelid = i.indrelid AND a.attnum = i.indkey[0]"
        " JOIN pg_class c ON c.oid = i.indrelid WHERE i.indisprimary AND a.attname <> 'branch_id'"
        " AND c.relnamespace = 'public'::regnamespace AND c.relname <> 'alembic_version'"
    )
    assert await ask(empty_central, query) == []


async def test_a_newer_schema_is_left_alone(empty_central: str) -> None:
    await ask(empty_central, "UPDATE alembic_version SET version_num = 'r9999'")
    async with engine_on(empty_central) as engine:
        with pytest.raises(ExpectedFailure) as failure:
            await migrate(engine)
    assert failure.value.code == "CENTRAL_NEWER"


async def test_settings_that_are_there_are_told_to_desks_that_follow_already(
    postgres_server: EmbeddedServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A desk may be newer than central: its cursor stands where the settings were not yet told."""
    await ask(postgres_server.url, "CREATE DATABASE before_grounds")
    url = postgres_server.url_of("before_grounds")
    async with engine_on(url) as engine:
        with monkeypatch.context() as earlier:
            older = tuple(one for one in REVISIONS if one.revision < "r0011")
            earlier.setattr(runner, "REVISIONS", older)
            await migrate(engine)
        for statement in _BEFORE_GROUNDS:
            await ask(url, statement)
        await migrate(engine)
    logged = "SELECT stream, number, table_name, row ->> 'value' FROM change_log ORDER BY 1, 2"
    assert [row for row in await ask(url, logged) if row[2] != "staff"] == [
        ("*", 1, "firm_setting", '{"per_yuan": "1"}'),
        ("M001", 1, "staff_certificate", None),
    ]
    await ask(postgres_server.url, "DROP DATABASE before_grounds WITH (FORCE)")


_STAFF = "INSERT INTO staff (branch_id, staff_id, role) VALUES ('B001', 'M001', 'manager')"
_BEFORE_GROUNDS = (
    _STAFF,
    "INSERT INTO firm_setting (branch_id, name, effective_from, value)"
    """ VALUES ('*', 'points', '2020-01-01', '{"per_yuan": "1"}')""",
    "INSERT INTO staff_certificate (branch_id, staff_id, certificate, manager_id)"
    " VALUES ('B001', 'M001', 'suitability', 'M001')",
)
_OLD_FIRM = (
    _STAFF,
    "INSERT INTO client (branch_id, client_id, manager_id, opened_on, rate_units)"
    " VALUES ('B001', 'C1', 'M001', '2015-03-02', 3000),"
    " ('B001', 'C2', 'M001', '2016-01-01', 13000)",
    "INSERT INTO subscription (branch_id, subscription_id, manager_id, client_id, product, state,"
    " starts_on) VALUES ('B001', 'C2-A', 'M001', 'C2', 'A', 'active', '2022-05-05'),"
    " ('B001', 'C2-SMS1', 'M001', 'C2', 'SMS1', 'bundled', '2022-05-05')",
    "INSERT INTO points_entry (branch_id, entry_id, manager_id, client_id, points_milli)"
    " VALUES ('B001', 'E1', 'M001', 'C1', 700)",
    "UPDATE client SET points_milli = 700 WHERE client_id = 'C1'",
)


async def test_a_firm_of_the_first_release_keeps_its_rates_and_bundles(
    postgres_server: EmbeddedServer,
) -> None:
    await ask(postgres_server.url, "CREATE DATABASE first_release")
    url = postgres_server.url_of("first_release")
    connection = await asyncpg.connect(driver_url(url))
    scripts = files("resources").joinpath("schema/r0001")
    for name in ("tables", "indexes", "change_log", "audit", "security"):
        await connection.execute(scripts.joinpath(f"{name}.sql").read_text("utf-8"))
    for statement in (
        *_OLD_FIRM,
        "CREATE TABLE alembic_version (version_num TEXT)",
        "INSERT INTO alembic_version VALUES ('r0001')",
    ):
        await connection.execute(statement)
    await connection.close()
    async with engine_on(url) as engine:
        await migrate(engine)
    rates = "SELECT client_id, product, starts_on, rate_units FROM client_rate ORDER BY 1"
    assert await ask(url, rates) == [
        ("C1", "", "2015-03-02", 3_000),
        ("C2", "A", "2022-05-05", 13_000),  # his base rate is not known: it will be asked for
    ]
    assert await ask(url, "SELECT DISTINCT about FROM subscription") == [("C2-A",)]
    assert await ask(url, "SELECT * FROM points_unequal") == []
    await ask(postgres_server.url, "DROP DATABASE first_release WITH (FORCE)")
