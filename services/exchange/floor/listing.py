"""One security as the exchange lists it today."""

from dataclasses import dataclass

from models.market.instrument import Exchange, Phase
from models.rules.market.records.trading import HaltRecord
from models.wire.exchange import FeedInstrument
from services.catalogue.securities import ListedSecurity


@dataclass(frozen=True, slots=True)
class PhaseChange:
    """From ``time_ms`` of the Beijing day on the security is in ``phase``."""

    time_ms: int
    phase: Phase


@dataclass(frozen=True, slots=True)
class Listing:
    """A security with its number and channel in today's feed, limits, tick and schedule.

    Limits are 0 where there are none: on a day without limits (``is_unlimited``), or unknown.
    Prices in price units.
    """

    security: ListedSecurity
    index: int
    channel: int
    previous_close_units: int
    limit_up_units: int
    limit_down_units: int
    tick_units: int
    schedule: tuple[PhaseChange, ...]
    is_unlimited: bool = False
    halts: HaltRecord | None = None  # how it is halted today; None = not at all

    @property
    def symbol(self) -> str:
        """Code with its exchange."""
        return self.security.symbol

    @property
    def exchange(self) -> Exchange:
        """Where it trades."""
        return self.security.exchange

    def announced(self) -> FeedInstrument:
        """Return the form in which the feed announces it."""
        security = self.security
        return FeedInstrument(
            index=self.index,
            symbol=security.symbol,
            name=security.name,
            exchange=security.exchange,
            board=security.board,
            kind=security.kind,
            status=security.status,
            industry=security.industry,
            channel=self.channel,
            previous_close_units=self.previous_close_units,
            limit_up_units=self.limit_up_units,
            limit_down_units=self.limit_down_units,
        )
