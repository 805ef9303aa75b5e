"""What may be done with a security at this moment."""

from dataclasses import dataclass

from models.market.instrument import Phase


@dataclass(frozen=True, slots=True)
class TradingState:
    """``phase`` as the dated rules and the exchange's own status say.

    ``is_halted``: the exchange suspended the security within trading hours. ``takes_fixed``:
    orders at the closing price are accepted (after-hours fixed price).
    """

    phase: Phase
    takes_orders: bool
    takes_cancels: bool
    takes_fixed: bool = False
    is_halted: bool = False
