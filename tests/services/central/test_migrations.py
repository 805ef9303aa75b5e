"""The migrated schema is the one the program's tables describe."""

import pytest
from alembic.autogenerate import produce_migrations
from alembic.runtime.migration import MigrationContext
from sqlalchemy import Connection

from models.errors import ExpectedFailure
from models.tables.central import CENTRAL
from models.tables.firm import FIRM, SYNCED
from models.tables.nights import NIGHTS
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


async def test_a_schema_of_before_the_first_release_is_left_alone(empty_central: str) -> None:
    await ask(empty_central, "UPDATE alembic_version SET version_num = 'r0007'")
    async with engine_on(empty_central) as engine:
        with pytest.raises(ExpectedFailure) as failure:
            await migrate(engine)
    assert failure.value.code == "CENTRAL_TOO_OLD"
