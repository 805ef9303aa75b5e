"""The branch's campaigns and this desk's invitations to them (features F26)."""

from dataclasses import dataclass

from sqlalchemy import Connection, select

from models.lives.task import TaskState
from models.lives.teams.campaign import InvitationState
from models.tables.campaigns import CAMPAIGN, CAMPAIGN_EFFECT, CAMPAIGN_INVITATION
from models.tables.firm import TASK
from services.desk.storage.rows import Row, key_of, row_text
from services.desk.storage.synced.provisional import provisional_keys

_FOLLOW_UP = "campaign_follow_up"


@dataclass(frozen=True, slots=True)
class CampaignFile:
    """One campaign; ``pending`` holds clients whose invitation is not yet at central.

    ``waiting``: who has not answered; ``calls``: what follows, first due first.
    """

    campaign: Row
    invitations: tuple[Row, ...]
    waiting: tuple[str, ...]
    calls: tuple[Row, ...]
    effects: tuple[Row, ...]
    pending: frozenset[str]

    @property
    def seats_left(self) -> int:
        """Seats that central has not given away."""
        return int(self.campaign["capacity"] or 0) - int(self.campaign["seats_taken"] or 0)


def read_campaigns(connection: Connection) -> tuple[Row, ...]:
    """Return the campaigns of the branch, the newest event first."""
    table = CAMPAIGN.c
    query = select(CAMPAIGN).order_by(table.starts_at.desc(), table.campaign_id)
    return tuple(dict(row) for row in connection.execute(query).mappings())


def read_campaign(connection: Connection, campaign_id: str) -> CampaignFile | None:
    """Return one with all that this desk has of it; None where it is not stored here."""
    query = select(CAMPAIGN).where(CAMPAIGN.c.campaign_id == campaign_id)
    campaign = connection.execute(query).mappings().first()
    if campaign is None:
        return None
    invitations = _invitations(connection, campaign_id)
    invited = InvitationState.INVITED.value
    return CampaignFile(
        campaign=dict(campaign),
        invitations=invitations,
        waiting=tuple(str(row["client_id"]) for row in invitations if row["state"] == invited),
        calls=_calls(connection, campaign_id),
        effects=_effects(connection, campaign_id),
        pending=_pending(connection, invitations),
    )


def _invitations(connection: Connection, campaign_id: str) -> tuple[Row, ...]:
    table = CAMPAIGN_INVITATION.c
    query = select(CAMPAIGN_INVITATION).where(table.campaign_id == campaign_id)
    rows = connection.execute(query.order_by(table.client_id)).mappings()
    return tuple(dict(row) for row in rows)


def _calls(connection: Connection, campaign_id: str) -> tuple[Row, ...]:
    query = (
        select(TASK)
        .where(TASK.c.kind == _FOLLOW_UP, TASK.c.about == campaign_id)
        .where(TASK.c.state == TaskState.OPEN.value)
        .order_by(TASK.c.due_at, TASK.c.task_id)
    )
    return tuple(dict(row) for row in connection.execute(query).mappings())


def _effects(connection: Connection, campaign_id: str) -> tuple[Row, ...]:
    table = CAMPAIGN_EFFECT.c
    query = select(CAMPAIGN_EFFECT).where(table.campaign_id == campaign_id)
    rows = connection.execute(query.order_by(table.treated)).mappings()
    return tuple(dict(row) for row in rows)


def _pending(connection: Connection, invitations: tuple[Row, ...]) -> frozenset[str]:
    marked = provisional_keys(connection, CAMPAIGN_INVITATION)
    keys = ((row, row_text(key_of(CAMPAIGN_INVITATION, row))) for row in invitations)
    return frozenset(str(row["client_id"]) for row, key in keys if key in marked)
