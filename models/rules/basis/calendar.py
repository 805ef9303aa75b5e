"""The exchange's trading days as a value; weekdays are never computed (market-rules § 2.1)."""

from bisect import bisect_left, bisect_right
from dataclasses import dataclass
from datetime import date

from models.rules.basis.missing import NotConfigured


@dataclass(frozen=True, slots=True)
class TradingCalendar:
    """Sorted trading days. What lies outside of them is unknown: NotConfigured CALENDAR."""

    days: tuple[date, ...]

    def is_trading_day(self, day: date) -> bool:
        """Tell whether the exchanges trade on ``day``."""
        place = bisect_left(self.days, day)
        return self._at(place) == day

    def next_after(self, day: date) -> date:
        """Return the first trading day after ``day``."""
        return self._at(bisect_right(self.days, day))

    def moved(self, day: date, steps: int) -> date:
        """Return the trading day ``steps`` after ``day``; negative steps go back.

        A ``day`` without trading stands between its neighbours.
        """
        place = bisect_right(self.days, day) - 1 if steps > 0 else bisect_left(self.days, day)
        return self._at(place + steps)

    def _at(self, place: int) -> date:
        if not 0 <= place < len(self.days):
            raise NotConfigured("CALENDAR")
        return self.days[place]
