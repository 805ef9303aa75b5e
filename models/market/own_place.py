"""An own order in the queue of its price: shares ahead, and the time until it may be filled.

Prices in price units, quantities in shares, times in milliseconds, probabilities in permille.
"""

from enum import StrEnum

import msgspec

from models.trading.order import Side

HORIZONS_MS = (60_000, 300_000, 900_000)
"""A fill within 1, 5 and 15 minutes of trading is what ``filled_permille`` speaks of."""


class PlaceCertainty(StrEnum):
    """How well the place in the queue is known."""

    EXACT = "exact"  # the exchange's number of the order is known, or only one order fits
    RANGE = "range"  # several orders of the feed may be ours
    NONE = "none"


class QueueDoubt(StrEnum):
    """Why no place or no time is told; unknown is never a number."""

    NONE = ""
    HELD = "held"  # the exchange's host holds the order: it is in no queue yet
    NOT_IN_BOOK = "not_in_book"  # the feed does not show it (yet, or no more)
    FEED = "feed"  # the book may not be believed: broken, recovering, late, cut off
    PHASE = "phase"  # nothing trades as it comes: auction, lunch, halt, close
    EARLY = "early"  # too little of the day has been seen
    NO_TRADES = "no_trades"  # nothing traded in the model's window
    BEYOND_CLOSE = "beyond_close"  # the time reaches beyond the end of continuous trading


class OwnPlace(msgspec.Struct, frozen=True, array_like=True):
    """One own order; ``ahead_most`` differs from ``ahead`` where only a range is known.

    ``ahead`` and ``behind`` are of its own price, ``better`` of all better prices of its side.
    ``expected_ms`` is trading time by which half of such orders are filled, 0 = not told and
    ``doubt`` says why. ``filled_permille``: filled within HORIZONS_MS, () = not told.
    ``model`` names what made the estimate.
    """

    client_order_id: str
    side: Side
    price_units: int
    left: int
    certainty: PlaceCertainty
    ahead: int = 0
    ahead_most: int = 0
    orders_ahead: int = 0
    orders_ahead_most: int = 0
    behind: int = 0
    orders_behind: int = 0
    better: int = 0
    expected_ms: int = 0
    filled_permille: tuple[int, ...] = ()
    doubt: QueueDoubt = QueueDoubt.NONE
    model: str = ""

    @property
    def is_placed(self) -> bool:
        """Whether shares ahead are known, at least as a range."""
        return self.certainty is not PlaceCertainty.NONE
