"""CancelSubscription, and the end of a product: the prior rate and the paid SMS come back."""

from datetime import date

from sqlalchemy import RowMapping, or_, update

from models.dates import day_of
from models.lives.subscription import SubscriptionState
from models.tables.firm import SUBSCRIPTION
from models.tables.service import CLIENT_RATE
from models.wire.service.products import CancelSubscription
from services.central.handlers.products.bundle import resumed_after
from services.central.handlers.products.facts import (
    PRODUCTS,
    change_subscription,
    product_rows,
    subscriptions,
)
from services.central.handlers.timeline import tell
from services.central.handlers.work import Refused, Work, require_client, require_version


async def cancel_subscription(work: Work, command: CancelSubscription) -> None:
    """End an SMS subscription or a product after its last day, today at the earliest."""
    await require_client(work, command.client_id)
    row = await _find(work, command)
    require_version(work, row["version"])
    last = day_of(command.last_day)
    if row["ends_on"] and row["ends_on"] < last.isoformat():
        raise Refused("LAST_DAY_LATE", f"该订阅已于 {row['ends_on']} 到期")
    if row["product"] in PRODUCTS:
        await end_product(work, row, last)
    else:
        await change_subscription(work, row, {"ends_on": last.isoformat()})
    title = f"{row['product']} 终止于 {last}:{command.reason}"
    await tell(work, command.client_id, "subscription", title)


async def end_product(work: Work, product: RowMapping, last_day: date) -> None:
    """End the product, its rate and its bundle on ``last_day``.

    The base rate holds again from the next day, and paid SMS days go on; where another product
    brings the SMS too, they wait for that one's end.
    """
    client_id = str(product["client_id"])
    others = await product_rows(work, client_id, last_day)
    next_one = next(
        (row for row in others if row["subscription_id"] != product["subscription_id"]), None
    )
    await change_subscription(work, product, {"ends_on": last_day.isoformat()})
    await _end_rate(work, product, last_day)
    about = product["about"] or product["subscription_id"]
    for row in await subscriptions(work, client_id, SUBSCRIPTION.c.about == about):
        if row["state"] == SubscriptionState.PAUSED.value:
            await change_subscription(work, row, _after(row, last_day, next_one))
        elif row["subscription_id"] != product["subscription_id"]:
            await change_subscription(work, row, {"ends_on": last_day.isoformat()})


def _after(waiting: RowMapping, last_day: date, next_one: RowMapping | None) -> dict[str, object]:
    if next_one is None:
        return resumed_after(waiting, last_day)
    moved: dict[str, object] = {"about": next_one["about"], "starts_on": "", "ends_on": ""}
    if next_one["ends_on"]:
        moved |= resumed_after(waiting, date.fromisoformat(next_one["ends_on"]))
    return moved


async def _find(work: Work, command: CancelSubscription) -> RowMapping:
    rows = await subscriptions(
        work, command.client_id, SUBSCRIPTION.c.subscription_id == command.subscription_id
    )
    if not rows:
        raise Refused("SUBSCRIPTION_NOT_FOUND", "没有这项订阅,或已经结束")
    if rows[0]["state"] != SubscriptionState.ACTIVE.value:
        raise Refused("SUBSCRIPTION_STATE", "随产品赠送或暂停中的订阅不能单独终止")
    return rows[0]


async def _end_rate(work: Work, product: RowMapping, last_day: date) -> None:
    table = CLIENT_RATE.c
    await work.connection.execute(
        update(CLIENT_RATE)
        .where(table.branch_id == work.branch_id, table.client_id == product["client_id"])
        .where(table.product == product["product"])
        .where(or_(table.ends_on == "", table.ends_on > last_day.isoformat()))
        .values(ends_on=last_day.isoformat(), version=table.version + 1)
    )
