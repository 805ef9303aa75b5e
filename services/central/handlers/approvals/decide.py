"""DecideApproval and WithdrawApproval: the answer, and what follows from it at once."""

from datetime import datetime

from sqlalchemy import RowMapping, insert, select, update

from models.clients.tier import Role
from models.lives.approval import ApprovalState, CheckCase, Verdict, acting_role, judge_check
from models.rules.basis.missing import NotConfigured
from models.rules.basis.settings.words import ApprovalKind
from models.tables.central import HELD_COMMAND
from models.tables.firm import STAFF, TASK
from models.tables.service import APPROVAL
from models.wire.codec import decode
from models.wire.commands import Envelope
from models.wire.service.approvals import DecideApproval, WithdrawApproval
from services.central.handlers.approvals.carry_out import carry_out, let_go
from services.central.handlers.firm_rules import settings_on
from services.central.handlers.timeline import tell
from services.central.handlers.work import Refused, Work, now_text, refusal, require_version
from services.central.session import at_work, become

_WRITERS = frozenset({Role.MANAGER, Role.BRANCH_MANAGER})  # who has a stream with tasks
_STATE_WORDS = {
    ApprovalState.APPROVED: "复核通过",
    ApprovalState.REFUSED: "复核退回",
    ApprovalState.EXPIRED: "复核超时失效",
    ApprovalState.WITHDRAWN: "申请已撤回",
}


async def decide_approval(work: Work, command: DecideApproval) -> None:
    """Approve (what was held is done now, by today's rules) or refuse (it is let go).

    Refused APPROVAL_STALE when the world has changed so that it cannot be done any more; the
    approval stays pending. One past its time expires instead.
    """
    settings = (await settings_on(work, work.day)).approvals
    role = acting_role(settings, work.actor.staff_id, Role(work.actor.role), work.day)
    await become(work.connection, at_work(work.branch_id, work.actor.staff_id, role))
    approval = await _find(work, command.approval_id)
    require_version(work, approval["version"])
    decision = judge_check(settings, _case(work, approval, role), work.now)
    is_late = decision.reason == "APPROVAL_TIMED_OUT"
    if not decision.ok and not is_late:
        raise refusal(decision.reason, {"可复核岗位": decision.numbers["checkers"]})
    if is_late or command.verdict is Verdict.REFUSE:
        state = ApprovalState.EXPIRED if is_late else ApprovalState.REFUSED
        await _close(work, approval, state, command.note)
        await _let_go(work, approval, state, command.note)
        return
    await _close(work, approval, ApprovalState.APPROVED, command.note)
    await _carry_out(work, approval)


async def withdraw_approval(work: Work, command: WithdrawApproval) -> None:
    """The maker takes his request back; what was held for it is released."""
    approval = await _find(work, command.approval_id)
    require_version(work, approval["version"])
    if approval["maker"] != work.actor.staff_id:
        raise Refused("NOT_THE_MAKER", "只有申请人可以撤回")
    await _close(work, approval, ApprovalState.WITHDRAWN, command.note)
    await _let_go(work, approval, ApprovalState.WITHDRAWN, command.note)


def _case(work: Work, approval: RowMapping, role: Role) -> CheckCase:
    return CheckCase(
        kind=ApprovalKind(approval["kind"]),
        state=ApprovalState(approval["state"]),
        maker=approval["maker"],
        manager=approval["manager_id"] if approval["client_id"] else "",
        due_at=datetime.fromisoformat(approval["due_at"]),
        checker=work.actor.staff_id,
        role=role,
    )


async def _find(work: Work, approval_id: str) -> RowMapping:
    """Return it wherever the author may see it: head office decides for every branch."""
    query = select(APPROVAL).where(APPROVAL.c.approval_id == approval_id)
    found = (await work.connection.execute(query)).mappings().one_or_none()
    if found is None:
        raise Refused("APPROVAL_NOT_FOUND", f"没有复核申请 {approval_id}")
    return found


async def _close(work: Work, approval: RowMapping, state: ApprovalState, note: str) -> None:
    """Set the state once: of two people who decide at the same moment the second is refused."""
    is_maker = state is ApprovalState.WITHDRAWN
    closed = await work.connection.execute(
        update(APPROVAL)
        .where(APPROVAL.c.branch_id == approval["branch_id"])
        .where(APPROVAL.c.approval_id == approval["approval_id"])
        .where(APPROVAL.c.state == ApprovalState.PENDING.value)
        .values(
            state=state.value,
            decided_by="" if is_maker else work.actor.staff_id,
            decided_at=now_text(work),
            note=note,
            version=APPROVAL.c.version + 1,
        )
        .returning(APPROVAL.c.approval_id)
    )
    if closed.one_or_none() is None:
        raise refusal("APPROVAL_CLOSED")


async def _carry_out(work: Work, approval: RowMapping) -> None:
    """Do what was held as its maker, under the maker's own rights."""
    try:
        held = await _as_maker(work, approval)
        await carry_out(held, approval["approval_id"], work.actor.staff_id)
        await _tell(held, approval, ApprovalState.APPROVED)
    except (Refused, NotConfigured) as fault:
        told = fault.message if isinstance(fault, Refused) else fault.title
        raise Refused("APPROVAL_STALE", f"情况已变,不能再执行:{told}({fault.code})") from fault


async def _let_go(work: Work, approval: RowMapping, state: ApprovalState, note: str) -> None:
    held = await _as_maker(work, approval)
    await let_go(held, state)
    await _tell(held, approval, state)
    if state is not ApprovalState.WITHDRAWN and held.actor.role in _WRITERS:
        await _open_task(held, approval, state, note)


async def _as_maker(work: Work, approval: RowMapping) -> Work:
    """Return the held command in hand; the transaction acts for its maker from here on."""
    query = select(HELD_COMMAND.c.envelope).where(
        HELD_COMMAND.c.branch_id == approval["branch_id"],
        HELD_COMMAND.c.approval_id == approval["approval_id"],
    )
    envelope = decode(bytes((await work.connection.execute(query)).scalar_one()), Envelope)
    role = await work.connection.scalar(
        select(STAFF.c.role).where(
            STAFF.c.branch_id == envelope.branch_id, STAFF.c.staff_id == envelope.author
        )
    )
    if role is None:
        raise Refused("UNKNOWN_AUTHOR", f"申请人 {envelope.author} 已不在该营业部")
    maker = at_work(envelope.branch_id, envelope.author, role)
    await become(work.connection, maker)
    return Work(work.connection, envelope, work.now, maker)


async def _tell(held: Work, approval: RowMapping, state: ApprovalState) -> None:
    if approval["client_id"] is not None:
        await tell(
            held, approval["client_id"], state.value, f"{_STATE_WORDS[state]}:{_title(approval)}"
        )


async def _open_task(held: Work, approval: RowMapping, state: ApprovalState, note: str) -> None:
    row = held.owner | {
        "task_id": f"approval-{approval['approval_id']}",
        "client_id": approval["client_id"],
        "kind": "approval_refused",
        "title": f"{_STATE_WORDS[state]}:{_title(approval)}",
        "body": note,
        "due_at": now_text(held),
        "state": "open",
        "about": approval["approval_id"],
    }
    await held.connection.execute(insert(TASK).values(row))


def _title(approval: RowMapping) -> str:
    return str(approval["title"])
