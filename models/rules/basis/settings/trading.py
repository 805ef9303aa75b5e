"""Settings of fees, order sizes and program trading (market-rules § 2.5, 2.6, 2.9)."""

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal

from models.rules.basis.bounds import Amount, Count, Positive, Price
from models.rules.basis.settings.words import OrderType


@dataclass(frozen=True, slots=True)
class FeeSettings:
    """Units and bounds of the commission: CNY, permille all-in."""

    line_unit: Price | None = None
    commission_floor: Amount | None = None
    commission_cap_permille: Amount | None = None


# Largest order in shares, by board ("main", "chinext", …) or "etf" for funds, and by order type.
MaxQuantity = Mapping[str, Mapping[OrderType, int]]


@dataclass(frozen=True, slots=True)
class HftSettings:
    """When an account trades at high frequency; soft and hard are parts of the levels."""

    window_ms: Positive | None = None
    per_second: Positive | None = None
    per_day: Positive | None = None
    soft: Amount | None = None
    hard: Amount | None = None


@dataclass(frozen=True, slots=True)
class WatchSettings:
    """When a day's cancels raise an alarm; both must be reached."""

    fast_cancels: Count | None = None
    cancel_ratio: Amount | None = None


@dataclass(frozen=True, slots=True)
class OrderSettings:
    """Amount in CNY from which a second person must confirm, inclusive."""

    second_person_from: Amount | None = None


@dataclass(frozen=True, slots=True)
class QuoteSettings:
    """Whether the firm holds a level-2 display licence for its own staff (§ 2.8)."""

    staff_level2: bool | None = None


@dataclass(frozen=True, slots=True)
class BigOrderSettings:
    """Turnover in CNY from which an order counts as 特大, 大 or 中, inclusive; the rest is 小.

    No exchange defines these: every firm and vendor sets its own.
    """

    huge_from: Decimal | None = None
    large_from: Decimal | None = None
    medium_from: Decimal | None = None


@dataclass(frozen=True, slots=True)
class AdviceSettings:
    """Words that promise a return."""

    promise_words: tuple[str, ...] | None = None
