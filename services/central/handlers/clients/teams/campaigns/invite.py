"""InviteClients and AnswerInvitation: each client judged for himself (features F26, § 2.11)."""

from collections.abc import Mapping, Sequence

from sqlalchemy import RowMapping, insert, select, update

from models.clients.contact import CONTACT_CHANNELS
from models.clients.tier import Tier
from models.dates import moment_of
from models.lives.consent import send_case
from models.lives.steps import may_step
from models.lives.teams.campaign import INVITATION_STEPS, CampaignState, InvitationState
from models.rules.messages.campaigns.invite import Invitee, check_invitation
from models.rules.messages.campaigns.kinds import CampaignKind
from models.rules.messages.send_gate import Purpose
from models.tables.campaigns import CAMPAIGN_INVITATION
from models.tables.firm import CLIENT
from models.wire.service.reasons import words_of
from models.wire.service.teams.campaigns import AnswerInvitation, InviteClients
from services.central.handlers.clients.teams.campaigns.found import (
    require_campaign,
    require_distinct,
    require_state,
)
from services.central.handlers.firm_rules import settings_on
from services.central.handlers.tasks.opening import NewTask, open_task
from services.central.handlers.timeline import tell, tell_each
from services.central.handlers.work import Refused, Work, now_text, refusal
from services.central.privacy.consents import read_consents

_S = CampaignState
_INVITATION = CAMPAIGN_INVITATION.c


async def invite_clients(work: Work, command: InviteClients) -> None:
    """Invite whoever may be invited; the others are told with their reasons in one task.

    Refused CAMPAIGN_NOBODY, with the reasons, where nobody is left.
    """
    require_distinct(command.client_ids)
    campaign = await require_campaign(work, command.campaign_id)
    require_state(campaign, _S.APPROVED, _S.INVITING)
    if moment_of(campaign["starts_at"]) <= work.now:
        raise refusal("CAMPAIGN_IN_THE_PAST")
    reasons = await _judge(work, campaign, command.client_ids)
    refused = {client_id: reason for client_id, reason in reasons.items() if reason}
    invited = [client_id for client_id, reason in reasons.items() if not reason]
    if not invited:
        raise Refused("CAMPAIGN_NOBODY", f"没有客户可以邀请:{_told(refused)}")
    await _add(work, campaign, invited)
    if refused:
        await _open_task(work, campaign, refused)


async def answer_invitation(work: Work, command: AnswerInvitation) -> None:
    """Store what the client said; one who declines frees his seat."""
    campaign = await require_campaign(work, command.campaign_id)
    require_state(campaign, _S.INVITING)
    if command.channel not in CONTACT_CHANNELS:
        raise Refused("CONTACT_INVALID", f"联系方式 {command.channel} 无法识别")
    state = InvitationState(command.answer)
    told: dict[str, object] = {"answered_at": now_text(work), "answered_over": command.channel}
    await step_invitation(work, command.campaign_id, command.client_id, state, told)
    word = "接受" if state is InvitationState.ACCEPTED else "谢绝"
    await tell(work, command.client_id, "campaign", f"{word}活动邀请:{campaign['title']}")


async def step_invitation(
    work: Work,
    campaign_id: str,
    client_id: str,
    state: InvitationState,
    told: Mapping[str, object],
) -> None:
    """Bring an invitation of the author's own client on; Refused INVITATION_NOT_FOUND, …_STATE."""
    this = (
        _INVITATION.branch_id == work.branch_id,
        _INVITATION.campaign_id == campaign_id,
        _INVITATION.client_id == client_id,
        _INVITATION.manager_id == work.envelope.manager_id,
    )
    query = select(_INVITATION.state).where(*this).with_for_update()
    before = await work.connection.scalar(query)
    if before is None:
        raise Refused("INVITATION_NOT_FOUND", f"客户 {client_id} 没有该活动的邀请")
    if not may_step(INVITATION_STEPS, InvitationState(before), state):
        raise Refused("INVITATION_STATE", f"客户 {client_id} 的邀请处于 {before},不能到 {state}")
    changed = update(CAMPAIGN_INVITATION).where(*this)
    await work.connection.execute(
        changed.values(state=state.value, version=_INVITATION.version + 1, **told)
    )


async def _judge(work: Work, campaign: RowMapping, client_ids: Sequence[str]) -> dict[str, str]:
    """Return every client's reason, "" = he is invited, in the order in which they were named."""
    settings = await settings_on(work, work.day)
    tiers = await _tiers(work, client_ids)
    consent = await read_consents(work.connection, work.branch_id, client_ids)
    present = await _present(work, campaign["campaign_id"], client_ids)
    seats = int(campaign["capacity"]) - int(campaign["seats_taken"])
    reasons: dict[str, str] = {}
    for client_id in client_ids:
        if client_id not in tiers:
            reasons[client_id] = "CLIENT_NOT_FOUND"
            continue
        entries = consent.get(client_id, [])
        case = Invitee(
            campaign_id=campaign["campaign_id"],
            kind=CampaignKind(campaign["kind"]),
            client_id=client_id,
            tier=tiers[client_id],
            message=send_case(entries, Purpose.MARKETING, campaign["channel"], work.now),
            is_invited=client_id in present,
        )
        reasons[client_id] = check_invitation(settings, case, seats, work.now).reason
        seats -= not reasons[client_id]
    return reasons


async def _tiers(work: Work, client_ids: Sequence[str]) -> dict[str, Tier]:
    query = select(CLIENT.c.client_id, CLIENT.c.tier).where(
        CLIENT.c.branch_id == work.branch_id,
        CLIENT.c.manager_id == work.envelope.manager_id,
        CLIENT.c.client_id.in_(client_ids),
    )
    return {client_id: Tier(tier) for client_id, tier in await work.connection.execute(query)}


async def _present(work: Work, campaign_id: str, client_ids: Sequence[str]) -> set[str]:
    query = select(_INVITATION.client_id).where(
        _INVITATION.branch_id == work.branch_id,
        _INVITATION.campaign_id == campaign_id,
        _INVITATION.client_id.in_(client_ids),
    )
    return set(await work.connection.scalars(query))


async def _add(work: Work, campaign: RowMapping, client_ids: Sequence[str]) -> None:
    rows = [
        work.owner
        | {
            "campaign_id": campaign["campaign_id"],
            "client_id": client_id,
            "channel": campaign["channel"],
            "state": InvitationState.INVITED.value,
            "invited_by": work.envelope.command_id,
            "invited_at": now_text(work),
        }
        for client_id in client_ids
    ]
    await work.connection.execute(insert(CAMPAIGN_INVITATION), rows)
    await tell_each(work, client_ids, "campaign", f"邀请参加活动:{campaign['title']}")


async def _open_task(work: Work, campaign: RowMapping, refused: Mapping[str, str]) -> None:
    task = NewTask(
        task_id=f"uninvited-{work.envelope.command_id}",
        kind="campaign_uninvited",
        title=f"{len(refused)} 位客户未能邀请:{campaign['title']}",
        body=_told(refused),
        about=campaign["campaign_id"],
    )
    await open_task(work, task)


def _told(refused: Mapping[str, str]) -> str:
    return ";".join(
        f"{client_id} {words_of(reason)}({reason})" for client_id, reason in refused.items()
    )
