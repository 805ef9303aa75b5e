"""Looks at a central database: which schema, how many rows, how much waits."""

from dataclasses import dataclass

from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncEngine

from models.tables.central import INBOX
from models.tables.firm import STAFF, SYNCED
from services.central.migrations.runner import newest_revision, revision_of
from services.central.sync.inbox import WAITING


@dataclass(frozen=True, slots=True)
class Census:
    """``backlog`` counts commands that no worker has answered; ``revision`` "" = no schema."""

    revision: str
    newest_revision: str
    rows: dict[str, int]
    backlog: int


async def take_census(engine: AsyncEngine) -> Census:
    """Count everything, with the owner's rights."""
    revision, newest = await revision_of(engine), newest_revision()
    if revision != newest:
        return Census(revision, newest, {}, 0)
    rows: dict[str, int] = {}
    async with engine.connect() as connection:
        for table in SYNCED:
            count = select(func.count()).select_from(table)
            rows[str(table.name)] = (await connection.execute(count)).scalar_one()
        waiting = select(func.count()).select_from(INBOX).where(INBOX.c.state == WAITING)
        backlog = (await connection.execute(waiting)).scalar_one()
    return Census(revision, newest, rows, backlog)


async def has_staff(engine: AsyncEngine) -> bool:
    """Whether anybody works here yet."""
    async with engine.connect() as connection:
        return (await connection.execute(select(STAFF.c.staff_id).limit(1))).first() is not None
