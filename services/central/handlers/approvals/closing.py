"""How an approval ends without being carried out: closed once, let go, its maker told."""

from dataclasses import replace

from sqlalchemy import RowMapping, insert, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from models.lives.approval import ApprovalState
from models.tables.central import HELD_COMMAND
from models.tables.firm import STAFF, TASK
from models.tables.service import APPROVAL
from models.wire.codec import decode
from models.wire.commands import Envelope
from services.central.handlers.approvals.carry_out import let_go
from services.central.handlers.approvals.queue import leave_queues
from services.central.handlers.timeline import tell
from services.central.handlers.work import Refused, Work, now_text, refusal
from services.central.session import WORKER, at_work, become

_WORDS = {
    ApprovalState.APPROVED: "复核通过",
    ApprovalState.REFUSED: "复核退回",
    ApprovalState.EXPIRED: "复核超时失效",
    ApprovalState.WITHDRAWN: "申请已撤回",
}


async def close(work: Work, approval: RowMapping, state: ApprovalState, note: str) -> None:
    """Set the state once: of two people who decide at the same moment the second is refused.

    What its maker takes back, or a worker ends, was decided by nobody.
    """
    closed = await work.connection.execute(
        update(APPROVAL)
        .where(APPROVAL.c.branch_id == approval["branch_id"])
        .where(APPROVAL.c.approval_id == approval["approval_id"])
        .where(APPROVAL.c.state == ApprovalState.PENDING.value)
        .values(
            state=state.value,
            decided_by="" if state is ApprovalState.WITHDRAWN else work.actor.staff_id,
            decided_at=now_text(work),
            note=note,
            version=APPROVAL.c.version + 1,
        )
        .returning(APPROVAL.c.approval_id)
    )
    if closed.one_or_none() is None:
        raise refusal("APPROVAL_CLOSED")
    await leave_queues(work, approval["approval_id"])


async def release(work: Work, approval: RowMapping, state: ApprovalState, note: str) -> None:
    """Let go what was held, and tell the maker unless he withdrew it himself."""
    envelope = await held_envelope(work.connection, approval)
    held = await _as_maker_or_manager(work, approval, envelope)
    await let_go(held, state)
    await tell_of(held, approval, state)
    if state is not ApprovalState.WITHDRAWN:
        await _open_task(work, approval, envelope, state, note)


async def as_maker(work: Work, approval: RowMapping) -> Work:
    """Return the held command in hand; the transaction acts for its maker from here on."""
    envelope = await held_envelope(work.connection, approval)
    role = await _role_of(work, envelope)
    if role is None:
        raise Refused("UNKNOWN_AUTHOR", f"申请人 {envelope.author} 已不在该营业部")
    return await _in_hand(work, envelope, role)


async def tell_of(held: Work, approval: RowMapping, state: ApprovalState) -> None:
    """Add the end of an approval to the client's timeline."""
    if approval["client_id"] is not None:
        await tell(held, approval["client_id"], state.value, f"{_WORDS[state]}:{approval['title']}")


async def held_envelope(connection: AsyncConnection, approval: RowMapping) -> Envelope:
    """Return the command that waits."""
    query = select(HELD_COMMAND.c.envelope).where(
        HELD_COMMAND.c.branch_id == approval["branch_id"],
        HELD_COMMAND.c.approval_id == approval["approval_id"],
    )
    return decode(bytes((await connection.execute(query)).scalar_one()), Envelope)


async def _as_maker_or_manager(work: Work, approval: RowMapping, envelope: Envelope) -> Work:
    """What was held is released for a maker who has left the firm, too."""
    role = await _role_of(work, envelope)
    if role is not None:
        return await _in_hand(work, envelope, role)
    stand_in = at_work(envelope.branch_id, approval["manager_id"], "manager")
    await become(work.connection, stand_in)
    return Work(work.connection, envelope, work.now, stand_in)


async def _role_of(work: Work, envelope: Envelope) -> str | None:
    return await work.connection.scalar(
        select(STAFF.c.role).where(
            STAFF.c.branch_id == envelope.branch_id, STAFF.c.staff_id == envelope.author
        )
    )


async def _in_hand(work: Work, envelope: Envelope, role: str) -> Work:
    maker = at_work(envelope.branch_id, envelope.author, role)
    await become(work.connection, maker)
    return Work(work.connection, envelope, work.now, maker)


async def _open_task(
    work: Work, approval: RowMapping, envelope: Envelope, state: ApprovalState, note: str
) -> None:
    """A task on the maker's own stream, whatever his post: a worker writes it."""
    teller = replace(work, actor=WORKER)
    await become(work.connection, WORKER)
    row = {
        "branch_id": envelope.branch_id,
        "manager_id": envelope.author,
        "task_id": f"approval-{approval['approval_id']}",
        "client_id": approval["client_id"],
        "kind": "approval_refused",
        "title": f"{_WORDS[state]}:{approval['title']}",
        "body": note,
        "due_at": now_text(teller),
        "state": "open",
        "about": approval["approval_id"],
    }
    await work.connection.execute(insert(TASK).values(row))
