"""A holding after one more trade: average cost, T+1 (market-rules § 2.7)."""

from dataclasses import dataclass

from models.trading.order import Side


@dataclass(frozen=True, slots=True)
class Position:
    """``cost_cents`` is the cost of the whole position; ``sellable`` excludes today's buys."""

    quantity: int = 0
    sellable: int = 0
    cost_cents: int = 0

    @property
    def is_possible(self) -> bool:
        """False when more was sold than was there: our books and the market's differ."""
        return 0 <= self.sellable <= self.quantity


def after_trade(before: Position, side: Side, quantity: int, paid_cents: int) -> Position:
    """Return the position after a trade; ``paid_cents`` is what a buy cost, charges included.

    Buys raise the quantity but not what may be sold today; sells lower both and take their share
    of the cost, half-up.
    """
    if side is Side.BUY:
        return Position(before.quantity + quantity, before.sellable, before.cost_cents + paid_cents)
    left = before.quantity - quantity
    return Position(left, before.sellable - quantity, _cost_left(before, left))


def _cost_left(before: Position, left: int) -> int:
    if left <= 0 or before.quantity <= 0:
        return 0
    return (2 * before.cost_cents * left + before.quantity) // (2 * before.quantity)
