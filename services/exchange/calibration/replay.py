"""A recorded day through the matching engine, which can be forked at any instant."""

from collections.abc import Sequence
from heapq import merge
from itertools import count
from typing import NamedTuple

from models.market.instrument import Phase
from models.trading.order import Side
from services.exchange.feed.channel import Channel
from services.exchange.feed.tape import tape_for
from services.exchange.floor.listing import Listing, PhaseChange
from services.exchange.floor.venue import Venue
from services.exchange.matching.order import BookOrder, OrderKind
from services.exchange.recorded.day_file import Action, DayRow
from services.market.heart import RecordListener
from services.market.kernel.book import Books
from services.market.kernel.choice import new_books

_CHANNEL = 1
_SIDES = {Action.BUY: Side.BUY, Action.SELL: Side.SELL}


class _Event(NamedTuple):
    time_ms: int
    rank: int  # phases come before orders of the same millisecond
    at: int
    what: PhaseChange | DayRow


class DayScript:
    """Everything that happens to one security on its day, in order."""

    def __init__(self, listing: Listing, rows: Sequence[DayRow]) -> None:
        numbers = count()
        phases = (_Event(one.time_ms, 0, next(numbers), one) for one in listing.schedule)
        orders = (_Event(row.time_ms, 1, next(numbers), row) for row in rows)
        self.listing = listing
        self.events = list(merge(phases, orders))
        self.free_number = max((row.number for row in rows), default=0) + 1


class Replay:
    """One run of the day: the venue, and the books that follow its feed as the engine's do.

    A fork goes on from the same state alone: its books are told every resting order first.
    """

    def __init__(self, script: DayScript) -> None:
        self._begin(script, 0, 0)
        if script.listing.previous_close_units:
            self.venue.tape.reference(script.listing.previous_close_units, 0)

    def _begin(self, script: DayScript, next_event: int, time_ms: int) -> None:
        listing = script.listing
        self.script = script
        self.venue = Venue(listing, tape_for(listing.exchange, Channel(_CHANNEL), 0))
        self.books: Books = new_books()
        self.books.add_book(_CHANNEL, listing.limit_down_units, listing.limit_up_units)
        self.time_ms = time_ms
        self._next = next_event
        self._told = 0
        self._listener: RecordListener | None = None

    def fork(self) -> "Replay":
        """Return a run of its own from here on."""
        other = Replay.__new__(Replay)
        other._begin(self.script, self._next, self.time_ms)
        other._take_over(self.venue)
        return other

    def _take_over(self, venue: Venue) -> None:
        mine, time_ms = self.venue, self.time_ms
        mine.phase = venue.phase
        mine.book.last_units = venue.book.last_units
        mine.tape.phase(venue.phase, time_ms)
        for side, orders in ((Side.BUY, venue.book.bids), (Side.SELL, venue.book.asks)):
            for order in orders.orders():
                same = BookOrder(order.number, side, order.price_units, order.left)
                mine.book.rest(same)
                mine.tape.came_in(same, OrderKind.LIMIT, time_ms)
                mine.tape.rested(same, time_ms)

    def next_ms(self) -> int | None:
        """Return when something happens next, None at the end of the day."""
        events = self.script.events
        return events[self._next].time_ms if self._next < len(events) else None

    def step(self) -> None:
        """Let the next thing happen."""
        event = self.script.events[self._next]
        self._next += 1
        self.time_ms = event.time_ms
        if isinstance(event.what, PhaseChange):
            self.venue.change_phase(event.what.phase, event.time_ms)
        else:
            self._enter(event.what)

    def _enter(self, row: DayRow) -> None:
        if row.action == Action.CANCEL:
            self.venue.cancel(row.number, row.time_ms)
            return
        side = _SIDES[Action(row.action)]
        price = row.price_units or self.venue.book.own(side).best()
        if price:
            self.venue.enter(BookOrder(row.number, side, price, row.quantity), row.time_ms)

    def follow(self) -> None:
        """Let the books read what the feed told since they last looked."""
        records = self.venue.tape.channel.records
        if len(records) == self._told:
            return
        run = bytes(records[self._told :])
        self._told = len(records)
        self.books.apply(_CHANNEL, run)
        if self._listener is not None:
            self._listener(_CHANNEL, memoryview(run))

    def listen(self, listener: RecordListener | None) -> None:
        """Show every run of records that the books took from here on."""
        self._listener = listener

    @property
    def is_continuous(self) -> bool:
        """Whether orders trade as they come."""
        return self.venue.phase is Phase.CONTINUOUS
