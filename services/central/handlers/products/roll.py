"""Brings one client's subscriptions and shown rate to a day: what is over ends, what waits goes on.

Everything is dated, so that rules and charges do not depend on when this is done.
"""

from datetime import date

from sqlalchemy import update

from models.lives.subscription import RUNNING, SubscriptionState
from models.tables.firm import CLIENT
from services.central.handlers.products.facts import (
    change_subscription,
    charged_rate_units,
    subscriptions,
)
from services.central.handlers.work import Work, require_client

_RUNNING = frozenset(state.value for state in RUNNING)


def state_on(state: str, starts_on: str, ends_on: str, day: date) -> SubscriptionState:
    """Return the state a subscription has come to by ``day``."""
    if state in _RUNNING and ends_on and ends_on < day.isoformat():
        return SubscriptionState.ENDED
    is_paused = state == SubscriptionState.PAUSED.value
    if is_paused and starts_on and starts_on <= day.isoformat():
        return SubscriptionState.ACTIVE
    return SubscriptionState(state)


async def roll_client(work: Work, client_id: str, day: date) -> None:
    """Take every step that is due by ``day``; again on the same day it changes nothing."""
    client = await require_client(work, client_id)
    for row in await subscriptions(work, client_id):
        state = state_on(row["state"], row["starts_on"], row["ends_on"], day)
        if state.value != row["state"]:
            await change_subscription(work, row, {"state": state.value})
    rate_units = await charged_rate_units(work, client, day)
    if rate_units != client["rate_units"]:
        await work.connection.execute(
            update(CLIENT)
            .where(CLIENT.c.branch_id == work.branch_id, CLIENT.c.client_id == client_id)
            .values(rate_units=rate_units, version=CLIENT.c.version + 1)
        )
