"""Brings a database to the newest revision; needs no alembic.ini and no folder on disk."""

from collections.abc import Iterator
from pathlib import Path

from alembic.config import Config
from alembic.runtime.environment import EnvironmentContext
from alembic.runtime.migration import MigrationContext
from alembic.script import Script, ScriptDirectory
from alembic.script.revision import _GetRevArg
from sqlalchemy import Connection
from sqlalchemy.ext.asyncio import AsyncEngine

from services.central.migrations.versions import REVISIONS


class BundledScripts(ScriptDirectory):
    """Revisions from imported modules: a PyInstaller bundle has no source files to list."""

    def __init__(self) -> None:
        super().__init__(str(Path.cwd().anchor))  # any folder that exists; it is never read

    def _load_revisions(self) -> Iterator[Script]:
        for module in REVISIONS:
            yield Script(module, module.revision, module.__name__)


async def migrate(engine: AsyncEngine) -> None:
    """Apply what is missing, in one transaction."""
    async with engine.begin() as connection:
        await connection.run_sync(_upgrade)


async def revision_of(engine: AsyncEngine) -> str:
    """Return the schema's revision, "" where there is none."""
    async with engine.connect() as connection:
        return await connection.run_sync(_current) or ""


def newest_revision() -> str:
    """Return the revision this program was built for."""
    return BundledScripts().get_current_head() or ""


def _current(connection: Connection) -> str | None:
    return MigrationContext.configure(connection).get_current_revision()


def _upgrade(connection: Connection) -> None:
    scripts = BundledScripts()

    def steps(current: _GetRevArg, _: MigrationContext) -> list[object]:
        return list(scripts._upgrade_revs("head", current))  # type: ignore[arg-type]

    with EnvironmentContext(Config(), scripts, fn=steps, destination_rev="head") as environment:
        environment.configure(connection=connection)
        with environment.begin_transaction():
            environment.run_migrations()
