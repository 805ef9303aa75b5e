"""Commands about points."""

from typing import assert_never

from models.wire.service.points import (
    AwardLoyalty,
    AwardSuggestion,
    CorrectCommission,
    PointsCommand,
    RecordReferral,
    RedeemPoints,
    UpgradeTier,
)
from services.central.handlers.points.correct import correct_commission
from services.central.handlers.points.loyalty import award_loyalty
from services.central.handlers.points.redeem import redeem_points
from services.central.handlers.points.referral import record_referral
from services.central.handlers.points.suggestion import award_suggestion
from services.central.handlers.points.upgrade import upgrade_tier
from services.central.handlers.work import Work


async def apply_points_command(work: Work, command: PointsCommand) -> None:
    """Find the handler of a command of this kind."""
    match command:
        case RedeemPoints():
            await redeem_points(work, command)
        case UpgradeTier():
            await upgrade_tier(work, command)
        case RecordReferral():
            await record_referral(work, command)
        case AwardLoyalty():
            await award_loyalty(work, command)
        case AwardSuggestion():
            await award_suggestion(work, command)
        case CorrectCommission():
            await correct_commission(work, command)
        case _:
            assert_never(command)
