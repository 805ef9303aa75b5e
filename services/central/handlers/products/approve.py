"""An approved application: rate, product and bundle from the next trading day on (F9, S25)."""

from dataclasses import dataclass
from datetime import date

from sqlalchemy import RowMapping
from sqlalchemy.dialects.postgresql import insert

from models.dates import months_later, term_end
from models.lives.application import ApplicationState
from models.lives.approval import ApprovalState
from models.lives.subscription import SubscriptionState
from models.rules.basis.settings.words import Product
from models.tables.firm import SUBSCRIPTION
from models.tables.service import CLIENT_RATE
from models.wire.service.products import SubmitApplication
from services.central.handlers.firm_rules import settings_on
from services.central.handlers.products.apply import step
from services.central.handlers.products.bundle import extend_bundle, start_bundle
from services.central.handlers.products.end import end_product
from services.central.handlers.products.facts import product_rows
from services.central.handlers.products.judge import (
    application_of,
    exception_of,
    judge,
    papers_of,
    rate_units_of,
)
from services.central.handlers.timeline import tell
from services.central.handlers.work import ONE_DAY, Refused, Work, refusal, require_client
from services.rules.loader import load_calendar

_PAID_BY = {Product.D: "annual_fee"}


@dataclass(frozen=True, slots=True)
class Term:
    """When an approved product runs; ``ends_on`` None = without end."""

    starts_on: date
    ends_on: date | None


async def approve_application(held: Work, command: SubmitApplication, approval_id: str) -> None:
    """Judge once more, then write the dated rate, the product and what it brings."""
    client = await require_client(held, command.client_id)
    application = await application_of(held, command.application_id, command.client_id)
    judgement = await judge(held, client, application, papers_of(application))
    rate_units = rate_units_of(judgement.quote.rate_permille)
    if rate_units != application["rate_units"]:
        raise Refused("QUOTE_STALE", "产品收费已变,须重新报价和签署")
    product = Product(application["product"])
    exception = await exception_of(held, application, judgement.quote)
    last = date.fromisoformat(exception["ends_on"]) if exception else None
    if application["action"] == "renew":
        term = await _renew(held, application, product, last)
    else:
        term = await _begin(held, application, product, last)
    if rate_units:
        await _write_rate(held, application, term, approval_id)
    await step(held, command.application_id, ApplicationState.APPROVED, {})
    until = f"至 {term.ends_on}" if term.ends_on else "长期"
    by = f",按例外费率 {judgement.quote.rate_permille:f}‰" if exception else ""
    title = f"产品 {product} 自 {term.starts_on} 起{until}{by}"
    await tell(held, command.client_id, "product", title)


async def refuse_application(held: Work, command: SubmitApplication, state: ApprovalState) -> None:
    """Nobody approved it: the application ends, nothing else was touched."""
    after = ApplicationState.REFUSED
    if state is ApprovalState.WITHDRAWN:
        after = ApplicationState.WITHDRAWN
    await step(held, command.application_id, after, {"note": state.value})


def _cut(term: Term, last: date | None) -> Term:
    """What rests on an exception ends with it at the latest."""
    if last is None:
        return term
    if last < term.starts_on:
        raise refusal("EXCEPTION_OVER")
    return Term(term.starts_on, min(term.ends_on or last, last))


async def _begin(held: Work, application: RowMapping, product: Product, last: date | None) -> Term:
    starts = load_calendar().next_after(held.day)
    months = application["months"]
    ends = term_end(starts, months) if months else None
    term = _cut(Term(starts, ends), last)
    client_id, leaves = application["client_id"], application["switch_from"]
    left = [
        row for row in await product_rows(held, client_id, held.day) if row["product"] == leaves
    ]
    row = held.owner | {
        "subscription_id": application["application_id"],
        "client_id": client_id,
        "product": product.value,
        "state": SubscriptionState.ACTIVE.value,
        "starts_on": starts.isoformat(),
        "ends_on": term.ends_on.isoformat() if term.ends_on else "",
        "paid_by": _PAID_BY.get(product, "commission"),
        "about": application["application_id"],
    }
    await held.connection.execute(insert(SUBSCRIPTION).values(row))
    for earlier in left:
        await end_product(held, earlier, starts - ONE_DAY)
    settings = await settings_on(held, held.day)
    await start_bundle(held, settings.products.bundle, application, term.starts_on, term.ends_on)
    return term


async def _renew(held: Work, application: RowMapping, product: Product, last: date | None) -> Term:
    """Another term after the running one, at the rate that was quoted for it."""
    rows = await product_rows(held, application["client_id"], held.day)
    running = next((row for row in rows if row["product"] == product), None)
    if running is None or not running["ends_on"] or not application["months"]:
        raise Refused("NOTHING_TO_RENEW", f"产品 {product} 没有可续的期限")
    before = date.fromisoformat(running["ends_on"])
    term = _cut(Term(before + ONE_DAY, months_later(before, application["months"])), last)
    await extend_bundle(held, running, term.ends_on or before)
    return term


async def _write_rate(held: Work, application: RowMapping, term: Term, approval_id: str) -> None:
    row = held.owner | {
        "client_id": application["client_id"],
        "starts_on": term.starts_on.isoformat(),
        "product": application["product"],
        "rate_units": application["rate_units"],
        "ends_on": term.ends_on.isoformat() if term.ends_on else "",
        "approval_id": approval_id,
    }
    await held.connection.execute(insert(CLIENT_RATE).values(row))
