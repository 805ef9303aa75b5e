"""What acts in central stands once and is the same, however a database came to this program."""

import asyncio
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import text

from models.errors import ExpectedFailure
from services.central.migrations.revisions import CODE, RENEWED
from services.central.migrations.runner import migrate, require_current, revision_of
from tests.support.postgres import OLD_REVISIONS, ask, engine_on, make_as_then

SCHEMA = Path("resources/schema")
CATALOGUE = {
    "columns": "SELECT c.relname, a.attname, format_type(a.atttypid, a.atttypmod), a.attnotnull,"
    " a.attidentity, pg_get_expr(d.adbin, d.adrelid), a.attacl::text FROM pg_attribute a"
    " JOIN pg_class c ON c.oid = a.attrelid LEFT JOIN pg_attrdef d ON d.adrelid = a.attrelid"
    " AND d.adnum = a.attnum WHERE c.relnamespace = 'public'::regnamespace"
    " AND c.relkind IN ('r', 'v') AND a.attnum > 0 AND NOT a.attisdropped",
    "relations": "SELECT relname, relkind, relrowsecurity, reloptions::text, relacl::text"
    " FROM pg_class WHERE relnamespace = 'public'::regnamespace AND relkind IN ('r', 'v', 'S')",
    "views": "SELECT viewname, definition FROM pg_views WHERE schemaname = 'public'",
    "constraints": "SELECT conrelid::regclass::text, conname, pg_get_constraintdef(oid)"
    " FROM pg_constraint WHERE connamespace = 'public'::regnamespace",
    "indexes": "SELECT indexdef FROM pg_indexes WHERE schemaname = 'public'",
    "triggers": "SELECT pg_get_triggerdef(t.oid), tgenabled FROM pg_trigger t JOIN pg_class c"
    " ON c.oid = t.tgrelid WHERE NOT tgisinternal AND relnamespace = 'public'::regnamespace",
    "functions": "SELECT pg_get_functiondef(oid), proacl::text FROM pg_proc"
    " WHERE pronamespace = 'public'::regnamespace",
    "policies": "SELECT tablename, policyname, permissive, roles::text, cmd, qual, with_check"
    " FROM pg_policies WHERE schemaname = 'public'",
    "first rows": "SELECT 'life_step', l::text FROM life_step l UNION ALL SELECT 'field_rule',"
    " f::text FROM field_rule f UNION ALL SELECT 'import_rule', i::text FROM import_rule i",
}
_FUNCTION = "SELECT oid FROM pg_proc WHERE proname = 'is_approved'"

Catalogue = dict[str, list[str]]


async def catalogue_of(url: str) -> Catalogue:
    return {name: sorted(map(repr, await ask(url, query))) for name, query in CATALOGUE.items()}


@pytest.mark.parametrize("revision", OLD_REVISIONS)
async def test_a_database_of_before_becomes_what_a_new_one_is(
    bare_central: str, empty_central: str, revision: str
) -> None:
    await make_as_then(bare_central, revision)
    assert await catalogue_of(bare_central) != await catalogue_of(empty_central)
    async with engine_on(bare_central) as engine:
        await migrate(engine)
        await require_current(engine)
    assert await catalogue_of(bare_central) == await catalogue_of(empty_central)


async def test_twice_is_once(empty_central: str) -> None:
    function = await ask(empty_central, _FUNCTION)
    async with engine_on(empty_central) as engine:
        await migrate(engine)
    assert await ask(empty_central, _FUNCTION) == function


async def test_two_who_migrate_at_once_wait_for_each_other(bare_central: str) -> None:
    await make_as_then(bare_central, OLD_REVISIONS[0])
    async with engine_on(bare_central) as one, engine_on(bare_central) as other:
        await asyncio.gather(migrate(one), migrate(other))
        await require_current(one)
    assert len(await ask(bare_central, "SELECT FROM alembic_version")) == 1


