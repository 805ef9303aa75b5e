"""The rules of the present day, renewed with the day and with the firm's settings."""

from datetime import date

from models.rules.ticket.facts import TicketRules
from models.rules.ticket.tariff import Tariff
from services.clock.clock import Clock
from services.rules.dated import SettingsByDay
from services.rules.loader import load_calendar, load_market_rules


class DayRules:
    """Rules and tariff of the clock's day; they change at midnight, and when settings come in."""

    def __init__(self, clock: Clock, settings: SettingsByDay) -> None:
        self._clock = clock
        self._settings = settings
        self._take(self._clock.now().date())

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
        if day != self._day or self._settings.on(day) is not self._rules.settings:
            self._take(day)

    def _take(self, day: date) -> None:
        settings = self._settings.on(day)
        self._day = day
        self._rules = TicketRules(load_market_rules(), load_calendar(), settings)
        self._tariff = Tariff(load_market_rules(), settings, day)
