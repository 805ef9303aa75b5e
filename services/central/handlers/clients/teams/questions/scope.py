"""For which client a question is, and whether head office answers it (S14)."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import date

from sqlalchemy import RowMapping, or_, select
from sqlalchemy.ext.asyncio import AsyncConnection

from models.clients.tier import Role, Tier
from models.lives.subscription import RUNNING
from models.rules.basis.settings.words import Product
from models.rules.decision import Decision
from models.rules.instructions.questions.answer import Reader
from models.rules.instructions.questions.scope import check_scope
from models.tables.firm import CLIENT, SUBSCRIPTION
from services.central.handlers.firm_rules import read_settings
from services.central.handlers.products.facts import PRODUCTS
from services.central.session import Actor, at_work, become

_HELD = SUBSCRIPTION.c


@asynccontextmanager
async def as_owner(
    connection: AsyncConnection, found: RowMapping, back: Actor
) -> AsyncIterator[None]:
    """Let the transaction act as the question's manager, and as ``back`` again afterwards."""
    await become(connection, at_work(found["branch_id"], found["manager_id"], Role.MANAGER.value))
    yield
    await become(connection, back)


async def reader_of(
    connection: AsyncConnection, found: RowMapping, day: date, actor: Actor
) -> Reader | None:
    """Return tier and products of ``day``, whoever asks; None for a general question."""
    if found["client_id"] is None:
        return None
    of_branch, day_text = found["branch_id"], day.isoformat()
    tier = select(CLIENT.c.tier).where(
        CLIENT.c.branch_id == of_branch, CLIENT.c.client_id == found["client_id"]
    )
    held = (
        select(_HELD.product)
        .where(_HELD.branch_id == of_branch, _HELD.client_id == found["client_id"])
        .where(_HELD.product.in_(PRODUCTS), _HELD.state.in_([one.value for one in RUNNING]))
        .where(_HELD.starts_on <= day_text, or_(_HELD.ends_on == "", _HELD.ends_on >= day_text))
    )
    async with as_owner(connection, found, actor):
        shown = Tier(str(await connection.scalar(tier)))
        products = (await connection.execute(held)).scalars().all()
    return Reader(shown, tuple(map(Product, products)))


async def head_office_serves(
    connection: AsyncConnection, found: RowMapping, day: date, actor: Actor
) -> Decision:
    """Tell whether the question is one for head office on ``day``."""
    reader = await reader_of(connection, found, day, actor)
    return check_scope(await read_settings(connection, day), reader)
