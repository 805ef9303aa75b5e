"""The orders and levels of one security while its book is rebuilt (market-rules § 2.8)."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from decimal import Decimal

from models.rules.basis.rounding import SIX_PLACES, half_up
from models.trading.order import Side

Level = tuple[Decimal, int]


@dataclass(slots=True)
class BookOrder:
    """An order as far as it is known.

    ``price`` None = not in the book; ``inferred`` = its size is only known from its trades;
    ``is_known`` = its own row was seen.
    """

    side: Side
    orig: int
    left: int
    price: Decimal | None = None
    inferred: bool = False
    is_known: bool = True


@dataclass(slots=True)
class OrderBook:
    """All orders by id, the traded volume, and the rows that could not be right."""

    orders: dict[int, BookOrder] = field(default_factory=dict)
    volume: int = 0

    def knows(self, order_id: int) -> bool:
        """Tell whether the order's own row was seen."""
        order = self.orders.get(order_id)
        return order is not None and order.is_known

    def take_off(self, order_id: int, qty: int) -> None:
        """Take traded or cancelled shares off a known order."""
        order = self.orders[order_id]
        order.left = max(0, order.left - qty)

    def best(self, side: Side) -> Decimal | None:
        """Return the best price of a side, None where it is empty."""
        prices = (price for price, _ in self._resting(side))
        return max(prices, default=None) if side is Side.BUY else min(prices, default=None)

    def levels(self, side: Side) -> list[Level]:
        """Return the levels of a side, best first."""
        sums: dict[Decimal, int] = {}
        for price, qty in self._resting(side):
            sums[price] = sums.get(price, 0) + qty
        return sorted(sums.items(), reverse=side is Side.BUY)

    def total(self, side: Side) -> int:
        """Return all shares of a side."""
        return sum(qty for _, qty in self._resting(side))

    def mean(self, side: Side) -> Decimal | None:
        """Return the volume-weighted price over all levels of a side, None where it is empty."""
        total = self.total(side)
        if not total:
            return None
        amount = sum((price * qty for price, qty in self._resting(side)), Decimal(0))
        return half_up(amount / total, SIX_PLACES)

    def _resting(self, side: Side) -> Iterator[Level]:
        for order in self.orders.values():
            if order.side is side and order.left and order.price is not None:
                yield order.price, order.left
