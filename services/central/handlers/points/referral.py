"""RecordReferral: one client brought another; points once for each new client (S33, F7)."""

from datetime import date

from sqlalchemy import insert

from models.money import POINTS_MILLI_PER_POINT
from models.rules.basis.settings.words import ApprovalKind
from models.rules.points.events import ReferralEvent
from models.tables.service import RELATION
from models.wire.service.points import RecordReferral
from services.central.handlers.approvals.request import Proposal, ask_approval
from services.central.handlers.points.bonus import judge_bonus, post_bonus
from services.central.handlers.timeline import tell_each
from services.central.handlers.work import Work, day_of, require_client

REFERRER, REFERRED = "referrer", "referred"


async def record_referral(work: Work, command: RecordReferral) -> None:
    """Ask for the referrer's points: a recommendation is somebody's word."""
    event, opened = await _event(work, command)
    points = await judge_bonus(work, event, opened)
    proposal = Proposal(
        kind=ApprovalKind.POINTS,
        client_id=command.referrer,
        title=_note(command),
        before={"referred": None},
        after={
            "referred": command.referred,
            "recommended_on": command.recommended_on,
            "opened_on": opened,
            "points": points / POINTS_MILLI_PER_POINT,
        },
    )
    await ask_approval(work, proposal)


async def post_referral(held: Work, command: RecordReferral) -> None:
    """Store the relation and post the points, both once for the referred client."""
    event, opened = await _event(held, command)
    await post_bonus(held, command.referrer, event, opened, _note(command))
    await _relate(held, command)
    await tell_each(held, (command.referrer, command.referred), "relation", "登记推荐关系")


async def _event(work: Work, command: RecordReferral) -> tuple[ReferralEvent, date]:
    """The event, and the day on which he became a client."""
    await require_client(work, command.referrer)
    referred = await require_client(work, command.referred)
    opened = day_of(referred["opened_on"])
    event = ReferralEvent(
        kind="referral",
        id=f"referral-{command.referred}",
        referrer=command.referrer,
        referred=command.referred,
        already_client=opened < day_of(command.recommended_on),
    )
    return event, opened


def _note(command: RecordReferral) -> str:
    return f"推荐新客户 {command.referred}"


async def _relate(work: Work, command: RecordReferral) -> None:
    both = (
        (command.referrer, command.referred, REFERRER),
        (command.referred, command.referrer, REFERRED),
    )
    rows = [
        work.owner
        | {
            "relation_id": f"referral-{command.referred}",
            "client_id": client_id,
            "other_id": other_id,
            "kind": kind,
            "since": command.recommended_on,
        }
        for client_id, other_id, kind in both
    ]
    await work.connection.execute(insert(RELATION), rows)
