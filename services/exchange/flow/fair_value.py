"""The hidden price that a generated market is about."""

from math import sqrt
from random import Random

from models.dates import MS_PER_MINUTE
from services.exchange.floor.listing import Listing
from services.exchange.flow.story import Story

_OPEN_MS = 34_200_000  # 09:30
_ARRIVED_MS = 36_000_000  # 10:00
_OPENING_SHARE = 0.35  # of the drift is in the opening price
_PULL_BACK = 0.012  # of the deviation is lost each minute
_BP = 10_000


class FairValue:
    """A drift that the story gives and noise that is drawn back to it.

    Binary floating point inside; what it tells are whole ticks within the day's limits.
    """

    __slots__ = ("_at_ms", "_deviation_bp", "_listing", "_rng", "_story")

    def __init__(self, listing: Listing, story: Story, rng: Random) -> None:
        self._listing = listing
        self._story = story
        self._rng = rng
        self._deviation_bp = 0.0
        self._at_ms = _OPEN_MS

    def units_at(self, time_ms: int) -> int:
        """Let time pass and return the fair price in price units; times must not go back."""
        if time_ms > self._at_ms:
            minutes = (time_ms - self._at_ms) / MS_PER_MINUTE
            noise = self._story.restlessness_bp * sqrt(minutes) * self._rng.gauss(0.0, 1.0)
            kept = max(0.0, 1.0 - _PULL_BACK * minutes)
            self._deviation_bp = self._deviation_bp * kept + noise
            self._at_ms = time_ms
        moved = self._story.drift_bp * _arrived(time_ms) + self._deviation_bp
        listing = self._listing
        ticks = int(listing.previous_close_units * (_BP + moved) / _BP) // listing.tick_units
        units = ticks * listing.tick_units
        if listing.limit_up_units:
            return min(max(units, listing.limit_down_units), listing.limit_up_units)
        return max(units, listing.tick_units)


def _arrived(time_ms: int) -> float:
    share = (time_ms - _OPEN_MS) / (_ARRIVED_MS - _OPEN_MS)
    return _OPENING_SHARE + (1.0 - _OPENING_SHARE) * min(1.0, max(0.0, share))
