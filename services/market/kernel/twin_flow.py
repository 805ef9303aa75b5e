"""Big-order statistics in plain Python: what active orders traded, by side and size."""

from services.market.feed.record import FeedRecord
from services.market.kernel.book import FLOW_SIZES, WORD, FlowFacts

Limits = list[int]
"""Least turnover of each size but the smallest, falling; empty = not set."""


class TwinFlow:
    """Active orders of one book; ``limits`` are those of all books.

    The newest active order is taken out of its row and put back, larger, as it trades on: its
    trades stand next to each other in the stream.
    """

    __slots__ = ("_limits", "_order_id", "_quantity", "_row", "_rows", "_turnover")

    def __init__(self, limits: Limits) -> None:
        self._limits = limits
        self._rows = [[0, 0, 0] for _ in range(2 * FLOW_SIZES)]
        self._row = 0
        self._order_id = 0
        self._quantity = 0
        self._turnover = 0

    def trade(self, record: FeedRecord, is_sell: bool) -> None:
        """Count a trade whose active side is known."""
        if not self._limits:
            return
        order_id = record.other_id if is_sell else record.order_id
        if order_id <= 0 or order_id != self._order_id:
            self._order_id, self._quantity, self._turnover = order_id, 0, 0
        else:
            self._count(-1)
        self._quantity += record.quantity
        self._turnover += record.price * record.quantity
        smaller = sum(self._turnover < limit for limit in self._limits)
        self._row = FLOW_SIZES * is_sell + smaller
        self._count(1)

    def _count(self, sign: int) -> None:
        row = self._rows[self._row]
        row[0] += sign
        row[1] += sign * self._quantity
        row[2] = (row[2] + sign * self._turnover) & WORD

    def rows(self) -> tuple[FlowFacts, ...]:
        """Return buys by size, the largest first, then sells."""
        return tuple(FlowFacts(*row) for row in self._rows) if self._limits else ()
