"""What a case is judged in: the rules and settings of its day, and the family it belongs to."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime
from typing import TypeAlias, TypeVar

from models.rules.basis.calendar import TradingCalendar
from models.rules.basis.profile import Settings
from models.rules.market.records.rulebook import MarketRules
from services.rules.reading import read

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class World:
    """Rules, trading days, settings of the day, and the moment of the case (Beijing time)."""

    rules: MarketRules
    calendar: TradingCalendar
    settings: Settings
    moment: datetime

    @property
    def day(self) -> date:
        """The day that settings and rules are resolved for."""
        return self.moment.date()


Judge: TypeAlias = Callable[[object, World], object]


def family(form: type[T], rule: Callable[[T, World], object]) -> Judge:
    """Return what reads ``given`` as a ``form`` and asks ``rule``."""
    return lambda given, world: rule(read(form, given, "given"), world)
