"""Tax on a dividend by holding time (market-rules § 2.5)."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from models.dates import months_later
from models.rules.basis.rounding import half_up

# Held up to so many months: percent.
_STEPS = ((1, Decimal(20)), (12, Decimal(10)))


@dataclass(frozen=True, slots=True)
class DividendTax:
    """Percent and CNY."""

    rate_pct: Decimal
    tax: Decimal
    source: str = "§ 2.5 dividend tax"


def dividend_tax(dividend: Decimal, bought_on: date, sold_on: date) -> DividendTax:
    """Return the tax: 20% up to one month, 10% up to a year, nothing beyond."""
    held = (pct for months, pct in _STEPS if sold_on <= months_later(bought_on, months))
    rate = next(held, Decimal(0))
    return DividendTax(rate, half_up(dividend * rate / 100))
