"""What a ticket is judged by; None = not known, and unknown never passes."""

from dataclasses import dataclass
from datetime import date, datetime

from models.dates import BEIJING
from models.market.instrument import Instrument
from models.market.picture import Quote
from models.rules.basis.calendar import TradingCalendar
from models.rules.basis.profile import Settings
from models.rules.market.records.rulebook import MarketRules
from models.trading.instruction import Instruction
from models.wire.exchange import FeedInstrument

Security = Instrument | FeedInstrument


@dataclass(frozen=True, slots=True)
class TicketRules:
    """The rules and settings of one day."""

    market: MarketRules
    calendar: TradingCalendar
    settings: Settings


@dataclass(frozen=True, slots=True)
class TicketAccount:
    """The account now; ``sellable`` and ``bought_today`` are shares of the ticket's security."""

    account: str
    client_id: str
    rate_units: int
    available_cents: int
    sellable: int
    bought_today: int


@dataclass(frozen=True, slots=True)
class TicketFacts:
    """``used`` are the shares of the instruction that orders already take up.

    ``quote_fault`` says why the quote may not be believed ("" = it may).
    """

    now: datetime
    entered_by: str
    security: Security | None = None
    quote: Quote | None = None
    quote_fault: str = ""
    account: TicketAccount | None = None
    instruction: Instruction | None = None
    used: int = 0

    @property
    def day(self) -> date:
        """The Beijing date."""
        return self.now.astimezone(BEIJING).date()
