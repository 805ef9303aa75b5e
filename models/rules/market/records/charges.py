"""Dated records of fees and taxes (market-rules § 2.5)."""

from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum

from models.rules.market.records.dated import DatedRecord


class Charge(StrEnum):
    """Who takes what of a trade."""

    STAMP = "stamp"
    TRANSFER = "transfer"
    HANDLING = "handling"
    REGULATORY = "regulatory"


class ChargedSide(StrEnum):
    """Which side of a trade pays."""

    BOTH = "both"
    SELL = "sell"


@dataclass(frozen=True, slots=True, kw_only=True)
class ChargeRecord(DatedRecord):
    """A charge in permille of the traded amount."""

    charge: Charge
    permille: Decimal
    side: ChargedSide = ChargedSide.BOTH


@dataclass(frozen=True, slots=True)
class HoldingStep:
    """Held up to so many months: ``pct`` of the dividend."""

    months: int
    pct: Decimal


@dataclass(frozen=True, slots=True, kw_only=True)
class DividendTaxRecord(DatedRecord):
    """The tax on dividends by holding time, shortest first; held longer than all: none."""

    steps: tuple[HoldingStep, ...]
