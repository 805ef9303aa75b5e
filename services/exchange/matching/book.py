"""The book of one security: strict price-time priority on whole numbers."""

from models.trading.order import Side
from services.exchange.matching.order import BookOrder, Match, Pairing
from services.exchange.matching.side import BookSide


class Book:
    """Both sides of one security and all its open orders by number.

    It neither knows the time nor the rules of a phase: whoever calls decides what may happen.
    """

    __slots__ = ("asks", "bids", "last_units", "orders")

    def __init__(self) -> None:
        self.bids = BookSide(Side.BUY)
        self.asks = BookSide(Side.SELL)
        self.orders: dict[int, BookOrder] = {}
        self.last_units = 0

    def own(self, side: Side) -> BookSide:
        """Return the side an order of ``side`` rests on."""
        return self.bids if side is Side.BUY else self.asks

    def opposite(self, side: Side) -> BookSide:
        """Return the side an order of ``side`` trades with."""
        return self.asks if side is Side.BUY else self.bids

    def match(self, order: BookOrder, limit_units: int) -> list[Match]:
        """Trade ``order`` against the book up to ``limit_units``; what is left stays with it."""
        matches = self.opposite(order.side).take(order.left, limit_units)
        for resting, price, quantity in matches:
            order.left -= quantity
            self.last_units = price
            if not resting.left:
                del self.orders[resting.number]
        return matches

    def rest(self, order: BookOrder) -> None:
        """Queue what is left of ``order`` at its price."""
        self.orders[order.number] = order
        self.own(order.side).add(order)

    def enter(self, order: BookOrder) -> list[Match]:
        """Trade a limit order and queue what is left of it."""
        matches = self.match(order, order.price_units)
        if order.left:
            self.rest(order)
        return matches

    def cancel(self, number: int) -> int:
        """Withdraw an order; returns the shares withdrawn, 0 when it is not in the book."""
        order = self.orders.pop(number, None)
        if order is None:
            return 0
        quantity = order.left
        self.own(order.side).reduce(order, quantity)
        return quantity

    def settle(self, pairings: list[Pairing], price_units: int) -> None:
        """Take what an auction paired out of the book."""
        for buy, sell, quantity in pairings:
            for side, order in ((self.bids, buy), (self.asks, sell)):
                side.reduce(order, quantity)
                if not order.left:
                    del self.orders[order.number]
        if pairings:
            self.last_units = price_units
