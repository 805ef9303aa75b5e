"""Notices to several people of which one is enough: what is over is closed for all of them."""

from dataclasses import dataclass

from sqlalchemy import case, update
from sqlalchemy.ext.asyncio import AsyncConnection

from models.lives.task import TaskState
from models.tables.firm import TASK


@dataclass(frozen=True, slots=True)
class Over:
    """Whose doing it was ("" = nobody's to whom it was told), at what moment, in words."""

    by: str
    at: str
    note: str


async def close_notices(connection: AsyncConnection, kind: str, about: str, over: Over) -> None:
    """Close all that are open: done for who did it, dismissed for the others.

    The transaction acts as a worker, who sees no tasks but those that name no client.
    """
    is_his = TASK.c.manager_id == over.by
    await connection.execute(
        update(TASK)
        .where(TASK.c.about == about, TASK.c.kind == kind)
        .where(TASK.c.state == TaskState.OPEN.value, TASK.c.client_id.is_(None))
        .values(
            state=case((is_his, TaskState.DONE.value), else_=TaskState.DISMISSED.value),
            note=over.note,
            closed_at=over.at,
            version=TASK.c.version + 1,
        )
    )
