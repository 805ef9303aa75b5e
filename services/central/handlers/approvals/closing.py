"""How an approval ends without being carried out: closed once, let go, its maker told."""

import msgspec
from sqlalchemy import RowMapping, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from models.clients.tier import Role
from models.lives.approval import ApprovalState
from models.tables.central import HELD_COMMAND
from models.tables.firm import STAFF
from models.tables.service import APPROVAL
from models.wire.codec import decode
from models.wire.commands import Envelope
from services.central.handlers.approvals.carry_out import let_go
from services.central.handlers.approvals.queue import leave_queues
from services.central.handlers.tasks.opening import NewTask, open_task_of
from services.central.handlers.timeline import tell
from services.central.handlers.work import Refused, Work, now_text, refusal
from services.central.session import Actor, at_work, become

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
    """Let go what was held, and tell the maker unless he withdrew it himself.

    Whoever looks after the client now is told instead, where the maker has handed him over.
    """
    envelope = await held_envelope(work.connection, approval)
    speaker = await _speaker(work, approval, envelope)
    held = await _in_hand(work, _where_he_is(envelope, approval), speaker or _manager_of(approval))
    await let_go(held, state)
    await tell_of(held, approval, state)
    if state is not ApprovalState.WITHDRAWN:
        task = NewTask(
            task_id=f"approval-{approval['approval_id']}",
            client_id=approval["client_id"],
            kind="approval_refused",
            title=f"{_WORDS[state]}:{approval['title']}",
            body=note,
            about=approval["approval_id"],
        )
        told = speaker or at_work(envelope.branch_id, envelope.author, "")
        await open_task_of(work, told.branch_id, told.staff_id, task)


async def as_maker(work: Work, approval: RowMapping) -> Work:
    """Return the held command in hand; the transaction acts for its maker from here on.

    For whoever looks after the client now, where the maker has handed him over.
    """
    envelope = await held_envelope(work.connection, approval)
    speaker = await _speaker(work, approval, envelope)
    if speaker is None:
        raise Refused("UNKNOWN_AUTHOR", f"申请人 {envelope.author} 已不在该营业部")
    return await _in_hand(work, _where_he_is(envelope, approval), speaker)


async def tell_of(held: Work, approval: RowMapping, state: ApprovalState) -> None:
    """Add the end of an approval to the client's timeline."""
    if approval["client_id"] is not None:
        await tell(held, approval["client_id"], state.value, f"{_WORDS[state]}:{approval['title']}")


async def held_envelope(connection: AsyncConnection, approval: RowMapping) -> Envelope:
    """Return the command that waits, as its maker sent it."""
    query = select(HELD_COMMAND.c.envelope).where(
        HELD_COMMAND.c.branch_id == approval["branch_id"],
        HELD_COMMAND.c.approval_id == approval["approval_id"],
    )
    return decode(bytes((await connection.execute(query)).scalar_one()), Envelope)


def _where_he_is(envelope: Envelope, approval: RowMapping) -> Envelope:
    """What is about a client in the branch and on the stream that he is on now."""
    if approval["client_id"] is None:
        return envelope
    place = {name: approval[name] for name in ("branch_id", "manager_id")}
    return msgspec.structs.replace(envelope, **place)


async def _speaker(work: Work, approval: RowMapping, envelope: Envelope) -> Actor | None:
    """Return for whom the command is done or let go; None when its maker has left the firm.

    A manager sees his own clients only, a branch manager those of his branch: for one whom they see
    no more his new manager acts.
    """
    role = await _role_of(work, envelope)
    if role is None:
        return None
    is_others = role == Role.MANAGER.value and approval["manager_id"] != envelope.author
    is_gone = approval["branch_id"] != envelope.branch_id
    if approval["client_id"] is not None and (is_others or is_gone):
        return _manager_of(approval)
    return at_work(envelope.branch_id, envelope.author, role)


def _manager_of(approval: RowMapping) -> Actor:
    return at_work(approval["branch_id"], approval["manager_id"], Role.MANAGER.value)


async def _role_of(work: Work, envelope: Envelope) -> str | None:
    return await work.connection.scalar(
        select(STAFF.c.role).where(
            STAFF.c.branch_id == envelope.branch_id, STAFF.c.staff_id == envelope.author
        )
    )


async def _in_hand(work: Work, envelope: Envelope, speaker: Actor) -> Work:
    await become(work.connection, speaker)
    return Work(work.connection, envelope, work.now, speaker)
