"""Acting for somebody: every transaction of hub and worker says whom it acts for."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

APP_ROLE = "workstation_app"  # a person: reads, lays commands in; no personal data in clear
WORK_ROLE = "workstation_work"  # a command in hand: writes within the rows of its author
NIGHT_ROLE = "workstation_night"  # all clients' figures, no personal data
FILES_ROLE = "workstation_files"  # the same rows, personal data too, writes what was approved
SYNC_ROLE = "workstation_sync"  # a hub: personal data too, as a desk keeps its own clients

_BECOME = text(
    "SELECT set_config('role', :app_role, true), set_config('app.branch_id', :branch_id, true),"
    " set_config('app.manager_id', :staff_id, true), set_config('app.role', :role, true)"
)


@dataclass(frozen=True, slots=True)
class Actor:
    """Whom a transaction acts for; ``role`` is a models.clients.tier.Role, "hub" or "worker"."""

    branch_id: str
    staff_id: str
    role: str
    database_role: str = APP_ROLE


HUB = Actor("", "", "hub", SYNC_ROLE)
WORKER = Actor("", "", "worker", WORK_ROLE)
NIGHT = Actor("*", "night", "night", NIGHT_ROLE)


def for_desk(actor: Actor) -> Actor:
    """Return the same person, reading whole rows for the desk that keeps them."""
    return replace(actor, database_role=SYNC_ROLE)


def at_work(branch_id: str, staff_id: str, role: str) -> Actor:
    """Return whom a worker acts for while it applies his command."""
    return Actor(branch_id, staff_id, role, WORK_ROLE)


async def become(connection: AsyncConnection, actor: Actor) -> None:
    """Act for ``actor`` from here to the end of the transaction, under row-level security."""
    await connection.execute(
        _BECOME,
        {
            "app_role": actor.database_role,
            "branch_id": actor.branch_id,
            "staff_id": actor.staff_id,
            "role": actor.role,
        },
    )


@asynccontextmanager
async def acting(engine: AsyncEngine, actor: Actor) -> AsyncIterator[AsyncConnection]:
    """Open a transaction for ``actor``; it commits at the end of the block."""
    async with engine.begin() as connection:
        await become(connection, actor)
        yield connection


@asynccontextmanager
async def reading_at_one_moment(
    engine: AsyncEngine, actor: Actor
) -> AsyncIterator[AsyncConnection]:
    """Open a read-only transaction that sees one state of the database throughout."""
    async with engine.connect() as plain:
        connection = await plain.execution_options(
            isolation_level="REPEATABLE READ", postgresql_readonly=True
        )
        async with connection.begin():
            await become(connection, actor)
            yield connection
