"""What a client has by the rows of this desk: products, paid days, base rate, points."""

from collections.abc import Sequence
from datetime import date, datetime
from decimal import Decimal

from models.clients.tier import Tier
from models.lives.application import ExceptionState
from models.lives.consent import ConsentEntry, ConsentForm
from models.lives.points_hold import HoldState
from models.lives.subscription import RUNNING, SubscriptionState
from models.money import POINTS_MILLI_PER_POINT, permille_of_rate
from models.rules.basis.settings.words import Product, Sms
from models.rules.messages.send_gate import Purpose
from models.rules.products.rate_spans import RateSpan, base_span_on
from models.rules.tiers.assign import TierGrant
from models.tables.firm import SUBSCRIPTION
from models.tables.pricing import RATE_EXCEPTION
from models.tables.service import CLIENT_RATE, CONSENT, POINTS_HOLD, TIER_GRANT
from services.desk.service.case import Case, refused
from services.desk.storage.rows import Row

_PRODUCTS = frozenset(product.value for product in Product)


def held_products(case: Case, client_id: str) -> tuple[Product, ...]:
    """Return the products A-E that run today or begin later."""
    return tuple(Product(str(row["product"])) for row in _product_rows(case, client_id))


def running_products(case: Case, client_id: str) -> tuple[Product, ...]:
    """Return the products A-E that run today."""
    day, rows = case.day.isoformat(), _product_rows(case, client_id)
    return tuple(Product(str(row["product"])) for row in rows if str(row["starts_on"]) <= day)


def _product_rows(case: Case, client_id: str) -> list[Row]:
    rows = case.rows(SUBSCRIPTION, SUBSCRIPTION.c.client_id == client_id)
    return [row for row in rows if row["product"] in _PRODUCTS and _runs(case, row)]


def paid_to(case: Case, client_id: str) -> dict[Sms, date]:
    """Return the last paid day of each SMS product in force."""
    last: dict[Sms, date] = {}
    for row in case.rows(SUBSCRIPTION, SUBSCRIPTION.c.client_id == client_id):
        is_paid = row["state"] == SubscriptionState.ACTIVE.value and row["ends_on"]
        if is_paid and row["product"] not in _PRODUCTS and _runs(case, row):
            sms, ends = Sms(str(row["product"])), date.fromisoformat(str(row["ends_on"]))
            last[sms] = max(ends, last.get(sms, ends))
    return last


def base_rate_permille(case: Case, client_id: str) -> Decimal:
    """Return the client's base rate X; refused BASE_RATE_UNKNOWN."""
    spans = [
        RateSpan(
            str(row["product"]),
            date.fromisoformat(str(row["starts_on"])),
            int(row["rate_units"] or 0),
            date.fromisoformat(str(row["ends_on"])) if row["ends_on"] else None,
        )
        for row in case.rows(CLIENT_RATE, CLIENT_RATE.c.client_id == client_id)
    ]
    span = base_span_on(sorted(spans, key=lambda span: span.starts_on), case.day)
    if span is None:
        raise refused("BASE_RATE_UNKNOWN", "客户未使用产品时的基准佣金率未登记,请先补录")
    return permille_of_rate(span.rate_units)


def rate_exceptions(case: Case, client_id: str) -> dict[Product, Row]:
    """Return the approved exceptions that hold today, by product."""
    one, day = RATE_EXCEPTION.c, case.day.isoformat()
    rows = case.rows(
        RATE_EXCEPTION,
        one.client_id == client_id,
        one.state == ExceptionState.APPROVED.value,
        one.starts_on <= day,
        one.ends_on >= day,
    )
    return {Product(str(row["product"])): row for row in rows}


def capped_rates(case: Case, client_id: str) -> dict[Product, Decimal]:
    """Return the rates that these exceptions allow, in permille."""
    held = rate_exceptions(case, client_id)
    return {one: permille_of_rate(int(row["rate_units"] or 0)) for one, row in held.items()}


def points_of(case: Case, client: Row) -> tuple[Decimal, Decimal]:
    """Return the balance and what is held of it."""
    holds = case.rows(
        POINTS_HOLD,
        POINTS_HOLD.c.client_id == client["client_id"],
        POINTS_HOLD.c.state == HoldState.HELD.value,
    )
    held = sum(int(row["points_milli"] or 0) for row in holds)
    return _points(int(client["points_milli"] or 0)), _points(held)


def consents_of(case: Case, client_ids: Sequence[str]) -> dict[str, list[ConsentEntry]]:
    """Return the entries of the register of each client who has any."""
    entries: dict[str, list[ConsentEntry]] = {}
    for row in case.rows(CONSENT, CONSENT.c.client_id.in_(client_ids)):
        entry = ConsentEntry(
            Purpose(str(row["purpose"])),
            str(row["channel"]),
            ConsentForm(str(row["form"])),
            datetime.fromisoformat(str(row["at"])),
        )
        entries.setdefault(str(row["client_id"]), []).append(entry)
    return entries


def has_hold(case: Case, client_id: str, purpose: str) -> bool:
    """Whether points are held for such a purpose."""
    hold = POINTS_HOLD.c
    held = (hold.purpose == purpose, hold.state == HoldState.HELD.value)
    return case.row(POINTS_HOLD, hold.client_id == client_id, *held) is not None


def running_grant(case: Case, client_id: str) -> TierGrant | None:
    """Return a tier that was granted for today."""
    day, grant = case.day.isoformat(), TIER_GRANT.c
    row = case.row(
        TIER_GRANT, grant.client_id == client_id, grant.starts_on <= day, grant.ends_on >= day
    )
    if row is None:
        return None
    days = (date.fromisoformat(str(row[name])) for name in ("starts_on", "ends_on"))
    return TierGrant(Tier(str(row["tier"])), *days)


def _runs(case: Case, row: Row) -> bool:
    is_open = not row["ends_on"] or str(row["ends_on"]) >= case.day.isoformat()
    return row["state"] in RUNNING and is_open


def _points(milli: int) -> Decimal:
    return Decimal(milli) / POINTS_MILLI_PER_POINT
