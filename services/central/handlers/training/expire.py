"""An exam whose answers never came ends by itself, once none can arrive in time any more (F25)."""

from datetime import datetime

import msgspec
from sqlalchemy import RowMapping, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from models.dates import moment_text
from models.lives.exam import ExamState
from models.tables.staff.training import EXAM_ATTEMPT
from services.central.audit import AuditLine, add_audit

_AUTHOR = "worker"


async def expire_exam(connection: AsyncConnection, now: datetime) -> bool:
    """End the attempt that is overdue longest; False when none is.

    The transaction must act as a worker; one that another transaction works on is passed over.
    """
    at = moment_text(now)
    table = EXAM_ATTEMPT.c
    query = (
        select(EXAM_ATTEMPT)
        .where(table.state == ExamState.BEGUN.value, table.closes_at < at)
        .order_by(table.closes_at)
        .limit(1)
        .with_for_update(skip_locked=True)
    )
    attempt = (await connection.execute(query)).mappings().one_or_none()
    if attempt is None:
        return False
    await connection.execute(
        update(EXAM_ATTEMPT)
        .where(table.branch_id == attempt["branch_id"])
        .where(table.attempt_id == attempt["attempt_id"])
        .values(state=ExamState.EXPIRED.value, ended_at=at, version=table.version + 1)
    )
    await _audit(connection, attempt, at)
    return True


async def _audit(connection: AsyncConnection, attempt: RowMapping, at: str) -> None:
    told = {name: attempt[name] for name in ("staff_id", "certificate", "due_at", "closes_at")}
    line = AuditLine(
        branch_id=attempt["branch_id"],
        chain=attempt["manager_id"],
        at=at,
        author=_AUTHOR,
        action="exam.expired",
        subject=attempt["attempt_id"],
        command_id="",
        outcome=ExamState.EXPIRED.value,
        detail=msgspec.json.encode(told).decode(),
    )
    await add_audit(connection, line)
