"""Brings a database to the newest revision; needs no alembic.ini and no folder on disk."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from alembic.config import Config
from alembic.runtime.environment import EnvironmentContext
from alembic.runtime.migration import MigrationContext
from alembic.script import Script, ScriptDirectory
from alembic.script.revision import _GetRevArg
from sqlalchemy import Connection, text
from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import AsyncEngine

from models.errors import ExpectedFailure
from services.central.migrations.revisions import REVISIONS

_NUMBER_TWICE = "STAFF_NUMBER_TWICE"
_MIGRATION_LOCK = 20_230_201  # two programs that start at once migrate one after the other


class BundledScripts(ScriptDirectory):
    """The revisions of this program, whatever files there are beside it."""

    def __init__(self) -> None:
        super().__init__(str(Path.cwd().anchor))  # any folder that exists; it is never read

    def _load_revisions(self) -> Iterator[Script]:
        for revision in REVISIONS:
            yield Script(revision, revision.revision, revision.__name__)


async def migrate(engine: AsyncEngine, to: str = "head") -> None:
    """Apply what is missing, in one transaction, up to the newest revision or an older one.

    Raises ExpectedFailure CENTRAL_NEWER when a newer program has been here, CENTRAL_TOO_OLD when
    only one of before the first release has, STAFF_NUMBER_TWICE.
    """
    _refuse_strange(await revision_of(engine))
    with _told_in_words():
        async with engine.begin() as connection:
            await connection.run_sync(_upgrade, to)


async def revision_of(engine: AsyncEngine) -> str:
    """Return the schema's revision, "" where there is none."""
    async with engine.connect() as connection:
        return await connection.run_sync(_current) or ""


async def require_current(engine: AsyncEngine) -> None:
    """Raise ExpectedFailure CENTRAL_NOT_READY, _NEWER or _TOO_OLD unless the schema is ours."""
    revision = await revision_of(engine)
    _refuse_strange(revision)
    if revision != newest_revision():
        raise ExpectedFailure(
            f"中心数据库的结构版本是「{revision or '无'}」,需要 {newest_revision()}",
            "请由数据库所有者运行 workstation central init(空库可加 --demo)",
            "CENTRAL_NOT_READY",
        )


def newest_revision() -> str:
    """Return the revision this program was built for."""
    return BundledScripts().get_current_head() or ""


@contextmanager
def _told_in_words() -> Iterator[None]:
    """What rows of before cannot be brought over, as the firm can mend it."""
    try:
        yield
    except IntegrityError as fault:
        told = str(fault.orig)
        if _NUMBER_TWICE not in told:
            raise
        raise ExpectedFailure(
            f"有工号给了不止一人:{told.rpartition(_NUMBER_TWICE)[2].strip()}",
            "工号在全公司只能属于一人,请先改正后再升级;数据库没有改动",
            _NUMBER_TWICE,
        ) from fault


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


def _upgrade(connection: Connection, to: str) -> None:
    scripts = BundledScripts()
    connection.execute(text("SELECT pg_advisory_xact_lock(:lock)"), {"lock": _MIGRATION_LOCK})

    def steps(current: _GetRevArg, _: MigrationContext) -> list[object]:
        return list(scripts._upgrade_revs(to, current))  # type: ignore[arg-type]

    with EnvironmentContext(Config(), scripts, fn=steps, destination_rev=to) as environment:
        environment.configure(connection=connection)
        with environment.begin_transaction():
            environment.run_migrations()
