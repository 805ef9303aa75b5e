"""A campaign in hand: found, locked, and brought on by the table of its steps."""

from collections.abc import Collection, Mapping

from sqlalchemy import RowMapping, select, text, update

from models.lives.steps import may_step
from models.lives.teams.campaign import CAMPAIGN_STEPS, CampaignState
from models.tables.campaigns import CAMPAIGN
from services.central.handlers.work import Refused, Work, refusal

_LOCK = text("SELECT lock_campaign(:campaign_id)")


async def require_campaign(work: Work, campaign_id: str) -> RowMapping:
    """Return it, locked to the end of the transaction; Refused CAMPAIGN_NOT_FOUND."""
    await work.connection.execute(_LOCK, {"campaign_id": campaign_id})
    query = select(CAMPAIGN).where(
        CAMPAIGN.c.branch_id == work.branch_id, CAMPAIGN.c.campaign_id == campaign_id
    )
    found = (await work.connection.execute(query)).mappings().one_or_none()
    if found is None:
        raise Refused("CAMPAIGN_NOT_FOUND", f"没有活动 {campaign_id}")
    return found


async def require_own(work: Work, campaign_id: str) -> RowMapping:
    """Return it where the author planned it, or leads the branch; Refused CAMPAIGN_OTHERS."""
    found = await require_campaign(work, campaign_id)
    if work.actor.role != "branch_manager" and found["author"] != work.actor.staff_id:
        raise refusal("CAMPAIGN_OTHERS")
    return found


def require_state(found: RowMapping, *states: CampaignState) -> None:
    """Refuse CAMPAIGN_STATE in any other."""
    if found["state"] not in states:
        raise refusal("CAMPAIGN_STATE", {"现为": found["state"]})


async def step(
    work: Work,
    found: RowMapping,
    state: CampaignState,
    values: Mapping[str, object] | None = None,
) -> None:
    """Bring a campaign on; Refused CAMPAIGN_STATE where the table has no such step."""
    if not may_step(CAMPAIGN_STEPS, CampaignState(found["state"]), state):
        raise refusal("CAMPAIGN_STATE", {"现为": found["state"], "不能到": state})
    await change(work, found, {"state": state.value, **(values or {})})


async def change(work: Work, found: RowMapping, values: Mapping[str, object]) -> None:
    """Change the campaign's row."""
    await work.connection.execute(
        update(CAMPAIGN)
        .where(CAMPAIGN.c.branch_id == found["branch_id"])
        .where(CAMPAIGN.c.campaign_id == found["campaign_id"])
        .values(version=CAMPAIGN.c.version + 1, **values)
    )


def require_distinct(client_ids: Collection[str]) -> None:
    """Refuse CLIENTS_INVALID for nobody, or for one named twice."""
    if not client_ids or len(set(client_ids)) != len(client_ids):
        raise Refused("CLIENTS_INVALID", "没有选择客户,或客户重复")
