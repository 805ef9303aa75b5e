"""RecordAttendance: who came is called soon, who did not perhaps; a meeting is a contact (F26)."""

from collections.abc import Sequence
from datetime import date, datetime, timedelta

from sqlalchemy import RowMapping, insert

from models.dates import BEIJING, moment_text
from models.lives.task import DUE, TaskState
from models.lives.teams.campaign import CampaignState, InvitationState
from models.rules.basis.missing import configured
from models.tables.firm import TASK
from models.wire.commands import LogContact
from models.wire.service.teams.campaigns import RecordAttendance
from services.central.handlers.clients.log_contact import add_contact
from services.central.handlers.clients.teams.campaigns.found import (
    require_campaign,
    require_distinct,
    require_state,
)
from services.central.handlers.clients.teams.campaigns.invite import step_invitation
from services.central.handlers.firm_rules import settings_on
from services.central.handlers.timeline import tell_each
from services.central.handlers.work import Work


async def record_attendance(work: Work, command: RecordAttendance) -> None:
    """All of them or none: the list of a hall is one thing."""
    require_distinct((*command.attended, *command.absent))
    campaign = await require_campaign(work, command.campaign_id)
    require_state(campaign, CampaignState.HELD)
    for client_id in command.attended:
        await _step(work, campaign, client_id, InvitationState.ATTENDED)
        await add_contact(work, _meeting(campaign, client_id))
    for client_id in command.absent:
        await _step(work, campaign, client_id, InvitationState.ABSENT)
    await _open_tasks(work, campaign, command)
    title = campaign["title"]
    await tell_each(work, command.attended, "campaign", f"参加活动:{title}")
    await tell_each(work, command.absent, "campaign", f"未到场:{title}")


async def _step(work: Work, campaign: RowMapping, client_id: str, state: InvitationState) -> None:
    await step_invitation(work, campaign["campaign_id"], client_id, state, {})


def _meeting(campaign: RowMapping, client_id: str) -> LogContact:
    return LogContact(
        contact_id=f"campaign-{campaign['campaign_id']}-{client_id}",
        client_id=client_id,
        channel="meeting",
        direction="out",
        summary=f"参加活动:{campaign['title']}",
        happened_at=campaign["starts_at"],
    )


async def _open_tasks(work: Work, campaign: RowMapping, command: RecordAttendance) -> None:
    """One a client, by his id: none can come twice."""
    settings = (await settings_on(work, work.day)).campaigns
    days = configured(settings.follow_up_days, "CAMPAIGN")
    rows = _rows(work, campaign, command.attended, ("回访到场客户", work.day, days))
    if settings.absent_days is not None:
        away = ("回访未到场客户", work.day, settings.absent_days)
        rows += _rows(work, campaign, command.absent, away)
    if rows:
        await work.connection.execute(insert(TASK), rows)


def _rows(
    work: Work, campaign: RowMapping, client_ids: Sequence[str], wording: tuple[str, date, int]
) -> list[dict[str, object]]:
    words, day, days = wording
    due = datetime.combine(day + timedelta(days=days), DUE, BEIJING)
    return [
        work.owner
        | {
            "task_id": f"follow-up-{campaign['campaign_id']}-{client_id}",
            "client_id": client_id,
            "kind": "campaign_follow_up",
            "title": f"{words}:{campaign['title']}",
            "due_at": moment_text(due),
            "state": TaskState.OPEN.value,
            "about": campaign["campaign_id"],
        }
        for client_id in client_ids
    ]
