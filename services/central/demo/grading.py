"""Grades the demo firm's clients by the very rules and settings that the workstation runs."""

from collections.abc import Mapping
from datetime import date
from decimal import Decimal

from models.clients.tier import Tier
from models.money import yuan_of_cents
from models.rules.tiers.assign import TierCase, assign
from services.rules.loader import load_calendar, load_profile


class Grading:
    """Tiers and points multipliers in force on one day."""

    def __init__(self, day: date) -> None:
        self._day = day
        self._settings = load_profile(None).on(day)
        self.calendar = load_calendar()

    @property
    def multipliers(self) -> Mapping[Tier, Decimal]:
        """Points multiplier of each tier."""
        return self._settings.points.multiplier

    def assign(self, average_assets_cents: int, year_commission_cents: int) -> tuple[Tier, str]:
        """Return the tier and what reached it: "assets", "commission", "assets,commission"."""
        case = TierCase(
            assets=yuan_of_cents(average_assets_cents),
            commission=yuan_of_cents(year_commission_cents),
        )
        found = assign(self._settings.tier, self.calendar, case, self._day)
        return found.tier or Tier.ORDINARY, ",".join(found.by)
