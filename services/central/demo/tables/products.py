"""Subscriptions to SMS1–3 and products A–E, the fees of D, and program-trading mandates."""

import json
from collections.abc import Iterable, Iterator, Sequence
from datetime import date, timedelta
from decimal import Decimal
from random import Random

from models.clients.tier import RiskClass, Tier
from models.dates import term_end
from models.money import cents, yuan_of_cents
from models.rules.basis.settings.products import ProductSettings
from models.rules.products.annual_fee import AnnualFeeCase, EntrustedSpan, annual_fee
from models.rules.products.fee_days import FeeSpan, due_spans
from services.central.demo.plan import ClientPlan
from services.central.demo.tables.row import Row, moment, owned
from services.rules.loader import load_calendar, load_profile

_D = "D"
_BOLD = (RiskClass.C4, RiskClass.C5)
_BEGUN_DAYS = (400, 23, 160)  # before today
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
        if plan.tier is Tier.PLATINUM and plan.risk_class in _BOLD:
            begun = _BEGUN_DAYS[plan.number % len(_BEGUN_DAYS)]
            row = _row(plan, _D, "active", today - timedelta(days=begun), None, "annual_fee")
            yield row | {"about": row["subscription_id"]}  # it ends alone, and the bundle does not
        return
    for sms in SMS:
        if rng.randrange(100) < _BOUGHT_PERCENT[plan.tier]:
            yield _bought(rng, plan, sms, today)


def _bought(rng: Random, plan: ClientPlan, sms: str, today: date) -> Row:
    months = rng.choice((1, 3, 6, 12))
    starts = today - timedelta(days=rng.randint(3, months * 30 + 40))
    ends = term_end(starts, months)
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


def fee_rows(
    plan: ClientPlan, subscribed: Iterable[Row], assets: Iterable[Row], today: date
) -> Iterator[tuple[str, Row]]:
    """Rows of ``product_fee`` and ``product_fee_row``: of the last month, as its night posts them.

    A client whose assets are not known for every day of it has none.
    """
    begun = next((str(row["starts_on"]) for row in subscribed if row["product"] == _D), "")
    last = today.replace(day=1) - timedelta(days=1)
    settings = load_profile(None)
    spans = due_spans(lambda day: settings.on(day).products.D, last) if begun else ()
    closes = {str(row["day"]): yuan_of_cents(int(str(row["assets_cents"]))) for row in assets}
    for span in spans:
        first = max(span.from_, date.fromisoformat(begun))
        days = [first + timedelta(days=at) for at in range((span.to - first).days + 1)]
        known = [closes.get(_close_of(day).isoformat()) for day in days]
        amounts = [amount for amount in known if amount is not None]
        if amounts and len(amounts) == len(days):
            yield from _fee(plan, span, first, amounts)


def _fee(
    plan: ClientPlan, span: FeeSpan, first: date, amounts: Sequence[Decimal]
) -> Iterator[tuple[str, Row]]:
    of_days = AnnualFeeCase(spans=tuple(EntrustedSpan(1, amount) for amount in amounts))
    settings = ProductSettings(brackets=span.brackets, days_in_year=span.days_in_year)
    fee = annual_fee(settings, of_days)
    told = owned(plan) | {"fee_id": f"fee-{plan.client_id}-{_D}-{span.to}", "days": len(amounts)}
    yield (
        "product_fee",
        told
        | {
            "product": _D,
            "kind": "fee",
            "period_from": first.isoformat(),
            "period_to": span.to.isoformat(),
            "average_cents": cents(fee.average),
            "amount_cents": cents(fee.fee),
            "posted_at": moment(span.to, 18, 30),
        },
    )
    brackets = [{"above": f"{b.above:f}", "rate": f"{b.rate:f}"} for b in span.brackets]
    yield (
        "product_fee_row",
        told
        | {
            "from_on": first.isoformat(),
            "to_on": span.to.isoformat(),
            "total_cents": cents(sum(amounts, Decimal(0))),
            "brackets": json.dumps(brackets),
            "days_in_year": span.days_in_year,
            "entrusted": ",".join(span.entrusted),
            "fee_cents": cents(fee.fee),
        },
    )


def _close_of(day: date) -> date:
    calendar = load_calendar()
    return day if calendar.is_trading_day(day) else calendar.moved(day, -1)


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
        "ends_on": term_end(starts, 12).isoformat(),
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