async def test_code_that_is_not_this_programs_is_told_and_made_anew(empty_central: str) -> None:
    made = await catalogue_of(empty_central)
    for statement in (
        "COMMENT ON TABLE alembic_version IS 'code of a program before'",
        "CREATE FUNCTION of_before() RETURNS text LANGUAGE sql AS $$ SELECT '' $$",
        "CREATE VIEW shown_before AS SELECT mobile FROM client",
        "CREATE POLICY before ON client TO workstation_app USING (true)",
        "DROP POLICY person_reads ON client",
        "DROP TRIGGER log_update ON client",
        "GRANT SELECT ON staff_credential TO workstation_app",
        "GRANT SELECT (mobile) ON client TO workstation_night",
    ):
        await ask(empty_central, statement)
    async with engine_on(empty_central) as engine:
        with pytest.raises(ExpectedFailure) as failure:
            await require_current(engine)
        assert failure.value.code == "CENTRAL_NOT_READY"
        await migrate(engine)
        await require_current(engine)
    assert await catalogue_of(empty_central) == made


async def test_what_fails_on_the_way_changes_nothing(bare_central: str) -> None:
    """A command of endless name was laid in before names had an end."""
    await make_as_then(bare_central, "r0025")
    await ask(
        bare_central,
        "INSERT INTO inbox (branch_id, command_id, envelope) VALUES ('B', repeat('x', 201), '')",
    )
    before = await catalogue_of(bare_central)
    async with engine_on(bare_central) as engine:
        with pytest.raises(Exception, match="ck_inbox_size"):
            await migrate(engine)
        assert await revision_of(engine) == "r0025"
    assert await catalogue_of(bare_central) == before


async def test_what_a_firm_has_made_upon_it_is_told_and_left(empty_central: str) -> None:
    await ask(empty_central, "CREATE SCHEMA reports")
    await ask(empty_central, "CREATE VIEW reports.tiers AS SELECT tier FROM client_masked")
    await ask(empty_central, "COMMENT ON TABLE alembic_version IS NULL")
    async with engine_on(empty_central) as engine:
        with pytest.raises(ExpectedFailure) as failure:
            await migrate(engine)
    assert failure.value.code == "CENTRAL_LEANED_ON"
    assert "reports.tiers" in failure.value.advice
    assert await ask(empty_central, "SELECT FROM reports.tiers") == []


async def test_a_schema_in_use_is_left_as_it_is(empty_central: str) -> None:
    await ask(empty_central, "COMMENT ON TABLE alembic_version IS NULL")
    async with engine_on(empty_central) as engine, engine_on(empty_central) as other:
        async with other.connect() as reader:
            await reader.execute(text("SELECT FROM client"))
            with pytest.raises(ExpectedFailure) as failure:
                await migrate(engine, patience_ms=100)
        assert failure.value.code == "CENTRAL_IN_USE"
        await migrate(engine)
        await require_current(engine)


async def test_no_table_depends_on_a_function_of_ours(empty_central: str) -> None:
    depends = (
        "SELECT d.classid::regclass::text, p.proname FROM pg_depend d JOIN pg_proc p"
        " ON p.oid = d.refobjid AND d.refclassid = 'pg_proc'::regclass"
        " WHERE p.pronamespace = 'public'::regnamespace AND d.classid::regclass::text"
        " NOT IN ('pg_trigger', 'pg_policy', 'pg_rewrite', 'pg_proc')"
    )
    assert await ask(empty_central, depends) == []


def scripts(folder: str) -> Iterator[tuple[str, str]]:
    for file in sorted((SCHEMA / folder).rglob("*.sql")):
        yield str(file.relative_to(SCHEMA)), re.sub(r"--.*", "", file.read_text("utf-8"))


def test_every_script_of_code_is_run() -> None:
    assert {name for name, _ in scripts("code")} == {*CODE, RENEWED}


def test_code_says_each_thing_once() -> None:
    mended = re.compile(
        r"CREATE OR REPLACE|ALTER POLICY|DROP |REVOKE \w+ (\(.*?\) )?ON \w+ FROM work"
    )
    assert [name for name, script in scripts("code") if mended.search(script)] == []
    made = re.compile(r"CREATE (?:FUNCTION|VIEW|PROCEDURE) (\w+)|CREATE POLICY (\w+ ON \w+)")
    said = [found for _, script in scripts("code") for found in made.findall(script)]
    assert len(said) == len(set(said))


def test_tables_hold_nothing_that_acts() -> None:
    acting = re.compile(r"CREATE (FUNCTION|VIEW|PROCEDURE|TRIGGER|POLICY)|GRANT |REVOKE ")
    assert [name for name, script in scripts("tables") if acting.search(script)] == []
