"""The rules of the present day, read once a day."""

from datetime import date

from models.rules.ticket.facts import TicketRules
from models.rules.ticket.tariff import Tariff
from services.clock.clock import Clock
from services.rules.loader import load_calendar, load_market_rules, load_profile


class DayRules:
    """Rules and tariff of the clock's day; ``rules`` and ``tariff`` change at midnight."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._profile = load_profile(None)
        self._day = date.min
        self._turn()

    @property
    def rules(self) -> TicketRules:
        """What tickets are checked by."""
        self._turn()
        return self._rules

    @property
    def tariff(self) -> Tariff:
        """What orders cost."""
        self._turn()
        return self._tariff

    def _turn(self) -> None:
        day = self._clock.now().date()
        if day == self._day:
            return
        settings = self._profile.on(day)
        self._day = day
        self._rules = TicketRules(load_market_rules(), load_calendar(), settings)
        self._tariff = Tariff(load_market_rules(), settings, day)
