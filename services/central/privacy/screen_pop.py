"""What an agent sees of the call in his hand: one read, masked as his post asks (S8-S10, F28)."""

from datetime import datetime
from typing import Any

import msgspec
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncEngine

from models.clients.tier import Tier
from models.dates import BEIJING
from models.errors import ExpectedFailure
from models.rules.access.entitlement import EntitlementCase, Use, check_entitlement
from models.rules.basis.profile import Settings
from models.rules.basis.settings.words import Product
from services.central.handlers.firm_rules import read_settings
from services.central.session import Actor, acting

_POP = text("SELECT screen_pop(:call_id)::text")
_PRODUCTS = frozenset(product.value for product in Product)


async def screen_pop(engine: AsyncEngine, actor: Actor, call_id: str, now: datetime) -> bytes:
    """Return JSON of the call, its client's card, alerts, questions, contacts, and ``services``
    that he may use; a caller who is not known has no card.

    Raises ExpectedFailure CALL_NOT_FOUND for any call but the agent's own in hand.
    """
    async with acting(engine, actor) as connection:
        told = await connection.scalar(_POP, {"call_id": call_id})
        settings = await read_settings(connection, now.astimezone(BEIJING).date())
    if told is None:
        raise ExpectedFailure("看不到这个来电", "只显示您手上的来电", "CALL_NOT_FOUND")
    shown: dict[str, Any] = msgspec.json.decode(str(told))
    shown["services"] = _services(settings, shown)
    return msgspec.json.encode(shown)


def _services(settings: Settings, shown: dict[str, Any]) -> list[str]:
    """What the client's tier and products allow."""
    if shown["card"] is None:
        return []
    tier = Tier(shown["card"]["tier"])
    held = tuple(Product(one) for one in shown["products"] if one in _PRODUCTS)
    cases = (EntitlementCase(use=use, tier=tier, products=held) for use in Use)
    return [case.use.value for case in cases if check_entitlement(settings.products, case).ok]
