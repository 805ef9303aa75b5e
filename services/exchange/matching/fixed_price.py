"""After-hours fixed-price trading: one price, the close, and time priority alone.

Source: market-rules § 2.1. A buy limit below the close and a sell limit above it are invalid; a
better limit buys no priority.
"""

from collections import deque

from models.trading.order import Side
from services.exchange.matching.order import BookOrder, Pairing


def is_valid_limit(side: Side, limit_units: int, close_units: int) -> bool:
    """Tell whether a fixed-price order with this limit takes part at this close."""
    return limit_units >= close_units if side is Side.BUY else limit_units <= close_units


class FixedPriceBook:
    """Orders of the after-hours session of one security, waiting or trading at the close."""

    __slots__ = ("close_units", "queues")

    def __init__(self, close_units: int) -> None:
        self.close_units = close_units
        self.queues: dict[Side, deque[BookOrder]] = {Side.BUY: deque(), Side.SELL: deque()}

    def enter(self, order: BookOrder) -> list[Pairing]:
        """Trade ``order`` with those that waited longest; queue what is left."""
        others = self.queues[Side.SELL if order.side is Side.BUY else Side.BUY]
        pairings: list[Pairing] = []
        while order.left and others:
            quantity = min(order.left, others[0].left)
            pairings.append(_pair(order, others[0], quantity))
            order.left -= quantity
            others[0].left -= quantity
            if not others[0].left:
                others.popleft()
        if order.left:
            self.queues[order.side].append(order)
        return pairings

    def waiting(self) -> list[BookOrder]:
        """Return the orders that have not traded in full."""
        return [order for queue in self.queues.values() for order in queue]

    def cancel(self, order: BookOrder) -> int:
        """Withdraw a waiting order; returns the shares withdrawn, 0 when it is not here."""
        queue = self.queues[order.side]
        if order not in queue:
            return 0
        queue.remove(order)
        withdrawn, order.left = order.left, 0
        return withdrawn


def _pair(incoming: BookOrder, waiting: BookOrder, quantity: int) -> Pairing:
    if incoming.side is Side.BUY:
        return Pairing(incoming, waiting, quantity)
    return Pairing(waiting, incoming, quantity)
