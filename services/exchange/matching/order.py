"""What the matching engine moves: orders, the kinds they come in, and the matches they make."""

from enum import StrEnum
from typing import NamedTuple, Protocol

from models.trading.order import Side


class OrderKind(StrEnum):
    """How an A-share order asks to be executed (market-rules § 2.6)."""

    LIMIT = "limit"
    OPPOSITE_BEST = "opposite_best"  # 对手方最优
    OWN_BEST = "own_best"  # 本方最优
    BEST5_IOC = "best5_ioc"  # 最优五档即时成交剩余撤销
    BEST5_LIMIT = "best5_limit"  # 最优五档即时成交剩余转限价
    IOC = "ioc"  # 即时成交剩余撤销
    FOK = "fok"  # 全额成交或撤销


class OrderOwner(Protocol):
    """Whoever must hear what becomes of an order: a gateway's client, not the market's own flow."""

    def filled(self, price_units: int, quantity: int, time_ms: int) -> None:
        """Shares traded."""
        ...

    def withdrawn(self, quantity: int, time_ms: int) -> None:
        """What was left is withdrawn; the order is over."""
        ...


class BookOrder:
    """One order in the engine; ``left`` shares are open, 0 once it is over.

    ``price_units`` is 0 while a market order has no price. ``owner`` is whoever must hear of its
    fills, None for the market's own flow.
    """

    __slots__ = ("left", "number", "owner", "price_units", "side")

    def __init__(
        self, number: int, side: Side, price_units: int, left: int, owner: OrderOwner | None = None
    ) -> None:
        self.number = number
        self.side = side
        self.price_units = price_units
        self.left = left
        self.owner = owner


class Match(NamedTuple):
    """``quantity`` shares of a resting order taken by the incoming one, at the resting price."""

    resting: BookOrder
    price_units: int
    quantity: int


class Pairing(NamedTuple):
    """Two orders matched with each other by an auction."""

    buy: BookOrder
    sell: BookOrder
    quantity: int
