"""All dated market rules as one value, handed to every rule that needs them."""

from collections.abc import Mapping
from dataclasses import dataclass, fields
from datetime import date

from models.rules.market.records.charges import ChargeRecord, DividendTaxRecord
from models.rules.market.records.pricing import BandRecord, CageRecord, TickRecord
from models.rules.market.records.sizes import (
    DailyCapRecord,
    LotRecord,
    SameDayRecord,
    SizeCapRecord,
)
from models.rules.market.records.trading import (
    AfterHoursRecord,
    HaltRecord,
    MarketOrderRecord,
    PhaseStart,
    SessionRecord,
)


@dataclass(frozen=True, slots=True)
class MarketRules:
    """What resources/market_rules holds; each name is a table of its files.

    ``day_plans``: the phases of a day in order of time, closed before the first.
    """

    day_plans: Mapping[str, tuple[PhaseStart, ...]]
    sessions: tuple[SessionRecord, ...]
    after_hours: tuple[AfterHoursRecord, ...]
    market_orders: tuple[MarketOrderRecord, ...]
    halts: tuple[HaltRecord, ...]
    bands: tuple[BandRecord, ...]
    cages: tuple[CageRecord, ...]
    ticks: tuple[TickRecord, ...]
    lots: tuple[LotRecord, ...]
    daily_caps: tuple[DailyCapRecord, ...]
    size_caps: tuple[SizeCapRecord, ...]
    same_day: tuple[SameDayRecord, ...]
    charges: tuple[ChargeRecord, ...]
    dividend_taxes: tuple[DividendTaxRecord, ...]

    def on(self, day: date) -> "MarketRules":
        """Return only what is in force on ``day``: the same answers, found sooner."""
        tables = {
            field.name: tuple(r for r in getattr(self, field.name) if r.is_in_force(day))
            for field in fields(self)
            if field.name != "day_plans"
        }
        return MarketRules(day_plans=self.day_plans, **tables)
