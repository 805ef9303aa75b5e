"""Commands about campaigns and report meetings (features F26)."""

from typing import Literal

import msgspec

from models.rules.messages.campaigns.kinds import CampaignKind


class PlanCampaign(msgspec.Struct, frozen=True, tag="plan_campaign"):
    """Draft a campaign of the author's branch; clients will be invited over ``channel``."""

    campaign_id: str
    kind: CampaignKind
    title: str
    place: str
    channel: str
    starts_at: str
    capacity: int


class ChangeCampaign(msgspec.Struct, frozen=True, tag="change_campaign"):
    """Put a draft right."""

    campaign_id: str
    title: str
    place: str
    channel: str
    starts_at: str
    capacity: int


class SubmitCampaign(msgspec.Struct, frozen=True, tag="submit_campaign"):
    """Ask the second person to let a draft go ahead."""

    campaign_id: str


class InviteClients(msgspec.Struct, frozen=True, tag="invite_clients"):
    """Invite some of the author's own clients, in this order while there are seats.

    Each is judged for himself: who may not be invited is told in a task, the others are invited.
    """

    campaign_id: str
    client_ids: tuple[str, ...]


class AnswerInvitation(msgspec.Struct, frozen=True, tag="answer_invitation"):
    """What the client said, and over which channel."""

    campaign_id: str
    client_id: str
    answer: Literal["accepted", "declined"]
    channel: str


class HoldCampaign(msgspec.Struct, frozen=True, tag="hold_campaign"):
    """It takes place, or took place; from now on attendance is recorded."""

    campaign_id: str


class RecordAttendance(msgspec.Struct, frozen=True, tag="record_attendance"):
    """Which of the author's clients came to what was held, and which stayed away."""

    campaign_id: str
    attended: tuple[str, ...]
    absent: tuple[str, ...]


class CancelCampaign(msgspec.Struct, frozen=True, tag="cancel_campaign"):
    """It does not take place; everybody who was invited has to be told."""

    campaign_id: str
    reason: str


class FinishFollowUp(msgspec.Struct, frozen=True, tag="finish_follow_up"):
    """Everybody's attendance is known and every guest was called."""

    campaign_id: str


CampaignCommand = (
    PlanCampaign
    | ChangeCampaign
    | SubmitCampaign
    | InviteClients
    | AnswerInvitation
    | HoldCampaign
    | RecordAttendance
    | CancelCampaign
    | FinishFollowUp
)
