"""Campaigns and invitations, judged before they are asked for (features F26)."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import assert_never

from models.clients.contact import CONTACT_CHANNELS
from models.clients.tier import Tier
from models.dates import BEIJING, moment_of
from models.lives.consent import send_case
from models.lives.steps import may_step
from models.lives.teams.campaign import (
    CAMPAIGN_STEPS,
    EXPECTED,
    INVITATION_STEPS,
    CampaignState,
    InvitationState,
)
from models.rules.basis.settings.words import ApprovalKind
from models.rules.messages.campaigns.invite import Invitee, check_invitation
from models.rules.messages.campaigns.kinds import CampaignKind
from models.rules.messages.campaigns.plan import Outline, check_outline, require_settings
from models.rules.messages.send_gate import Purpose
from models.tables.campaigns import CAMPAIGN, CAMPAIGN_INVITATION
from models.tables.firm import CLIENT
from models.wire.service.plans import PLAN_ROLES
from models.wire.service.reasons import words_of
from models.wire.service.teams.campaigns import (
    AnswerInvitation,
    CampaignCommand,
    CancelCampaign,
    ChangeCampaign,
    FinishFollowUp,
    HoldCampaign,
    InviteClients,
    PlanCampaign,
    RecordAttendance,
    SubmitCampaign,
)
from services.desk.service.case import Case, demand, found, require
from services.desk.service.facts import consents_of
from services.desk.storage.rows import Row

_S = CampaignState
_INVITATION = CAMPAIGN_INVITATION.c


def judge_campaign(case: Case, command: CampaignCommand) -> None:
    """Find the judge of a command of this kind."""
    match command:
        case PlanCampaign():
            demand(case.role in PLAN_ROLES, "CAMPAIGN_ROLE")
            demand(_find(case, command.campaign_id) is None, "DUPLICATE")
            _judge_outline(case, command)
        case ChangeCampaign():
            _require_state(_own(case, command.campaign_id), _S.DRAFT)
            _judge_outline(case, command)
        case SubmitCampaign():
            _judge_submission(case, command)
        case InviteClients():
            _judge_invitations(case, command)
        case AnswerInvitation():
            _judge_answer(case, command)
        case HoldCampaign() | CancelCampaign() | FinishFollowUp():
            _judge_course(case, command)
        case RecordAttendance():
            _judge_attendance(case, command)
        case _:
            assert_never(command)


def reasons_of(case: Case, campaign_id: str, client_ids: Sequence[str]) -> dict[str, str]:
    """Return why each client may not be invited, "" = he may, in the order of asking.

    By the rows of this desk: seats that others took since are known to central alone.
    """
    campaign, settings = _campaign(case, campaign_id), case.settings
    tiers = {
        str(row["client_id"]): Tier(str(row["tier"]))
        for row in case.rows(
            CLIENT, CLIENT.c.client_id.in_(client_ids), CLIENT.c.manager_id == case.staff_id
        )
    }
    consent, present = consents_of(case, client_ids), _present(case, campaign_id)
    seats = int(campaign["capacity"] or 0) - int(campaign["seats_taken"] or 0)
    reasons: dict[str, str] = {}
    for client_id in client_ids:
        if client_id not in tiers:
            reasons[client_id] = "CLIENT_NOT_FOUND"
            continue
        entries, channel = consent.get(client_id, []), str(campaign["channel"])
        invitee = Invitee(
            campaign_id=campaign_id,
            kind=CampaignKind(str(campaign["kind"])),
            client_id=client_id,
            tier=tiers[client_id],
            message=send_case(entries, Purpose.MARKETING, channel, case.now),
            is_invited=client_id in present,
        )
        reasons[client_id] = check_invitation(settings, invitee, seats, case.now).reason
        seats -= not reasons[client_id]
    return reasons


def _judge_outline(case: Case, command: PlanCampaign | ChangeCampaign) -> None:
    starts_at = moment_of(command.starts_at)
    outline = Outline(command.title, command.place, command.channel, starts_at, command.capacity)
    require(check_outline(outline, case.now))


def _judge_submission(case: Case, command: SubmitCampaign) -> None:
    row = _own(case, command.campaign_id)
    _require_step(row, _S.IN_REVIEW)
    require_settings(case.settings.campaigns)
    demand(_starts_at(row) > case.now, "CAMPAIGN_IN_THE_PAST")
    case.require_maker(ApprovalKind.CAMPAIGN)


def _judge_invitations(case: Case, command: InviteClients) -> None:
    _require_distinct(command.client_ids)
    row = _campaign(case, command.campaign_id)
    _require_state(row, _S.APPROVED, _S.INVITING)
    demand(_starts_at(row) > case.now, "CAMPAIGN_IN_THE_PAST")
    reasons = reasons_of(case, command.campaign_id, command.client_ids)
    told = ";".join(f"{one} {words_of(why)}({why})" for one, why in reasons.items() if why)
    demand(not all(reasons.values()), "CAMPAIGN_NOBODY", f"没有客户可以邀请:{told}")


def _judge_answer(case: Case, command: AnswerInvitation) -> None:
    _require_state(_campaign(case, command.campaign_id), _S.INVITING)
    known = command.channel in CONTACT_CHANNELS
    demand(known, "CONTACT_INVALID", f"联系方式 {command.channel} 无法识别")
    _require_invited(case, command.campaign_id, {command.client_id: command.answer})


def _judge_course(case: Case, command: HoldCampaign | CancelCampaign | FinishFollowUp) -> None:
    row = _own(case, command.campaign_id)
    match command:
        case HoldCampaign():
            _require_step(row, _S.HELD)
            day = _starts_at(row).astimezone(BEIJING).date()
            demand(case.day >= day, "CAMPAIGN_NOT_YET")
        case CancelCampaign():
            demand(bool(command.reason.strip()), "REASON_MISSING", "须写明理由")
            _require_step(row, _S.CANCELLED)
        case FinishFollowUp():
            _require_step(row, _S.FOLLOWED_UP)
            waits = _INVITATION.state.in_([state.value for state in EXPECTED])
            this = _INVITATION.campaign_id == command.campaign_id
            open_one = case.row(CAMPAIGN_INVITATION, this, waits)
            demand(open_one is None, "CAMPAIGN_OPEN_FOLLOW_UP")
        case _:
            assert_never(command)


def _judge_attendance(case: Case, command: RecordAttendance) -> None:
    _require_distinct((*command.attended, *command.absent))
    _require_state(_campaign(case, command.campaign_id), _S.HELD)
    came = dict.fromkeys(command.attended, InvitationState.ATTENDED.value)
    away = dict.fromkeys(command.absent, InvitationState.ABSENT.value)
    _require_invited(case, command.campaign_id, came | away)


def _require_invited(case: Case, campaign_id: str, steps: Mapping[str, str]) -> None:
    """Every client has an invitation on this manager's stream that lets it go on so."""
    present = _present(case, campaign_id)
    for client_id, after in steps.items():
        row = found(
            present.get(client_id), "INVITATION_NOT_FOUND", f"客户 {client_id} 没有该活动的邀请"
        )
        is_own = row["manager_id"] == case.staff_id
        demand(is_own, "INVITATION_NOT_FOUND", f"客户 {client_id} 不在您名下")
        before = InvitationState(str(row["state"]))
        told = f"客户 {client_id} 的邀请处于 {before},不能到 {after}"
        demand(may_step(INVITATION_STEPS, before, InvitationState(after)), "INVITATION_STATE", told)


