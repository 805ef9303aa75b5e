"""What an agent sees of the call in his hand: one read, masked as his post asks (S8-S10, F28)."""

from datetime import datetime

import msgspec
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncEngine

from models.clients.tier import Tier
from models.dates import BEIJING
from models.errors import ExpectedFailure
from models.rules.access.entitlement import EntitlementCase, Use, check_entitlement
from models.rules.basis.profile import Settings
from models.rules.basis.settings.words import Product
from models.wire.service.teams.screen import Screen
from services.central.handlers.firm_rules import read_settings
from services.central.session import Actor, acting

_POP = text("SELECT screen_pop(:call_id)::text")
_PRODUCTS = frozenset(product.value for product in Product)


async def screen_pop(engine: AsyncEngine, actor: Actor, call_id: str, now: datetime) -> Screen:
    """Return the call, its client's card, what is open and was said, what he may use.

    Raises ExpectedFailure CALL_NOT_FOUND for any call but the agent's own in hand.
    """
    async with acting(engine, actor) as connection:
        told = await connection.scalar(_POP, {"call_id": call_id})
        settings = await read_settings(connection, now.astimezone(BEIJING).date())
    if told is None:
        raise ExpectedFailure("看不到这个来电", "只显示您手上的来电", "CALL_NOT_FOUND")
    screen = msgspec.json.decode(str(told), type=Screen)
    return msgspec.structs.replace(screen, services=_services(settings, screen))


def _services(settings: Settings, screen: Screen) -> tuple[str, ...]:
    """What the client's tier and products allow."""
    if screen.card is None:
        return ()
    tier = Tier(screen.card.tier)
    held = tuple(Product(one) for one in screen.products if one in _PRODUCTS)
    cases = (EntitlementCase(use=use, tier=tier, products=held) for use in Use)
    return tuple(c.use.value for c in cases if check_entitlement(settings.products, c).ok)
