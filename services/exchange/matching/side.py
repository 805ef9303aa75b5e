"""One side of a book: levels in order of price, orders in order of time."""

from bisect import bisect_left, insort
from collections import deque
from collections.abc import Iterator

from models.trading.order import Side
from services.exchange.matching.order import BookOrder, Match


class Level:
    """All orders of one price in order of time; those with nothing left are skipped."""

    __slots__ = ("count", "orders", "quantity")

    def __init__(self) -> None:
        self.orders: deque[BookOrder] = deque()
        self.quantity = 0
        self.count = 0

    def live(self) -> Iterator[BookOrder]:
        """Yield the orders that still have something left, first in time first."""
        return (order for order in self.orders if order.left)


class BookSide:
    """Buyers or sellers of one security.

    ``keys`` rise towards the best price: the price of a buyer, minus the price of a seller. So the
    best level is always the last key and both sides run the same code.
    """

    __slots__ = ("keys", "levels", "quantity", "sign", "value")

    def __init__(self, side: Side) -> None:
        self.sign = 1 if side is Side.BUY else -1
        self.keys: list[int] = []
        self.levels: dict[int, Level] = {}
        self.quantity = 0
        self.value = 0  # price units times shares

    def best(self) -> int:
        """Return the best price in price units, 0 when nobody is here."""
        return self.sign * self.keys[-1] if self.keys else 0

    def nth_price(self, rank: int) -> int:
        """Return the price of level ``rank`` (1 = best), of the last one where there are fewer.

        0 when nobody is here.
        """
        return self.sign * self.keys[max(0, len(self.keys) - rank)] if self.keys else 0

    def depth(self, levels: int) -> list[tuple[int, int, int]]:
        """Return price, quantity and order count of the best ``levels`` levels, best first."""
        sign = self.sign
        found = ((sign * key, self.levels[key]) for key in reversed(self.keys[-levels:]))
        return [(price, level.quantity, level.count) for price, level in found]

    def orders(self) -> Iterator[BookOrder]:
        """Yield all orders by price, then time."""
        for key in reversed(self.keys):
            yield from self.levels[key].live()

    def volume_up_to(self, limit_units: int) -> int:
        """Return the shares offered at ``limit_units`` or better."""
        start = bisect_left(self.keys, self.sign * limit_units)
        return sum(self.levels[key].quantity for key in self.keys[start:])

    def add(self, order: BookOrder) -> None:
        """Queue ``order`` last at its price."""
        key = self.sign * order.price_units
        level = self.levels.get(key)
        if level is None:
            level = self.levels[key] = Level()
            insort(self.keys, key)
        level.orders.append(order)
        level.quantity += order.left
        level.count += 1
        self.quantity += order.left
        self.value += order.price_units * order.left

    def reduce(self, order: BookOrder, quantity: int) -> None:
        """Take ``quantity`` shares of a resting order out of the book."""
        key = self.sign * order.price_units
        level = self.levels[key]
        order.left -= quantity
        level.quantity -= quantity
        self.quantity -= quantity
        self.value -= order.price_units * quantity
        if not order.left:
            level.count -= 1
            if not level.count:
                self._drop(key)

    def take(self, wanted: int, limit_units: int) -> list[Match]:
        """Take up to ``wanted`` shares at ``limit_units`` or better: best price, then first in."""
        matches: list[Match] = []
        limit = self.sign * limit_units
        keys = self.keys
        while wanted and keys and keys[-1] >= limit:
            key = keys[-1]
            level = self.levels[key]
            before = wanted
            wanted = _take_level(level, wanted, self.sign * key, matches)
            self.quantity -= before - wanted
            self.value -= self.sign * key * (before - wanted)
            if not level.count:
                del self.levels[key]
                keys.pop()
        return matches

    def _drop(self, key: int) -> None:
        del self.levels[key]
        del self.keys[bisect_left(self.keys, key)]


def _take_level(level: Level, wanted: int, price: int, matches: list[Match]) -> int:
    orders = level.orders
    while wanted and level.count:
        order = orders[0]
        quantity = order.left if order.left < wanted else wanted
        if quantity:
            matches.append(Match(order, price, quantity))
            order.left -= quantity
            wanted -= quantity
            level.quantity -= quantity
        if not order.left:
            orders.popleft()
            level.count -= 1 if quantity else 0
    return wanted