def _require_distinct(client_ids: Sequence[str]) -> None:
    told = "没有选择客户,或客户重复"
    demand(0 < len(set(client_ids)) == len(client_ids), "CLIENTS_INVALID", told)


def _find(case: Case, campaign_id: str) -> Row | None:
    return case.row(CAMPAIGN, CAMPAIGN.c.campaign_id == campaign_id)


def _campaign(case: Case, campaign_id: str) -> Row:
    return found(_find(case, campaign_id), "CAMPAIGN_NOT_FOUND", f"没有活动 {campaign_id}")


def _own(case: Case, campaign_id: str) -> Row:
    row = _campaign(case, campaign_id)
    may = case.role == "branch_manager" or row["author"] == case.staff_id
    demand(may, "CAMPAIGN_OTHERS")
    return row


def _require_state(row: Row, *states: CampaignState) -> None:
    demand(row["state"] in {state.value for state in states}, "CAMPAIGN_STATE")


def _require_step(row: Row, state: CampaignState) -> None:
    before = CampaignState(str(row["state"]))
    demand(may_step(CAMPAIGN_STEPS, before, state), "CAMPAIGN_STATE")


def _starts_at(row: Row) -> datetime:
    return moment_of(str(row["starts_at"]))


def _present(case: Case, campaign_id: str) -> dict[str, Row]:
    rows = case.rows(CAMPAIGN_INVITATION, _INVITATION.campaign_id == campaign_id)
    return {str(row["client_id"]): row for row in rows}
