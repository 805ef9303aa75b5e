"""What a screen shows beyond ten levels: full depth, queues, order flow, seals, cancel ranking.

Values of the view lane like those of ``picture``: newest wins, sent only while watched.
Prices in price units, quantities in shares, turnover in price units times shares.
"""

import msgspec

from models.market.picture import Level

FLOW_CLASSES = 4  # 特大, 大, 中, 小


class QueuePlace(msgspec.Struct, frozen=True):
    """One price of one side of a book."""

    symbol: str
    is_bid: bool
    price_units: int


class DetailWatch(msgspec.Struct, frozen=True):
    """What a screen wants beyond ten levels."""

    full: tuple[str, ...] = ()
    queues: tuple[QueuePlace, ...] = ()
    flows: tuple[str, ...] = ()
    seals: tuple[str, ...] = ()
    has_ranking: bool = False


class FullDepth(msgspec.Struct, frozen=True):
    """All levels of a book, best first; in a call auction they may cross."""

    symbol: str
    bids: tuple[Level, ...]
    asks: tuple[Level, ...]
    sequence: int


class PriceQueue(msgspec.Struct, frozen=True):
    """The orders at a price in priority order; ``sizes`` holds the first of ``order_count``."""

    place: QueuePlace
    order_count: int
    quantity: int
    sizes: tuple[int, ...]


class FlowRow(msgspec.Struct, frozen=True, array_like=True):
    """What aggressing orders of one size class and side did today."""

    orders: int
    quantity: int
    turnover: int


class OrderFlow(msgspec.Struct, frozen=True):
    """Active buying and selling by the size of the aggressing order.

    ``buys`` and ``sells`` hold the classes from the largest to the smallest. ``bounds``: turnover
    from which an order is of the first, second and third class; () = the firm has set none, then
    there are no rows. ``since_ms``: time of the day from which was counted, because the bounds were
    not known before; 0 = the whole day.
    """

    symbol: str
    bounds: tuple[int, ...] = ()
    buys: tuple[FlowRow, ...] = ()
    sells: tuple[FlowRow, ...] = ()
    since_ms: int = 0


class Seal(msgspec.Struct, frozen=True):
    """Orders that hold a security at its price limit: nobody is left on the other side.

    ``touched_minute``: the minute of the day whose trades first reached the limit, 0 = none did.
    """

    symbol: str
    is_up: bool
    price_units: int
    quantity: int
    order_count: int
    touched_minute: int = 0

    @property
    def amount_units(self) -> int:
        """Price units times shares."""
        return self.price_units * self.quantity


class SealState(msgspec.Struct, frozen=True):
    """Whether a watched security is sealed now."""

    symbol: str
    seal: Seal | None


class CancelRank(msgspec.Struct, frozen=True):
    """Orders of one security withdrawn today, by side; ``amount_units`` of both sides."""

    symbol: str
    buy_count: int
    buy_quantity: int
    sell_count: int
    sell_quantity: int
    amount_units: int

    @property
    def quantity(self) -> int:
        """Shares withdrawn on both sides."""
        return self.buy_quantity + self.sell_quantity

    @property
    def count(self) -> int:
        """Orders withdrawn on both sides."""
        return self.buy_count + self.sell_count


class MarketRanking(msgspec.Struct, frozen=True):
    """All seals of the market and the largest withdrawals, the most money first."""

    time_ms: int
    seals: tuple[Seal, ...]
    cancels: tuple[CancelRank, ...]


class Details(msgspec.Struct, frozen=True):
    """What changed since the last frame; None = the ranking is as it was."""

    full: tuple[FullDepth, ...] = ()
    queues: tuple[PriceQueue, ...] = ()
    flows: tuple[OrderFlow, ...] = ()
    seals: tuple[SealState, ...] = ()
    ranking: MarketRanking | None = None

    def __bool__(self) -> bool:
        return bool(self.full or self.queues or self.flows or self.seals or self.ranking)
