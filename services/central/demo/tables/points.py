"""Points of the past year: an opening balance, commission month by month, bonuses, redemptions."""

from collections.abc import Iterator, Mapping
from datetime import date
from decimal import Decimal
from random import Random

from models.clients.tier import Tier
from models.dates import months_later, years_later
from services.central.demo.plan import ClientPlan
from services.central.demo.tables.row import Row, moment, owned

_LOYALTY_MILLI, _REFERRAL_MILLI, _SUGGESTION_MILLI = 200_000, 500_000, 300_000
_REDEMPTION_MILLI = -300_000
_MILLI_PER_CENT = 10
_MONTHS = 12


def points_rows(
    rng: Random, plan: ClientPlan, today: date, multipliers: Mapping[Tier, Decimal]
) -> Iterator[Row]:
    """Rows of ``points_entry``; the commission they count sums to the client's year."""
    opening = rng.randrange(0, plan.year_commission_cents // 50 + 400) * 1_000
    start = months_later(today, -_MONTHS)
    yield _row(plan, "opening", "", opening, start, "系统上线时结转")
    for month, cents in enumerate(_months(rng, plan), 1):
        if cents:
            day = months_later(start, month) if month < _MONTHS else today
            milli = int(cents * _MILLI_PER_CENT * multipliers[plan.tier])
            note = f"佣金 {cents // 100}.{cents % 100:02d} 元 × {multipliers[plan.tier]}"
            row = _row(plan, "commission", f"{month:02d}", milli, day, note)
            yield row | {"amount_cents": cents, "factor": f"{multipliers[plan.tier]:f}"}
    yield from _bonuses(rng, plan, today)


def _months(rng: Random, plan: ClientPlan) -> list[int]:
    """The year's commission in cents by month, oldest first."""
    weights = [rng.choice((0, 1, 2, 3, 5)) for _ in range(_MONTHS)]
    weights[rng.randrange(_MONTHS)] += 1
    total, months = sum(weights), []
    for weight in weights:
        months.append(plan.year_commission_cents * weight // total)
    months[weights.index(max(weights))] += plan.year_commission_cents - sum(months)
    return months


def _bonuses(rng: Random, plan: ClientPlan, today: date) -> Iterator[Row]:
    years = today.year - plan.opened_on.year
    anniversary = years_later(plan.opened_on, years)
    if anniversary > today:
        years -= 1
        anniversary = years_later(plan.opened_on, years)
    if years >= 1 and anniversary > months_later(today, -_MONTHS):
        note = f"存续满 {years} 年"
        yield _row(plan, "loyalty", str(anniversary), _LOYALTY_MILLI, anniversary, note)
    if rng.randrange(25) == 0:
        day = months_later(today, -rng.randint(1, 10))
        yield _row(plan, "referral", "1", _REFERRAL_MILLI, day, "推荐新客户一名")
    if rng.randrange(120) == 0:
        day = months_later(today, -rng.randint(1, 10))
        yield _row(plan, "suggestion", "1", _SUGGESTION_MILLI, day, "合理化建议获奖")


def redemption_row(plan: ClientPlan, day: date, product: str) -> Row:
    """Points paid for one month of an SMS product."""
    return _row(plan, "redemption", product, _REDEMPTION_MILLI, day, f"兑换 {product} 一个月")


def _row(plan: ClientPlan, kind: str, tail: str, milli: int, day: date, note: str) -> Row:
    return owned(plan) | {
        "entry_id": "-".join(filter(None, (kind, plan.client_id, tail))),
        "kind": kind,
        "points_milli": milli,
        "note": note,
        "posted_at": moment(day, 9, 0),
        "amount_cents": 0,
        "factor": "",
    }
