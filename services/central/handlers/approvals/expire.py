"""An approval that nobody decided in time ends by itself: let go, audited, its maker told (F27)."""

from datetime import datetime

import msgspec
from sqlalchemy import RowMapping, select
from sqlalchemy.ext.asyncio import AsyncConnection

from models.dates import BEIJING, moment_text
from models.lives.approval import ApprovalState, lapses
from models.rules.basis.settings.approvals import ApprovalSettings
from models.tables.service import APPROVAL
from services.central.audit import AuditLine, add_audit
from services.central.handlers.approvals.closing import close, held_envelope, release
from services.central.handlers.firm_rules import read_settings
from services.central.handlers.work import Work
from services.central.session import WORKER, become
from services.central.sync.turns import keep_hand_overs_away

_NOTE = "超过复核时限,无人复核"
_AUTHOR = "worker"


async def expire_next(connection: AsyncConnection, now: datetime) -> bool:
    """End the approval that waits longest past its time; False when none does.

    The transaction must act as a worker; one that another transaction works on is passed over.
    """
    await keep_hand_overs_away(connection)
    settings = (await read_settings(connection, now.astimezone(BEIJING).date())).approvals
    approval = await _overdue(connection, settings, now)
    if approval is None:
        return False
    envelope = await held_envelope(connection, approval)
    work = Work(connection, envelope, now, WORKER)
    await close(work, approval, ApprovalState.EXPIRED, _NOTE)
    await release(work, approval, ApprovalState.EXPIRED, _NOTE)
    await become(connection, WORKER)
    await _audit(connection, approval, now)
    return True


async def _overdue(
    connection: AsyncConnection, settings: ApprovalSettings, now: datetime
) -> RowMapping | None:
    kinds = [kind.value for kind in settings.kinds if lapses(settings, kind)]
    query = (
        select(APPROVAL)
        .where(APPROVAL.c.state == ApprovalState.PENDING.value, APPROVAL.c.kind.in_(kinds))
        .where(APPROVAL.c.due_at < moment_text(now))
        .order_by(APPROVAL.c.due_at)
        .limit(1)
        .with_for_update(skip_locked=True)
    )
    return (await connection.execute(query)).mappings().one_or_none()


async def _audit(connection: AsyncConnection, approval: RowMapping, now: datetime) -> None:
    told = {"title": approval["title"], "maker": approval["maker"], "due_at": approval["due_at"]}
    line = AuditLine(
        branch_id=approval["branch_id"],
        chain=approval["manager_id"],
        at=moment_text(now),
        author=_AUTHOR,
        action="expire_approval",
        subject=approval["client_id"] or "",
        command_id=approval["approval_id"],
        outcome=ApprovalState.EXPIRED.value,
        detail=msgspec.json.encode(told).decode(),
    )
    await add_audit(connection, line)
