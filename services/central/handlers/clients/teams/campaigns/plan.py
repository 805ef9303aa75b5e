"""Plan, change and submit a campaign; what its approval does (features F26)."""

from models.dates import moment_of, moment_text
from models.lives.teams.campaign import CampaignState
from models.rules.basis.settings.words import ApprovalKind
from models.rules.messages.campaigns.plan import Outline, check_outline, require_settings
from models.tables.campaigns import CAMPAIGN, branch_stream
from models.wire.service.plans import PLAN_ROLES
from models.wire.service.teams.campaigns import ChangeCampaign, PlanCampaign, SubmitCampaign
from services.central.handlers.approvals.request import Proposal, ask_approval
from services.central.handlers.clients.teams.campaigns.found import (
    change,
    require_own,
    require_state,
    step,
)
from services.central.handlers.firm_rules import settings_on
from services.central.handlers.work import Work, add_once, refusal, require, require_version

_S = CampaignState
_SHOWN = ("kind", "title", "place", "channel", "starts_at", "capacity")


async def plan_campaign(work: Work, command: PlanCampaign) -> None:
    """Store a draft; Refused CAMPAIGN_ROLE for who has no clients to invite."""
    if work.actor.role not in PLAN_ROLES:
        raise refusal("CAMPAIGN_ROLE")
    _judge(work, command)
    row = {
        "branch_id": work.branch_id,
        "campaign_id": command.campaign_id,
        "manager_id": branch_stream(work.branch_id),
        "author": work.actor.staff_id,
        "kind": command.kind.value,
        "state": _S.DRAFT.value,
        **_outline_values(command),
    }
    await add_once(work, CAMPAIGN, row)


async def change_campaign(work: Work, command: ChangeCampaign) -> None:
    """Put a draft right; what waits for its second person stays as he saw it."""
    found = await require_own(work, command.campaign_id)
    require_state(found, _S.DRAFT)
    require_version(work, found["version"])
    _judge(work, command)
    await change(work, found, _outline_values(command))


async def submit_campaign(work: Work, command: SubmitCampaign) -> None:
    """Ask the second person."""
    found = await require_own(work, command.campaign_id)
    await step(work, found, _S.IN_REVIEW, {"approval_id": work.envelope.command_id})
    await _require_ready(work, str(found["starts_at"]))
    after = {name: found[name] for name in _SHOWN}
    title = f"活动「{found['title']}」"
    await ask_approval(work, Proposal(ApprovalKind.CAMPAIGN, None, title, {}, after))


async def approve_campaign(held: Work, command: SubmitCampaign) -> None:
    """Let it go ahead, unless its day has come meanwhile."""
    found = await require_own(held, command.campaign_id)
    await _require_ready(held, str(found["starts_at"]))
    await step(held, found, _S.APPROVED)


async def send_back(held: Work, command: SubmitCampaign) -> None:
    """It is a draft again: refused, withdrawn or too late."""
    found = await require_own(held, command.campaign_id)
    await step(held, found, _S.DRAFT, {"approval_id": ""})


def _judge(work: Work, command: PlanCampaign | ChangeCampaign) -> None:
    outline = Outline(
        command.title, command.place, command.channel, moment_of(command.starts_at),
        command.capacity,
    )  # fmt: skip
    require(check_outline(outline, work.now))


async def _require_ready(work: Work, starts_at: str) -> None:
    require_settings((await settings_on(work, work.day)).campaigns)
    if moment_of(starts_at) <= work.now:
        raise refusal("CAMPAIGN_IN_THE_PAST")


def _outline_values(command: PlanCampaign | ChangeCampaign) -> dict[str, object]:
    return {
        "title": command.title.strip(),
        "place": command.place.strip(),
        "channel": command.channel,
        "starts_at": moment_text(moment_of(command.starts_at)),
        "capacity": command.capacity,
    }
