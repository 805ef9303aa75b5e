"""Subscriptions to SMS1–3 and products A–E, and program-trading mandates."""

from collections.abc import Iterable, Iterator
from datetime import date, timedelta
from random import Random

from models.clients.tier import Tier
from models.dates import months_later
from services.central.demo.plan import ClientPlan
from services.central.demo.tables.row import Row, owned

SMS = ("SMS1", "SMS2", "SMS3")
_BOUGHT_PERCENT = {Tier.ORDINARY: 9, Tier.SILVER: 22, Tier.GOLD: 30, Tier.PLATINUM: 40}
_STRATEGIES = (
    ("TWAP 分时均价", "600519.SH,000858.SZ"),
    ("VWAP 量价均价", "600036.SH,601318.SH"),
    ("ETF 网格", "510300.SH,159915.SZ"),
    ("跟量 POV", "300750.SZ,002594.SZ"),
)


def subscription_rows(rng: Random, plan: ClientPlan, today: date) -> Iterator[Row]:
    """Rows of ``subscription``: a commission product brings SMS1–3 with it (S25)."""
    if plan.product:
        starts = today - timedelta(days=rng.randint(20, 300))
        yield _row(plan, plan.product, "active", starts, None, "commission")
        for sms in SMS:
            yield _row(plan, sms, "bundled", starts, None, "bundle")
        return
    for sms in SMS:
        if rng.randrange(100) < _BOUGHT_PERCENT[plan.tier]:
            yield _bought(rng, plan, sms, today)


def _bought(rng: Random, plan: ClientPlan, sms: str, today: date) -> Row:
    months = rng.choice((1, 3, 6, 12))
    starts = today - timedelta(days=rng.randint(3, months * 30 + 40))
    ends = months_later(starts, months) - timedelta(days=1)
    paid_by = "points" if months == 1 and sms == "SMS1" else "cash"
    return _row(plan, sms, "active" if ends >= today else "ended", starts, ends, paid_by)


def rate_rows(plan: ClientPlan, subscribed: Iterable[Row]) -> Iterator[Row]:
    """Rows of ``client_rate``: the base rate from the beginning, a product's from its first day."""
    yield _rate(plan, plan.opened_on.isoformat(), "", plan.base_rate_units)
    for row in subscribed:
        if row["product"] == plan.product:
            yield _rate(plan, str(row["starts_on"]), plan.product, plan.rate_units)


def _rate(plan: ClientPlan, starts_on: str, product: str, rate_units: int) -> Row:
    return owned(plan) | {"starts_on": starts_on, "product": product, "rate_units": rate_units}


def mandate_rows(rng: Random, plan: ClientPlan, today: date) -> Iterator[Row]:
    """Rows of ``mandate``: clients of product C may trade by program."""
    if plan.product != "C" or rng.randrange(3) == 0:
        return
    strategy, symbols = rng.choice(_STRATEGIES)
    state, report = rng.choice(
        (("active", "confirmed"), ("active", "confirmed"), ("signed", "filed"), ("draft", "none"))
    )
    starts = today - timedelta(days=rng.randint(10, 120))
    capital_yuan = plan.average_assets_cents // 100 // 5 // 10_000 * 10_000
    yield owned(plan) | {
        "mandate_id": f"MD-{plan.client_id}",
        "strategy": strategy,
        "symbols": symbols,
        "capital_cents": capital_yuan * 100,
        "max_orders_per_second": rng.choice((2, 5, 10)),
        "loss_limit_cents": capital_yuan * 100 // 20,
        "starts_on": starts.isoformat(),
        "ends_on": (months_later(starts, 12) - timedelta(days=1)).isoformat(),
        "report_state": report,
        "state": state,
    }


def _row(
    plan: ClientPlan, product: str, state: str, starts: date, ends: date | None, paid_by: str
) -> Row:
    return owned(plan) | {
        "subscription_id": f"{plan.client_id}-{product}",
        "product": product,
        "state": state,
        "starts_on": starts.isoformat(),
        "ends_on": ends.isoformat() if ends else "",
        "paid_by": paid_by,
        "about": f"{plan.client_id}-{plan.product}" if plan.product else "",
    }
