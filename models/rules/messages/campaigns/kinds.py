"""Kinds of campaign, and what a client must be entitled to for each (S11, S32)."""

from enum import StrEnum

from models.rules.access.entitlement import Use


class CampaignKind(StrEnum):
    """What people are invited to."""

    STRATEGY_SEMINAR = "strategy_seminar"  # 公司投资策略研讨会, platinum only (S11)
    REPORT_MEETING = "report_meeting"  # 投资策略报告会, one of the six service means (S32)


USES: dict[CampaignKind, Use | None] = {
    CampaignKind.STRATEGY_SEMINAR: Use.SEMINAR_STRATEGY,
    CampaignKind.REPORT_MEETING: None,  # open to every tier
}
