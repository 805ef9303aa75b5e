"""Dated records of fees (market-rules § 2.5)."""

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
