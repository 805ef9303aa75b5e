"""HoldCampaign, CancelCampaign, FinishFollowUp: the course of an approved campaign (F26)."""

from sqlalchemy import text

from models.dates import BEIJING, moment_of
from models.lives.teams.campaign import CampaignState
from models.wire.service.teams.campaigns import CancelCampaign, FinishFollowUp, HoldCampaign
from services.central.handlers.clients.teams.campaigns.found import require_own, require_state, step
from services.central.handlers.work import Refused, Work, now_text, refusal

_S = CampaignState
_WITHDRAW = text("SELECT withdraw_invitations(:campaign_id, :now_at, :by_command)")
_OPEN = text("SELECT open_follow_ups(:campaign_id)")


async def hold_campaign(work: Work, command: HoldCampaign) -> None:
    """It takes place on its day or later; nobody is invited any more."""
    found = await require_own(work, command.campaign_id)
    require_state(found, _S.INVITING)
    day = moment_of(found["starts_at"]).astimezone(BEIJING).date()
    if work.day < day:
        raise refusal("CAMPAIGN_NOT_YET", {"活动日": day})
    await step(work, found, _S.HELD)


async def cancel_campaign(work: Work, command: CancelCampaign) -> None:
    """Withdraw every invitation; the managers get a task for each client who is to be told."""
    if not command.reason.strip():
        raise Refused("REASON_MISSING", "须写明理由")
    found = await require_own(work, command.campaign_id)
    await step(work, found, _S.CANCELLED, {"note": command.reason.strip()})
    told = {
        "campaign_id": command.campaign_id,
        "now_at": now_text(work),
        "by_command": work.envelope.command_id,
    }
    await work.connection.execute(_WITHDRAW, told)


async def finish_follow_up(work: Work, command: FinishFollowUp) -> None:
    """Nobody's attendance is open, and no call."""
    found = await require_own(work, command.campaign_id)
    require_state(found, _S.HELD)
    left = await work.connection.scalar(_OPEN, {"campaign_id": command.campaign_id})
    if left:
        raise refusal("CAMPAIGN_OPEN_FOLLOW_UP", {"尚有": left})
    await step(work, found, _S.FOLLOWED_UP)
