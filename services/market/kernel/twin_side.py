"""One side of a book in plain Python: sorted prices, and at each price its queue of orders."""

from bisect import bisect_left, insort

from services.market.kernel.book import BUY, WORD, LevelRow, QueueRow


class TwinLevel:
    """Orders at one price, by id in priority order."""

    __slots__ = ("orders", "quantity")

    def __init__(self) -> None:
        self.quantity = 0
        self.orders: dict[int, int] = {}


class TwinSide:
    """Keys grow towards the best: the price for buys, minus the price for sells."""

    __slots__ = (
        "_sign",
        "keys",
        "levels",
        "orders",
        "total",
        "value",
        "withdrawn",
        "withdrawn_count",
        "withdrawn_value",
    )

    def __init__(self, side: int) -> None:
        self._sign = 1 if side == BUY else -1
        self.keys: list[int] = []
        self.levels: dict[int, TwinLevel] = {}
        self.total = 0
        self.value = 0
        self.orders = 0
        self.withdrawn_count = 0
        self.withdrawn = 0
        self.withdrawn_value = 0

    @property
    def best(self) -> int:
        """Best price, 0 when the side is empty."""
        return self._sign * self.keys[-1] if self.keys else 0

    def ends(self) -> tuple[int, ...]:
        """Return the best and the worst price; nothing when the side is empty."""
        return (self.best, self._sign * self.keys[0]) if self.keys else ()

    def add(self, order_id: int, price: int, quantity: int) -> None:
        """Put an order at the end of its price's queue."""
        level = self.levels.get(price)
        if level is None:
            level = self.levels[price] = TwinLevel()
            insort(self.keys, self._sign * price)
        level.orders[order_id] = quantity
        level.quantity += quantity
        self.orders += 1
        self._total(price, quantity)

    def reduce(self, order_id: int, price: int, quantity: int) -> int:
        """Take shares from an order and return what it has left; at 0 it is gone."""
        level = self.levels[price]
        left = level.orders[order_id] - quantity
        level.quantity -= quantity
        self._total(price, -quantity)
        if left:
            level.orders[order_id] = left
        else:
            self._remove(order_id, price, level)
        return left

    def withdraw(self, price: int, quantity: int) -> None:
        """Count a cancel."""
        self.withdrawn_count += 1
        self.withdrawn += quantity
        self.withdrawn_value = (self.withdrawn_value + price * quantity) & WORD

    def rows(self, limit: int) -> list[LevelRow]:
        """Return levels best first; 0 = all."""
        keys = self.keys[-limit:] if limit else self.keys
        prices = (self._sign * key for key in reversed(keys))
        return [
            (price, self.levels[price].quantity, len(self.levels[price].orders)) for price in prices
        ]

    def queue(self, price: int, limit: int) -> list[QueueRow]:
        """Return orders at a price in priority order; 0 = all."""
        level = self.levels.get(price)
        if level is None:
            return []
        rows = list(level.orders.items())
        return rows[:limit] if limit else rows

    def words(self) -> list[int]:
        """Return the numbers that the state hash is made of."""
        words = [self.total, self.value, self.orders, self.withdrawn_count]
        words += [self.withdrawn, self.withdrawn_value, len(self.keys)]
        for price, quantity, count in self.rows(0):
            words += [price, quantity, count]
            for order_id, left in self.levels[price].orders.items():
                words += [order_id, left]
        return words

    def _total(self, price: int, quantity: int) -> None:
        self.total += quantity
        self.value = (self.value + price * quantity) & WORD

    def _remove(self, order_id: int, price: int, level: TwinLevel) -> None:
        del level.orders[order_id]
        self.orders -= 1
        if not level.orders:
            del self.levels[price]
            del self.keys[bisect_left(self.keys, self._sign * price)]
