"""RecordReferral: one client brought another; points once for each new client (S33, F7).

The new client's manager asks, by the referrer's number: he may be another manager's client, of whom
nothing is told but that there is such a client. The points go to him on his own manager's stream,
in the branch where he is when a second person agrees: either may have been handed over meanwhile.
"""

from datetime import date

from sqlalchemy import func, select, text

from models.dates import day_of
from models.money import POINTS_MILLI_PER_POINT
from models.rules.basis.settings.words import ApprovalKind
from models.rules.points.events import ReferralEvent
from models.tables.service import RELATION
from models.wire.service.points import RecordReferral
from services.central.handlers.approvals.request import Proposal, ask_approval
from services.central.handlers.points.bonus import judge_bonus
from services.central.handlers.work import Work, now_text, refusal, require_client

REFERRER, REFERRED = "referrer", "referred"
_POST = text("SELECT post_referral(:branch_id, :approval_id, :milli, :now)")


async def record_referral(work: Work, command: RecordReferral) -> None:
    """Ask for the referrer's points: a recommendation is somebody's word."""
    if not await work.connection.scalar(select(func.is_client(work.branch_id, command.referrer))):
        raise refusal("REFERRER_NOT_FOUND")
    event, opened = await _event(work, command)
    points = await judge_bonus(work, event, opened)
    proposal = Proposal(
        kind=ApprovalKind.POINTS,
        client_id=command.referred,
        title=f"由 {command.referrer} 推荐的新客户 {command.referred}",
        before={"referred": None},
        after={
            "referrer": command.referrer,
            "referrer_branch": work.branch_id,  # whose number it is, wherever he goes
            "referred": command.referred,
            "recommended_on": command.recommended_on,
            "opened_on": opened,
            "points": points / POINTS_MILLI_PER_POINT,
        },
    )
    await ask_approval(work, proposal)


async def post_referral(held: Work, command: RecordReferral, approval_id: str) -> None:
    """Store the relation and post the points, both once for the referred client."""
    event, opened = await _event(held, command)
    told = {
        "branch_id": held.branch_id,
        "approval_id": approval_id,
        "milli": await judge_bonus(held, event, opened),
        "now": now_text(held),
    }
    if reason := await held.connection.scalar(_POST, told):
        raise refusal(reason)


async def _event(work: Work, command: RecordReferral) -> tuple[ReferralEvent, date]:
    """The event, and the day on which he became a client."""
    opened = day_of((await require_client(work, command.referred))["opened_on"])
    if await _is_known(work, command.referred):
        raise refusal("DUPLICATE")
    event = ReferralEvent(
        kind="referral",
        id=f"referral-{command.referred}",
        referrer=command.referrer,
        referred=command.referred,
        already_client=opened < day_of(command.recommended_on),
    )
    return event, opened


async def _is_known(work: Work, referred: str) -> bool:
    """The entry may stand with a client of another manager; the relation is on both sides."""
    query = select(RELATION.c.relation_id).where(
        RELATION.c.branch_id == work.branch_id,
        RELATION.c.relation_id == f"referral-{referred}",
        RELATION.c.client_id == referred,
    )
    return (await work.connection.execute(query)).first() is not None
