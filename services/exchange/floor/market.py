"""All venues on one market clock: phases and flows happen when they are due, in a fixed order."""

from collections.abc import Iterable, Mapping, Sequence
from functools import partial
from heapq import heapify, heappush, heapreplace
from itertools import count
from typing import Protocol

from models.dates import MS_PER_DAY
from services.exchange.feed.channel import Channel
from services.exchange.floor.venue import Venue

NEVER = MS_PER_DAY


class Timed(Protocol):
    """Something that happens at one venue again and again."""

    def due_ms(self) -> int:
        """Return when it happens next (milliseconds of the Beijing day), NEVER when it is over."""
        ...

    def happen(self) -> None:
        """Do it; afterwards ``due_ms`` is the next time."""
        ...


class PhaseBell:
    """Changes the phases of one venue on schedule."""

    __slots__ = ("_next", "venue")

    def __init__(self, venue: Venue) -> None:
        self.venue = venue
        self._next = 0

    def due_ms(self) -> int:
        """Return the time of the next phase."""
        schedule = self.venue.listing.schedule
        return schedule[self._next].time_ms if self._next < len(schedule) else NEVER

    def happen(self) -> None:
        """Begin the next phase."""
        change = self.venue.listing.schedule[self._next]
        self._next += 1
        self.venue.change_phase(change.phase, change.time_ms)


class Resumption:
    """Lifts the halt of one venue, once."""

    __slots__ = ("_due_ms", "_venue")

    def __init__(self, venue: Venue, due_ms: int) -> None:
        self._venue = venue
        self._due_ms = due_ms

    def due_ms(self) -> int:
        """Return when the halt is over, NEVER once it is lifted."""
        return self._due_ms

    def happen(self) -> None:
        """Lift it."""
        due, self._due_ms = self._due_ms, NEVER
        self._venue.resume(due)


class Market:
    """Every security of the day. ``now_ms`` is how far the market has been run."""

    def __init__(
        self, venues: Sequence[Venue], channels: Sequence[Channel], flows: Iterable[Timed]
    ) -> None:
        self.venues: Mapping[str, Venue] = {venue.listing.symbol: venue for venue in venues}
        self.channels = channels
        self.now_ms = 0
        timed: list[Timed] = [*(PhaseBell(venue) for venue in venues), *flows]
        self._agenda = [(one.due_ms(), rank, one) for rank, one in enumerate(timed)]
        heapify(self._agenda)
        self._ranks = count(len(timed))
        for venue in venues:
            venue.when_halted = partial(self._resume_later, venue)

    def next_due_ms(self) -> int:
        """Return when something happens next."""
        return self._agenda[0][0] if self._agenda else NEVER

    def _resume_later(self, venue: Venue, until_ms: int) -> None:
        """Safe while something happens: that stands first until its own next time is known."""
        heappush(self._agenda, (until_ms, next(self._ranks), Resumption(venue, until_ms)))

    def advance(self, to_ms: int, most: int = 1 << 62) -> bool:
        """Let everything due by ``to_ms`` happen, at most ``most`` things; tell if all is done.

        Phases come before orders of the same millisecond: they have the lower rank.
        """
        agenda = self._agenda
        while most and agenda and agenda[0][0] <= to_ms:
            due, rank, timed = agenda[0]
            self.now_ms = due
            timed.happen()
            heapreplace(agenda, (timed.due_ms(), rank, timed))
            most -= 1
        if self.next_due_ms() > to_ms:
            self.now_ms = max(self.now_ms, to_ms)
        return self.next_due_ms() > to_ms
