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
from tests.support.postgres import ask, engine_on, make_as_then

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


_OF_R0025 = (
    "INSERT INTO staff VALUES ('B001', 'M001', '*', '', 'manager'), ('B001', 'M002', '*', '',"
    " 'manager')",
    "INSERT INTO client (branch_id, client_id, manager_id, opened_on)"
    " VALUES ('B001', 'C1', 'M002', '2015-02-01')",
    "INSERT INTO client_hand_over (branch_id, approval_id, client_id, manager_id, from_manager)"
    " VALUES ('B001', 'A1', 'C1', 'M002', 'M001')",
    "INSERT INTO unmasking (branch_id, unmasking_id, client_id) VALUES ('B001', 'U1', 'C1')",
    "INSERT INTO campaign (branch_id, campaign_id, manager_id, state, capacity)"
    " VALUES ('B001', 'K1', 'branch:B001', 'draft', 9)",
    "UPDATE campaign SET state = 'in_review'",
    "UPDATE campaign SET state = 'approved'",
    "INSERT INTO campaign_invitation (branch_id, campaign_id, client_id, manager_id, state)"
    " VALUES ('B001', 'K1', 'C1', 'M002', 'invited')",
    "INSERT INTO commission_entry (branch_id, entry_id, client_id, credited_to)"
    " VALUES ('B001', 'E1', 'C1', 'M001'), ('B001', 'E2', 'C1', '')",
)


async def test_a_database_of_the_first_release_migrates_with_its_data(bare_central: str) -> None:
    await make_as_then(bare_central, "r0025")
    for statement in _OF_R0025:
        await ask(bare_central, statement)
    logged = await ask(bare_central, "SELECT count(*) FROM change_log")
    async with engine_on(bare_central) as engine:
        await migrate(engine)
        assert await revision_of(engine) == newest_revision()
    for table in ("client_manager", "client_hand_over", "unmasking", "campaign_invitation"):
        query = f"SELECT branch_id, client_branch, client_id FROM {table}"
        assert await ask(bare_central, query) == [("B001", "B001", "C1")], table
    assert await ask(bare_central, "SELECT from_branch, from_manager FROM client_hand_over") == [
        ("B001", "M001")
    ]
    credited = "SELECT entry_id, credited_branch, credited_to FROM commission_entry ORDER BY 1"
    assert await ask(bare_central, credited) == [("E1", "B001", "M001"), ("E2", "", "")]
    assert await ask(bare_central, "SELECT count(*) FROM change_log") == logged


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
