"""Replays a recorded day: what really came in, in its order and at its time."""

from collections.abc import Sequence

from models.trading.order import Side
from services.exchange.floor.market import NEVER
from services.exchange.floor.venue import Venue
from services.exchange.matching.order import BookOrder
from services.exchange.recorded.day_file import Action, DayRow

_SIDES = {Action.BUY: Side.BUY, Action.SELL: Side.SELL}


class RecordedFlow:
    """Feeds one venue its recorded orders and cancels under their recorded numbers.

    Orders of clients stand among them: they take their place in the queue, and what they take is
    missing for those that really came, so a cancel withdraws whatever is left.
    """

    __slots__ = ("_next", "_rows", "venue")

    def __init__(self, venue: Venue, rows: Sequence[DayRow]) -> None:
        self.venue = venue
        self._rows = rows
        self._next = 0
        channel = venue.tape.channel
        largest = max((row.number for row in rows), default=0)
        channel.order_number = max(channel.order_number, largest)

    def due_ms(self) -> int:
        """Return the time of the next recorded row."""
        return self._rows[self._next].time_ms if self._next < len(self._rows) else NEVER

    def happen(self) -> None:
        """Feed all rows of this moment."""
        due = self.due_ms()
        while self.due_ms() == due:
            time_ms, action, number, price, quantity = self._rows[self._next]
            self._next += 1
            if action == Action.CANCEL:
                self.venue.cancel(number, time_ms)
            else:
                order = BookOrder(number, _SIDES[Action(action)], price, quantity)
                self.venue.enter(order, time_ms)
