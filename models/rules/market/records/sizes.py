"""Dated records of lots, daily caps and settlement (market-rules § 2.3, 2.6, 2.7)."""

from dataclasses import dataclass
from enum import StrEnum

from models.rules.basis.settings.words import OrderType
from models.rules.market.records.dated import DatedRecord


@dataclass(frozen=True, slots=True, kw_only=True)
class LotRecord(DatedRecord):
    """Shares: an order has at least ``minimum`` and goes up by ``step``; what is left below the
    minimum is sold all at once."""

    minimum: int
    step: int


@dataclass(frozen=True, slots=True, kw_only=True)
class DailyCapRecord(DatedRecord):
    """Shares of one stock an account may buy in a day, by all methods together."""

    shares: int


class HeldInstrument(StrEnum):
    """What decides when a bought security may be sold."""

    A_SHARE = "a_share"
    ETF_EQUITY = "etf_equity"
    ETF_BOND = "etf_bond"
    ETF_MONEY = "etf_money"
    ETF_GOLD = "etf_gold"
    ETF_COMMODITY = "etf_commodity"
    ETF_CROSS_BORDER = "etf_cross_border"
    BOND = "bond"
    CONVERTIBLE = "convertible"


@dataclass(frozen=True, slots=True, kw_only=True)
class SizeCapRecord(DatedRecord):
    """Shares of the largest order the exchange takes; a type without a figure has the limit's."""

    limit: int
    market: int | None = None
    after_hours: int | None = None

    def of(self, order_type: OrderType) -> int:
        """Return the figure of one type of order."""
        own = {OrderType.MARKET: self.market, OrderType.AFTER_HOURS: self.after_hours}
        return own.get(order_type) or self.limit


@dataclass(frozen=True, slots=True, kw_only=True)
class SameDayRecord(DatedRecord):
    """Instruments that may be sold on the day they were bought; all others wait a trading day."""

    instruments: tuple[HeldInstrument, ...]
    only_same_day_underlying: bool = False
