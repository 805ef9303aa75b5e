"""What a client has: subscriptions, products, rates by day."""

from collections.abc import Mapping, Sequence
from datetime import date

from sqlalchemy import ColumnElement, RowMapping, select, update

from models.lives.application import ExceptionState
from models.lives.subscription import RUNNING, SubscriptionState
from models.rules.basis.settings.words import Product, Sms
from models.rules.products.rate_spans import RateSpan, base_span_on, rate_span_on
from models.tables.firm import SUBSCRIPTION
from models.tables.pricing import RATE_EXCEPTION
from models.tables.service import CLIENT_RATE
from services.central.handlers.work import Refused, Work

PRODUCTS = tuple(product.value for product in Product)


async def subscriptions(
    work: Work, client_id: str, *where: ColumnElement[bool]
) -> Sequence[RowMapping]:
    """Return his subscriptions that have not ended, locked, first begun first."""
    query = (
        select(SUBSCRIPTION)
        .where(SUBSCRIPTION.c.branch_id == work.branch_id)
        .where(SUBSCRIPTION.c.client_id == client_id)
        .where(SUBSCRIPTION.c.state != SubscriptionState.ENDED.value, *where)
        .order_by(SUBSCRIPTION.c.starts_on, SUBSCRIPTION.c.subscription_id)
        .with_for_update()
    )
    return (await work.connection.execute(query)).mappings().all()


def runs_on(row: RowMapping, day: date) -> bool:
    """Tell whether a subscription is in force, or will be, on or after ``day``."""
    is_open = not row["ends_on"] or row["ends_on"] >= day.isoformat()
    return row["state"] in RUNNING and is_open


async def product_rows(work: Work, client_id: str, day: date) -> list[RowMapping]:
    """Return the rows of products A-E that run on ``day`` or begin later."""
    of_products = SUBSCRIPTION.c.product.in_(PRODUCTS)
    return [row for row in await subscriptions(work, client_id, of_products) if runs_on(row, day)]


async def held_products(work: Work, client_id: str, day: date) -> tuple[Product, ...]:
    """Return the products A-E that run on ``day`` or begin later."""
    return tuple(Product(row["product"]) for row in await product_rows(work, client_id, day))


async def running_products(work: Work, client_id: str) -> tuple[Product, ...]:
    """Return the products A-E that run today."""
    rows = await product_rows(work, client_id, work.day)
    begun = (row for row in rows if row["starts_on"] <= work.day.isoformat())
    return tuple(Product(row["product"]) for row in begun)


async def paid_to(work: Work, client_id: str) -> dict[Sms, date]:
    """Return the last paid day of each SMS product that is in force."""
    is_paid = SUBSCRIPTION.c.state == SubscriptionState.ACTIVE.value
    rows = await subscriptions(work, client_id, is_paid, SUBSCRIPTION.c.ends_on != "")
    last: dict[Sms, date] = {}
    for row in rows:
        if row["product"] not in PRODUCTS and runs_on(row, work.day):
            ends, sms = date.fromisoformat(row["ends_on"]), Sms(row["product"])
            last[sms] = max(ends, last.get(sms, ends))
    return last


async def rate_spans(work: Work, client_id: str) -> list[RateSpan]:
    """Return all dated rates of a client."""
    table = CLIENT_RATE.c
    found = await work.connection.execute(
        select(table.product, table.starts_on, table.rate_units, table.ends_on)
        .where(table.branch_id == work.branch_id, table.client_id == client_id)
        .order_by(table.starts_on, table.ends_on)
    )
    return [
        RateSpan(
            product, date.fromisoformat(starts), units, date.fromisoformat(ends) if ends else None
        )
        for product, starts, units, ends in found
    ]


async def charged_rate_units(work: Work, client: RowMapping, day: date) -> int:
    """Return the all-in rate of exactly ``day``; his present one where history does not reach."""
    span = rate_span_on(await rate_spans(work, client["client_id"]), day)
    return span.rate_units if span else int(client["rate_units"])


async def base_rate_units(work: Work, client_id: str) -> int:
    """Return the client's base rate X; Refused BASE_RATE_UNKNOWN."""
    span = base_span_on(await rate_spans(work, client_id), work.day)
    if span is None:
        raise Refused("BASE_RATE_UNKNOWN", "客户未使用产品时的基准佣金率未登记,请先补录")
    return span.rate_units


async def rate_exceptions(work: Work, client_id: str) -> dict[Product, RowMapping]:
    """Return the approved exceptions that hold today, by product."""
    table, day = RATE_EXCEPTION.c, work.day.isoformat()
    query = (
        select(RATE_EXCEPTION)
        .where(table.branch_id == work.branch_id, table.client_id == client_id)
        .where(table.state == ExceptionState.APPROVED.value)
        .where(table.starts_on <= day, table.ends_on >= day)
    )
    found = (await work.connection.execute(query)).mappings()
    return {Product(row["product"]): row for row in found}


async def change_subscription(work: Work, row: RowMapping, values: Mapping[str, object]) -> None:
    """Change one subscription."""
    await work.connection.execute(
        update(SUBSCRIPTION)
        .where(SUBSCRIPTION.c.branch_id == work.branch_id)
        .where(SUBSCRIPTION.c.subscription_id == row["subscription_id"])
        .values(version=SUBSCRIPTION.c.version + 1, **values)
    )
