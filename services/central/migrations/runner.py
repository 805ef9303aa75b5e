"""Brings a database to the newest revision; needs no alembic.ini and no folder on disk."""

from collections.abc import Iterator
from pathlib import Path

from alembic.config import Config
from alembic.runtime.environment import EnvironmentContext
from alembic.runtime.migration import MigrationContext
from alembic.script import Script, ScriptDirectory
from alembic.script.revision import _GetRevArg
from sqlalchemy import Connection, text
from sqlalchemy.ext.asyncio import AsyncEngine

from models.errors import ExpectedFailure
from services.central.connection import schema_faults
from services.central.migrations.revisions import CODE, RENEWED, REVISIONS, Revision
from services.central.migrations.script import digest_of, run_script

_MIGRATION_LOCK = 20_230_201  # two programs that start at once migrate one after the other


class BundledScripts(ScriptDirectory):
    """The revisions of this program, whatever files there are beside it."""

    def __init__(self) -> None:
        super().__init__(str(Path.cwd().anchor))  # any folder that exists; it is never read

    def _load_revisions(self) -> Iterator[Script]:
        for revision in REVISIONS:
            yield Script(revision, revision.revision, revision.__name__)


async def migrate(engine: AsyncEngine, patience_ms: int = 30_000) -> None:
    """Bring tables and code to those of this program, in one transaction; what is so, stays.

    Raises ExpectedFailure CENTRAL_NEWER when a newer program has been here, CENTRAL_TOO_OLD when
    only one of before the first release has, CENTRAL_LEANED_ON when somebody else's views or
    functions rest on ours, CENTRAL_IN_USE when a table is held by others for ``patience_ms``,
    STAFF_NUMBER_TWICE.
    """
    async with engine.begin() as connection:
        await connection.run_sync(_upgrade, patience_ms)


async def revision_of(engine: AsyncEngine) -> str:
    """Return the schema's revision, "" where there is none."""
    async with engine.connect() as connection:
        return await connection.run_sync(_current) or ""


async def require_current(engine: AsyncEngine) -> None:
    """Raise ExpectedFailure CENTRAL_NOT_READY, _NEWER or _TOO_OLD unless the schema is ours."""
    async with engine.connect() as connection:
        revision = await connection.run_sync(_current) or ""
        is_ours = await connection.run_sync(_has_our_code)
    _refuse_strange(revision)
    if revision == newest_revision() and is_ours:
        return
    found = f"是「{revision or '无'}」" if revision != newest_revision() else "相同而函数与权限不同"
    raise ExpectedFailure(
        f"中心数据库的结构版本{found},需要 {newest_revision()}",
        "请由数据库所有者运行 workstation central init(空库可加 --demo)",
        "CENTRAL_NOT_READY",
    )


def newest_revision() -> str:
    """Return the revision this program was built for."""
    return BundledScripts().get_current_head() or ""


def _refuse_strange(revision: str) -> None:
    if not revision or revision in {one.revision for one in REVISIONS}:
        return
    if revision < REVISIONS[0].revision:
        raise ExpectedFailure(
            f"中心数据库的结构版本 {revision} 早于首个发布版本",
            "试用期的库不能升级:请用 workstation central init 另建新库",
            "CENTRAL_TOO_OLD",
        )
    raise ExpectedFailure(
        f"中心数据库的结构版本 {revision} 比本程序新", "请升级工作站", "CENTRAL_NEWER"
    )


def _current(connection: Connection) -> str | None:
    return MigrationContext.configure(connection).get_current_revision()


def _has_our_code(connection: Connection) -> bool:
    noted = text("SELECT obj_description(to_regclass('alembic_version'), 'pg_class')")
    return bool(connection.execute(noted).scalar_one() == _code())


def _upgrade(connection: Connection, patience_ms: int) -> None:
    connection.execute(text("SELECT pg_advisory_xact_lock(:lock)"), {"lock": _MIGRATION_LOCK})
    before = _current(connection) or ""
    _refuse_strange(before)
    if before == newest_revision() and _has_our_code(connection):
        return
    connection.execute(text(f"SET LOCAL lock_timeout = {patience_ms}"))
    with schema_faults():
        _make_anew(connection, [one for one in REVISIONS if one.revision > before])


def _make_anew(connection: Connection, missing: list[Revision]) -> None:
    run_script(connection, "clear.sql")
    _move_tables(connection)
    for script in (*CODE, RENEWED, *(one.told for one in missing if one.told)):
        run_script(connection, script)
    connection.execute(text(f"COMMENT ON TABLE alembic_version IS '{_code()}'"))


def _code() -> str:
    return f"code {digest_of((*CODE, RENEWED))}"


def _move_tables(connection: Connection) -> None:
    scripts = BundledScripts()

    def steps(current: _GetRevArg, _: MigrationContext) -> list[object]:
        return list(scripts._upgrade_revs("head", current))  # type: ignore[arg-type]

    with EnvironmentContext(Config(), scripts, fn=steps, destination_rev="head") as environment:
        environment.configure(connection=connection)
        with environment.begin_transaction():
            environment.run_migrations()
