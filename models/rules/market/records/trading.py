"""Dated records of trading hours (market-rules § 2.1, 2.6)."""

from dataclasses import dataclass
from datetime import time

from models.market.instrument import Phase
from models.rules.market.records.dated import DatedRecord


@dataclass(frozen=True, slots=True)
class PhaseStart:
    """A phase begins at ``at`` and lasts until the next one begins."""

    at: time
    phase: Phase


@dataclass(frozen=True, slots=True)
class Window:
    """A time span, start included, end not."""

    start: time
    end: time

    def holds(self, moment: time) -> bool:
        """Tell whether ``moment`` lies inside."""
        return self.start <= moment < self.end


@dataclass(frozen=True, slots=True, kw_only=True)
class SessionRecord(DatedRecord):
    """Which plan of ``MarketRules.day_plans`` a trading day follows."""

    plan: str


@dataclass(frozen=True, slots=True, kw_only=True)
class AfterHoursRecord(DatedRecord):
    """Where fixed-price trading after hours exists, and when its orders are accepted."""

    accepts: tuple[Window, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class MarketOrderRecord(DatedRecord):
    """How an exchange takes market orders."""

    without_limit: bool
    needs_protect_price: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class HaltRecord(DatedRecord):
    """Halts of a day without price limit: at these percents from the open, each for ``minutes``,
    none from ``none_from`` on and none beyond it."""

    levels_pct: tuple[int, ...]
    minutes: int
    none_from: time
