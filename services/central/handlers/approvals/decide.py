"""DecideApproval and WithdrawApproval: the answer, and what follows from it at once."""

from dataclasses import replace

from sqlalchemy import RowMapping, func, select

from models.clients.tier import Role
from models.dates import DateInvalid
from models.lives.approval import ApprovalState, Verdict, acting_role, judge_check
from models.rules.basis.missing import NotConfigured
from models.rules.basis.settings.words import ApprovalKind
from models.tables.service import APPROVAL
from models.wire.service.approvals import DecideApproval, WithdrawApproval
from services.central.handlers.approvals.carry_out import carry_out
from services.central.handlers.approvals.closing import as_maker, close, release, tell_of
from services.central.handlers.approvals.queue import case_of, is_in_sight
from services.central.handlers.firm_rules import settings_on
from services.central.handlers.work import Refused, Work, refusal, require_version
from services.central.session import at_work, become
from services.central.sync.turns import wait_for_commands


async def decide_approval(work: Work, command: DecideApproval) -> None:
    """Approve (what was held is done now, by today's rules) or refuse (it is let go).

    Refused APPROVAL_STALE when the world has changed so that it cannot be done any more; the
    approval stays pending. One past its time expires instead.
    """
    settings = (await settings_on(work, work.day)).approvals
    role = acting_role(settings, work.actor.staff_id, Role(work.actor.role), work.day)
    work = replace(work, actor=at_work(work.actor.branch_id, work.actor.staff_id, role))
    await become(work.connection, work.actor)
    approval = await _find_in_turn(work, command.approval_id)
    require_version(work, approval["version"])
    if not is_in_sight(approval, work.actor.branch_id, role):
        raise refusal("NOT_A_CHECKER")
    decision = judge_check(settings, case_of(approval, work.actor.staff_id, role), work.now)
    is_late = decision.reason == "APPROVAL_TIMED_OUT"
    if not decision.ok and not is_late:
        raise refusal(decision.reason, {"可复核岗位": decision.numbers["checkers"]})
    if is_late or command.verdict is Verdict.REFUSE:
        state = ApprovalState.EXPIRED if is_late else ApprovalState.REFUSED
        await close(work, approval, state, command.note)
        await release(work, approval, state, command.note)
        return
    await close(work, approval, ApprovalState.APPROVED, command.note)
    await _carry_out(work, approval)


async def withdraw_approval(work: Work, command: WithdrawApproval) -> None:
    """The maker takes his request back; what was held for it is released.

    For a client whom the maker has handed over since, who looks after him now may do it.
    """
    approval = await _find(work, command.approval_id)
    require_version(work, approval["version"])
    if approval["maker"] != work.actor.staff_id and not await _is_taken_over(work, approval):
        raise Refused("NOT_THE_MAKER", "只有申请人,或已接收该客户的经理,可以撤回")
    await close(work, approval, ApprovalState.WITHDRAWN, command.note)
    await release(work, approval, ApprovalState.WITHDRAWN, command.note)


async def _is_taken_over(work: Work, approval: RowMapping) -> bool:
    asked = func.is_taken_over(approval["branch_id"], approval["client_id"], approval["maker"])
    return bool(await work.connection.scalar(select(asked)))


async def _find_in_turn(work: Work, approval_id: str) -> RowMapping:
    """As ``_find``; a hand-over waits first until no other command is in hand."""
    approval = await _find(work, approval_id)
    if approval["kind"] != ApprovalKind.HAND_OVER.value:
        return approval
    await wait_for_commands(work.connection)
    return await _find(work, approval_id)


async def _find(work: Work, approval_id: str) -> RowMapping:
    """Return it wherever the author may see it: head office decides for every branch."""
    query = select(APPROVAL).where(APPROVAL.c.approval_id == approval_id)
    found = (await work.connection.execute(query)).mappings().one_or_none()
    if found is None:
        raise Refused("APPROVAL_NOT_FOUND", f"没有复核申请 {approval_id}")
    return found


async def _carry_out(work: Work, approval: RowMapping) -> None:
    """Do what was held as its maker, under the maker's own rights."""
    try:
        held = await as_maker(work, approval)
        await carry_out(held, approval["approval_id"], work.actor.staff_id)
        await tell_of(held, approval, ApprovalState.APPROVED)
    except (Refused, NotConfigured, DateInvalid) as fault:
        told = fault.message if isinstance(fault, Refused) else fault.title
        raise Refused("APPROVAL_STALE", f"情况已变,不能再执行:{told}({fault.code})") from fault
