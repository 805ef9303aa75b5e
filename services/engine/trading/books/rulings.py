"""What the firm's settings make of the day's rules: by which each order is judged and priced."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date

from models.rules.basis.calendar import TradingCalendar
from models.rules.basis.profile import Settings
from models.rules.market.records.rulebook import MarketRules
from models.rules.ticket.facts import TicketRules
from models.rules.ticket.tariff import Tariff
from models.wire.ledger import GiveSettings
from services.rules.dated import settings_of
from services.rules.reading import BadInput


@dataclass(frozen=True, slots=True)
class Rulebook:
    """The market's own rules of one trade date."""

    market: MarketRules
    calendar: TradingCalendar
    day: date


@dataclass(frozen=True, slots=True)
class Ruling:
    """Rules and prices by one set of settings, which ``settings`` names."""

    settings: str
    rules: TicketRules
    tariff: Tariff


class Rulings:
    """All sets that judged orders today; ``now`` judges the next one, None = nothing is known.

    An order keeps the set that it was taken by: what was reserved for it stays reserved, also
    where the present set could not price it. ``told`` hears of each set that begins to judge.
    """

    def __init__(self, book: Rulebook, told: Callable[[Settings], None]) -> None:
        self._book = book
        self._told = told
        self._tariffs: dict[str, Tariff] = {}
        self.now: Ruling | None = None

    @property
    def name(self) -> str:
        """Fingerprint of the settings that judge now; "" = none."""
        return self.now.settings if self.now is not None else ""

    def fault(self, given: GiveSettings) -> tuple[str, str]:
        """Say with code and words why the settings cannot judge; "" = they can."""
        if given.trade_date != self._book.day.isoformat():
            text = f"设置属于 {given.trade_date},引擎交易日 {self._book.day}"
            return "SETTINGS_OF_OTHER_DAY", text
        names = {name for name, _ in given.sections}
        if len(names) != len(given.sections) or not names:
            return "SETTINGS_INVALID", "设置为空或有重复的项"
        try:
            self._read(given)
        except BadInput as broken:
            return "SETTINGS_INVALID", f"设置有误:{broken}"
        return "", ""

    def take(self, given: GiveSettings) -> None:
        """Judge by these from now on; they were found without fault."""
        name = given.fingerprint
        settings = self._read(given)
        rules = TicketRules(self._book.market, self._book.calendar, settings)
        self.now = Ruling(name, rules, self._tariffs.setdefault(name, self._priced(settings)))
        self._told(settings)

    def price_unnamed(self, settings: Settings) -> None:
        """Price by these the orders that do not name their settings."""
        self._tariffs[""] = self._priced(settings)

    def tariff(self, settings: str) -> Tariff:
        """Return what orders taken by these settings cost."""
        return self._tariffs[settings]

    def _priced(self, settings: Settings) -> Tariff:
        return Tariff(self._book.market, settings, self._book.day)

    def _read(self, given: GiveSettings) -> Settings:
        return settings_of(given.sections, self._book.day)
