"""SMS products that come free with a product A-E; paid ones wait meanwhile (S25, D12)."""

from collections.abc import Mapping
from datetime import date

from sqlalchemy import RowMapping, insert

from models.lives.subscription import SubscriptionState
from models.rules.basis.settings.words import Sms
from models.rules.products.sms import PaidSms, PausedSms, bundle
from models.tables.firm import SUBSCRIPTION
from services.central.handlers.products.facts import change_subscription, paid_to, subscriptions
from services.central.handlers.work import ONE_DAY, Work

_ACTIVE, _BUNDLED, _PAUSED = (
    SubscriptionState.ACTIVE.value,
    SubscriptionState.BUNDLED.value,
    SubscriptionState.PAUSED.value,
)


async def start_bundle(
    work: Work,
    products: tuple[Sms, ...] | None,
    application: RowMapping,
    start: date,
    end: date | None,
) -> None:
    """Add the free subscriptions and let the paid ones wait from ``start`` on."""
    client_id, about = application["client_id"], application["application_id"]
    paid = [PaidSms(sms, last) for sms, last in (await paid_to(work, client_id)).items()]
    brought = bundle(products, paid, start, end)
    for free in brought.bundle:
        told = {"state": _BUNDLED, "starts_on": start.isoformat(), "ends_on": _text(free.to)}
        await _add(work, f"{about}-{free.product}", application, free.product, told)
    for waiting in brought.paid:
        if waiting.pause_from is not None:
            await _pause(work, application, waiting)


async def extend_bundle(work: Work, running: RowMapping, ends_on: date) -> None:
    """A renewed product runs on to ``ends_on``; what waits for its end waits longer."""
    about = str(running["about"])
    for row in await subscriptions(work, running["client_id"], SUBSCRIPTION.c.about == about):
        if row["state"] == _PAUSED:
            await change_subscription(work, row, resumed_after(row, ends_on))
        else:
            await change_subscription(work, row, {"ends_on": ends_on.isoformat()})


def resumed_after(row: RowMapping, last_day: date) -> dict[str, object]:
    """Return the days of a paused subscription that goes on after ``last_day``."""
    starts = last_day + ONE_DAY
    ends = last_day + row["days_left"] * ONE_DAY
    return {"starts_on": starts.isoformat(), "ends_on": ends.isoformat()}


async def _pause(work: Work, application: RowMapping, waiting: PausedSms) -> None:
    """End the paid rows on the day before and keep their days in one row that waits."""
    client_id, about = application["client_id"], application["application_id"]
    is_paid = SUBSCRIPTION.c.state == _ACTIVE
    rows = await subscriptions(
        work, client_id, is_paid, SUBSCRIPTION.c.product == waiting.product.value
    )
    assert waiting.pause_from is not None
    last = waiting.pause_from - ONE_DAY
    paid_by = ""
    for row in rows:
        if row["ends_on"] > last.isoformat():
            paid_by = row["paid_by"]
            await change_subscription(work, row, {"ends_on": last.isoformat()})
    told = {
        "state": _PAUSED,
        "starts_on": _text(waiting.resume_from),
        "ends_on": _text(waiting.resume_to),
        "paid_by": paid_by,
        "days_left": waiting.days_left,
    }
    await _add(work, f"{about}-{waiting.product}-rest", application, waiting.product, told)


async def _add(
    work: Work,
    subscription_id: str,
    application: RowMapping,
    product: Sms,
    told: Mapping[str, object],
) -> None:
    row = work.owner | {
        "subscription_id": subscription_id,
        "client_id": application["client_id"],
        "product": product.value,
        "paid_by": "bundle",
        "about": application["application_id"],
        **told,
    }
    await work.connection.execute(insert(SUBSCRIPTION).values(row))


def _text(day: date | None) -> str:
    return day.isoformat() if day else ""
