"""What the desk's services need to know of the market; ui.ports.MarketWatch answers it."""

from typing import Protocol

from models.market.instrument import Instrument
from models.market.picture import Quote


class Prices(Protocol):
    """The newest quote of each security."""

    def quote(self, symbol: str) -> Quote | None:
        """The newest quote; None before the first."""
        ...

    def instrument(self, symbol: str) -> Instrument | None:
        """Name and status of a security of this day."""
        ...

    def revision(self) -> int:
        """Rises whenever a quote may have changed."""
        ...


def price_of(quote: Quote) -> int:
    """Return what a share is valued at: the last price, else the previous close."""
    return quote.last_units or quote.previous_close_units
