"""The hidden price that a generated market is about."""

from math import sqrt
from random import Random

from models.dates import MS_PER_MINUTE
from services.exchange.floor.listing import Listing
from services.exchange.flow.story import Story

_OPEN_MS = 34_200_000  # 09:30
_PULL_BACK = 0.03  # of the deviation is lost each minute
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
        moved = self._story.drift_bp * _arrived(self._story, time_ms) + self._deviation_bp
        listing = self._listing
        ticks = int(listing.previous_close_units * (_BP + moved) / _BP) // listing.tick_units
        units = ticks * listing.tick_units
        if listing.limit_up_units:
            return min(max(units, listing.limit_down_units), listing.limit_up_units)
        return max(units, listing.tick_units)


def _arrived(story: Story, time_ms: int) -> float:
    """Return the share of the drift that is there: quick at first, then slower."""
    opening = story.opening_percent / 100
    passed = (time_ms - story.from_ms) / (story.until_ms - story.from_ms)
    way = min(1.0, max(0.0, passed))
    return opening + (1.0 - opening) * way * (2.0 - way)
