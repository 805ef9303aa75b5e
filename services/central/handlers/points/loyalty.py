"""AwardLoyalty: the points of an anniversary of the account (S34)."""

from models.dates import day_of
from models.rules.points.events import LoyaltyEvent
from models.wire.service.points import AwardLoyalty
from services.central.handlers.points.bonus import post_bonus
from services.central.handlers.work import Work, require_client


async def award_loyalty(work: Work, command: AwardLoyalty) -> None:
    """Post them once an anniversary."""
    client = await require_client(work, command.client_id)
    on, opened = day_of(command.on), day_of(client["opened_on"])
    event = LoyaltyEvent(
        kind="loyalty", id=f"loyalty-{command.client_id}-{on}", opened=opened, on=on
    )
    await post_bonus(work, command.client_id, event, on, f"存续满 {on.year - opened.year} 年")
