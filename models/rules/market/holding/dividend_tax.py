"""Tax on a dividend by holding time (market-rules § 2.5)."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from models.dates import months_later
from models.market.instrument import SecurityKind
from models.rules.basis.missing import ContradictoryFacts
from models.rules.basis.rounding import half_up
from models.rules.market.records.dated import Subject, required
from models.rules.market.records.rulebook import MarketRules


@dataclass(frozen=True, slots=True)
class DividendCase:
    """A dividend in CNY on shares held from a day to a day."""

    dividend: Decimal
    bought_on: date
    sold_on: date


@dataclass(frozen=True, slots=True)
class DividendTax:
    """Percent and CNY."""

    rate_pct: Decimal
    tax: Decimal
    source: str


def dividend_tax(rules: MarketRules, case: DividendCase, day: date) -> DividendTax:
    """Return the tax by the rule of ``day``; held up to the same day n months later counts as n.

    Raises NotConfigured DIVIDEND_TAX, ContradictoryFacts when sold before bought.
    """
    if case.sold_on < case.bought_on:
        raise ContradictoryFacts("卖出早于买入")
    rule = required(rules.dividend_taxes, day, Subject(kind=SecurityKind.STOCK), "DIVIDEND_TAX")
    held = (s.pct for s in rule.steps if case.sold_on <= months_later(case.bought_on, s.months))
    rate = next(held, Decimal(0))
    return DividendTax(rate, half_up(case.dividend * rate / 100), rule.source)
