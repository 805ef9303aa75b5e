"""HandOverClients: clients go to another manager with all that is theirs (客户移交).

To one of another branch as well: the giving branch asks by its manager, or head office does; the
receiving branch's manager agrees, or head office. What counts for whom then, the schema says
(handover.sql).
"""

from collections.abc import Sequence

from sqlalchemy import func, select, text

from models.clients.tier import Role
from models.dates import BEIJING, day_of
from models.lives.approval import due_at
from models.rules.access.hand_over import HandOverCase, judge_hand_over
from models.rules.basis.settings.words import ApprovalKind
from models.tables.firm import CLIENT, STAFF, TRADE_ORDER
from models.tables.service import HOUSEHOLD_MEMBER
from models.trading.order import FINAL_STATES
from models.wire.service.clients import HandOverClients
from services.central.handlers.approvals.queue import renew_queues
from services.central.handlers.approvals.request import Proposal, ask_approval, before_of
from services.central.handlers.files.loads import keep_nights_away
from services.central.handlers.firm_rules import settings_on
from services.central.handlers.work import Refused, Work, now_text, refusal, require
from services.central.session import WORKER, become

_HAND_OVER = text("SELECT approval_id FROM hand_over(:branch_id, :approval_id, :now)")


async def request_hand_over(work: Work, command: HandOverClients) -> None:
    """Ask for it; Refused with the members that are missing, or the orders that still work."""
    settings = (await settings_on(work, work.day)).approvals
    last = due_at(settings, ApprovalKind.HAND_OVER, work.now).astimezone(BEIJING).date()
    case = await _case(work, command)
    require(judge_hand_over(case, work.day, last))
    where = f"({case.to_branch})" if case.to_branch != case.from_branch else ""
    proposal = Proposal(
        kind=ApprovalKind.HAND_OVER,
        client_id=None,
        title=f"移交客户 {len(command.client_ids)} 位给 {command.to_manager}{where}",
        before={"managers": case.managers},
        after={
            "clients": sorted(command.client_ids),
            "from_branch": case.from_branch,
            "to_branch": case.to_branch,
            "to_manager": command.to_manager,
            "from_on": command.from_on,
            "reason": command.reason,
        },
    )
    await ask_approval(work, proposal)


async def carry_hand_over(held: Work, command: HandOverClients, approval_id: str) -> None:
    """Do it, while no night reckons and no other command is in hand.

    Refused where somebody of them has gone elsewhere since, or an order of theirs works.
    """
    if not await keep_nights_away(held.connection):
        raise Refused("NIGHT_RUNNING", "夜间批处理正在进行,请等它结束后再试")
    from_on = day_of(command.from_on)
    if held.day < from_on:
        raise refusal("HAND_OVER_NOT_YET", {"移交日": from_on})
    case = await _case(held, command)
    require(judge_hand_over(case, from_on, from_on))
    if case.managers != (await before_of(held, approval_id)).get("managers"):
        raise refusal("HAND_OVER_MOVED")
    told = {"branch_id": held.branch_id, "approval_id": approval_id, "now": now_text(held)}
    pending = (await held.connection.scalars(_HAND_OVER, told)).all()
    await _queue_anew(held, pending)


async def _queue_anew(held: Work, approval_ids: Sequence[str]) -> None:
    """Who may decide on these clients' matters follows from their new manager."""
    await become(held.connection, WORKER)
    for approval_id in sorted(approval_ids):
        await renew_queues(held.connection, held.now, approval_id)
    await become(held.connection, held.actor)


async def _case(work: Work, command: HandOverClients) -> HandOverCase:
    giver = command.from_branch or work.branch_id
    receiver = command.to_branch or giver
    taken = select(func.taken_there(giver, receiver, list(command.client_ids)))
    return HandOverCase(
        client_ids=command.client_ids,
        maker_role=Role(work.actor.role),
        from_branch=giver,
        to_branch=receiver,
        taker=command.to_manager,
        taker_role=await _role_of(work, receiver, command.to_manager),
        from_on=day_of(command.from_on),
        reason=command.reason,
        managers=await _managers(work, giver, command.client_ids),
        homes=await _homes(work, giver, command.client_ids),
        working=await _working(work, giver, command.client_ids),
        taken=(await work.connection.scalars(taken)).all(),
    )


async def _role_of(work: Work, branch_id: str, staff_id: str) -> Role | None:
    query = select(STAFF.c.role).where(STAFF.c.branch_id == branch_id, STAFF.c.staff_id == staff_id)
    role = await work.connection.scalar(query)
    return None if role is None else Role(role)


async def _managers(work: Work, branch_id: str, client_ids: Sequence[str]) -> dict[str, str]:
    query = select(CLIENT.c.client_id, CLIENT.c.manager_id).where(
        CLIENT.c.branch_id == branch_id, CLIENT.c.client_id.in_(client_ids)
    )
    found = await work.connection.execute(query)
    return {client_id: manager for client_id, manager in found}  # noqa: C416 - Result is no mapping


async def _homes(work: Work, branch_id: str, client_ids: Sequence[str]) -> list[list[str]]:
    """Present members of the households that they belong to."""
    member, other = HOUSEHOLD_MEMBER.c, HOUSEHOLD_MEMBER.alias().c
    query = (
        select(other.household_id, other.client_id)
        .distinct()
        .where(member.branch_id == branch_id, member.client_id.in_(client_ids))
        .where(member.left_by == "", other.branch_id == member.branch_id)
        .where(other.household_id == member.household_id, other.left_by == "")
    )
    homes: dict[str, list[str]] = {}
    for household_id, client_id in await work.connection.execute(query):
        homes.setdefault(household_id, []).append(client_id)
    return list(homes.values())


async def _working(work: Work, branch_id: str, client_ids: Sequence[str]) -> list[str]:
    over = [state.value for state in FINAL_STATES]
    query = select(TRADE_ORDER.c.client_order_id).where(
        TRADE_ORDER.c.branch_id == branch_id,
        TRADE_ORDER.c.client_id.in_(client_ids),
        TRADE_ORDER.c.state.not_in(over),
    )
    return list((await work.connection.scalars(query)).all())
