"""Commands about campaigns."""

from typing import assert_never

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
from services.central.handlers.clients.teams.campaigns.attendance import record_attendance
from services.central.handlers.clients.teams.campaigns.course import (
    cancel_campaign,
    finish_follow_up,
    hold_campaign,
)
from services.central.handlers.clients.teams.campaigns.invite import (
    answer_invitation,
    invite_clients,
)
from services.central.handlers.clients.teams.campaigns.plan import (
    change_campaign,
    plan_campaign,
    submit_campaign,
)
from services.central.handlers.work import Work


async def apply_campaign_command(work: Work, command: CampaignCommand) -> None:
    """Find the handler of a command of this kind."""
    match command:
        case PlanCampaign():
            await plan_campaign(work, command)
        case ChangeCampaign():
            await change_campaign(work, command)
        case SubmitCampaign():
            await submit_campaign(work, command)
        case InviteClients():
            await invite_clients(work, command)
        case AnswerInvitation():
            await answer_invitation(work, command)
        case HoldCampaign():
            await hold_campaign(work, command)
        case RecordAttendance():
            await record_attendance(work, command)
        case CancelCampaign():
            await cancel_campaign(work, command)
        case FinishFollowUp():
            await finish_follow_up(work, command)
        case _:
            assert_never(command)
