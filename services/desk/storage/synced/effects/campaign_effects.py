"""What commands about campaigns change on this desk at once (待同步).

Who is invited at last, and how many seats are left, is known to central: an invitation that it did
not make goes when the command is answered. Tasks and contacts of attendance come from there.
"""

from collections.abc import Iterator

import msgspec

from models.lives.teams.campaign import CampaignState, InvitationState
from models.tables.campaigns import CAMPAIGN, CAMPAIGN_INVITATION, branch_stream
from models.wire.commands import Envelope
from models.wire.service.teams.campaigns import (
    AnswerInvitation,
    CancelCampaign,
    ChangeCampaign,
    FinishFollowUp,
    HoldCampaign,
    InviteClients,
    PlanCampaign,
    RecordAttendance,
    SubmitCampaign,
)
from services.desk.storage.rows import Row
from services.desk.storage.synced.effects.present import Effect, Rows, change, key_in_branch, owned

_S = CampaignState


def campaign_effects(envelope: Envelope, rows: Rows) -> Iterator[Effect]:
    """Yield the rows as the command makes them."""
    match envelope.command:
        case PlanCampaign() as command:
            yield CAMPAIGN, _draft(envelope, command)
        case ChangeCampaign() as command:
            outline = msgspec.structs.asdict(command)
            yield from _changed(envelope, command.campaign_id, outline, rows)
        case SubmitCampaign() as command:
            asked: Row = {"state": _S.IN_REVIEW.value, "approval_id": envelope.command_id}
            yield from _changed(envelope, command.campaign_id, asked, rows)
        case HoldCampaign() as command:
            yield from _changed(envelope, command.campaign_id, {"state": _S.HELD.value}, rows)
        case FinishFollowUp() as command:
            done: Row = {"state": _S.FOLLOWED_UP.value}
            yield from _changed(envelope, command.campaign_id, done, rows)
        case CancelCampaign() as command:
            off: Row = {"state": _S.CANCELLED.value, "note": command.reason.strip()}
            yield from _changed(envelope, command.campaign_id, off, rows)
        case InviteClients() | AnswerInvitation() | RecordAttendance():
            yield from _of_invitations(envelope, rows)
        case _:
            return


def _draft(envelope: Envelope, command: PlanCampaign) -> Row:
    plan = {**msgspec.structs.asdict(command), "kind": command.kind.value}
    own: Row = {"manager_id": branch_stream(envelope.branch_id), "author": envelope.author}
    return owned(envelope) | own | plan | {"state": _S.DRAFT.value, "seats_taken": 0}


def _changed(envelope: Envelope, campaign_id: str, values: Row, rows: Rows) -> Iterator[Effect]:
    yield from change(CAMPAIGN, key_in_branch(envelope, "campaign_id", campaign_id), values, rows)


def _of_invitations(envelope: Envelope, rows: Rows) -> Iterator[Effect]:
    match envelope.command:
        case InviteClients() as command:
            yield from _invited(envelope, command, rows)
        case AnswerInvitation() as command:
            said: Row = {
                "state": command.answer,
                "answered_at": envelope.created_at,
                "answered_over": command.channel,
            }
            yield from _stepped(envelope, command.campaign_id, command.client_id, said, rows)
        case RecordAttendance() as command:
            came = dict.fromkeys(command.attended, InvitationState.ATTENDED)
            away = dict.fromkeys(command.absent, InvitationState.ABSENT)
            for client_id, state in (came | away).items():
                seen: Row = {"state": state.value}
                yield from _stepped(envelope, command.campaign_id, client_id, seen, rows)
        case _:
            return


def _invited(envelope: Envelope, command: InviteClients, rows: Rows) -> Iterator[Effect]:
    """Whoever is invited already stays as he is; seats are counted at central."""
    campaign = rows.read(CAMPAIGN, key_in_branch(envelope, "campaign_id", command.campaign_id))
    if campaign is None:
        return
    if campaign["state"] == _S.APPROVED.value:
        yield CAMPAIGN, campaign | {"state": _S.INVITING.value}
    for client_id in command.client_ids:
        key = _key(envelope, command.campaign_id, client_id)
        present = rows.read(CAMPAIGN_INVITATION, key)
        if present is not None and present["invited_by"] != envelope.command_id:
            continue
        yield (
            CAMPAIGN_INVITATION,
            owned(envelope)
            | key
            | {
                "channel": campaign["channel"],
                "state": InvitationState.INVITED.value,
                "invited_by": envelope.command_id,
                "invited_at": envelope.created_at,
            },
        )


def _stepped(
    envelope: Envelope, campaign_id: str, client_id: str, values: Row, rows: Rows
) -> Iterator[Effect]:
    key = _key(envelope, campaign_id, client_id)
    yield from change(CAMPAIGN_INVITATION, key, values, rows)


def _key(envelope: Envelope, campaign_id: str, client_id: str) -> Row:
    return key_in_branch(envelope, "campaign_id", campaign_id) | {"client_id": client_id}
