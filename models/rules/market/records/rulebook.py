"""All dated market rules as one value, handed to every rule that needs them."""

from collections.abc import Mapping
from dataclasses import dataclass

from models.rules.market.records.charges import ChargeRecord
from models.rules.market.records.pricing import BandRecord, CageRecord, TickRecord
from models.rules.market.records.sizes import DailyCapRecord, LotRecord, SameDayRecord
from models.rules.market.records.trading import (
    AfterHoursRecord,
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
    bands: tuple[BandRecord, ...]
    cages: tuple[CageRecord, ...]
    ticks: tuple[TickRecord, ...]
    lots: tuple[LotRecord, ...]
    daily_caps: tuple[DailyCapRecord, ...]
    same_day: tuple[SameDayRecord, ...]
    charges: tuple[ChargeRecord, ...]
