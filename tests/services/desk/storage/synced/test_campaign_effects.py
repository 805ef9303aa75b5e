"""Campaigns on the desk before central has answered."""

from pathlib import Path

from sqlalchemy import select

from models.rules.messages.campaigns.kinds import CampaignKind
from models.tables.campaigns import CAMPAIGN
from models.wire.service.teams.campaigns import PlanCampaign
from tests.support.desk_data import open_desk

STARTS = "2023-02-10T14:00:00.000+08:00"


async def test_a_plan_that_central_will_refuse_is_shown_until_it_does(tmp_path: Path) -> None:
    async with open_desk(tmp_path) as desk:
        plan = PlanCampaign(
            "CP1", CampaignKind.REPORT_MEETING, "报告会", "二楼", "phone", STARTS, -1
        )
        await desk.outbox.add(plan, "CP1")
        shown = await desk.store.read(
            lambda connection: connection.execute(select(CAMPAIGN.c.capacity)).scalars().all()
        )
    assert list(shown) == [-1]
