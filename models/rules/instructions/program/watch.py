"""The watched behaviour of many quick cancels (market-rules § 2.9, behaviour 2)."""

from dataclasses import dataclass
from decimal import Decimal

from models.rules.basis.missing import configured
from models.rules.basis.rounding import SIX_PLACES, half_up
from models.rules.basis.settings.trading import WatchSettings


@dataclass(frozen=True, slots=True)
class CancelWatch:
    """``cancel_ratio`` = cancels to orders of the day, None without an order."""

    alarm: bool
    cancel_ratio: Decimal | None
    source: str = "§ 2.9 (2) watched behaviours"


def watch(settings: WatchSettings, orders: int, cancels: int, fast_cancels: int) -> CancelWatch:
    """Alarm where both the quick cancels and the ratio reach the firm's levels."""
    many = fast_cancels >= configured(settings.fast_cancels, "WATCH")
    level = configured(settings.cancel_ratio, "WATCH")
    if orders <= 0:
        return CancelWatch(False, None)
    ratio = Decimal(cancels) / orders
    return CancelWatch(many and ratio >= level, half_up(ratio, SIX_PLACES))
