"""Desk-side of the exchange: feed control and order entry, one tagged message a frame.

The exchange listens on one port with two paths. ``/feed``: the subscriber sends FeedHello with the
next sequence it needs for each channel; the exchange answers FeedWelcome (all instruments of the
day), then binary feed frames (models.wire.feed) from there on, history first. FeedResend asks for a
range again. ``/orders``: one session a gateway; reports carry the gateway's own order ids.
"""

import msgspec

from models.market.instrument import Board, Exchange, SecurityKind, SecurityStatus


class FeedInstrument(msgspec.Struct, frozen=True):
    """One instrument of the day as the exchange announces it."""

    index: int
    symbol: str
    name: str
    exchange: Exchange
    board: Board
    kind: SecurityKind
    status: SecurityStatus
    industry: str
    channel: int
    previous_close_units: int
    limit_up_units: int
    limit_down_units: int


class FeedHello(msgspec.Struct, frozen=True, tag="feed_hello"):
    """``next_sequence`` by channel; a channel left out starts at 1. ``session`` "" = any."""

    session: str
    next_sequence: dict[int, int]


class FeedWelcome(msgspec.Struct, frozen=True, tag="feed_welcome"):
    """The day; another ``session`` than before means: forget all books and start from 1.

    ``replay``: a recorded day runs again, there is no market behind it to trade in.
    """

    session: str
    trade_date: str
    speed: float
    instruments: tuple[FeedInstrument, ...]
    replay: bool = False


class FeedResend(msgspec.Struct, frozen=True, tag="feed_resend"):
    """Ask for the records ``first`` … ``last`` of one channel again."""

    channel: int
    first: int
    last: int


class FeedHeartbeat(msgspec.Struct, frozen=True, tag="feed_heartbeat"):
    """Sent each second: market time and the last sequence published by channel."""

    time_ms: int
    last_sequence: dict[int, int]


class NewOrder(msgspec.Struct, frozen=True, tag="new_order"):
    """An order; ``order_ref`` is the gateway's own id, repeated ids are answered again.

    ``kind``: limit, opposite_best, own_best, best5_ioc, best5_limit, ioc, fok or after_hours; the
    price of a market order is its protective limit, 0 = none.
    """

    order_ref: str
    account: str
    symbol: str
    side: str  # "B" or "S"
    price_units: int
    quantity: int
    kind: str = "limit"


class CancelRequest(msgspec.Struct, frozen=True, tag="cancel_request"):
    """Withdraw what is left of an order."""

    order_ref: str


class QueryOrder(msgspec.Struct, frozen=True, tag="query_order"):
    """Ask for the truth about one order; answered by OrderStatus."""

    order_ref: str


class OrdersHello(msgspec.Struct, frozen=True, tag="orders_hello"):
    """First frame of a gateway on ``/orders``; reports after ``after_report`` are sent again."""

    gateway: str
    session: str
    after_report: int


class OrdersWelcome(msgspec.Struct, frozen=True, tag="orders_welcome"):
    """``session`` names this run of the exchange: orders of another one are over."""

    session: str
    trade_date: str


class ExchangeAccepted(msgspec.Struct, frozen=True, tag="exchange_accepted"):
    """The order stands (or trades at once; fills follow). Reports number from 1 in a session.

    ``exchange_order_id`` 0: the exchange's host holds the order, it is not in the book yet, or the
    counter does not tell the number.
    """

    report: int
    order_ref: str
    exchange_order_id: int
    time_ms: int


class ExchangeRejected(msgspec.Struct, frozen=True, tag="exchange_rejected"):
    """The exchange refused the order or the cancel."""

    report: int
    order_ref: str
    reason: str
    text: str
    time_ms: int


class ExchangeFill(msgspec.Struct, frozen=True, tag="exchange_fill"):
    """One trade of our order; ``trade_id`` is unique in the session."""

    report: int
    order_ref: str
    trade_id: int
    price_units: int
    quantity: int
    time_ms: int


class ExchangeCancelled(msgspec.Struct, frozen=True, tag="exchange_cancelled"):
    """``quantity`` shares were withdrawn; the order is over."""

    report: int
    order_ref: str
    quantity: int
    time_ms: int


class OrderStatus(msgspec.Struct, frozen=True, tag="order_status"):
    """Answer to QueryOrder. ``known`` false: this session never saw the order."""

    order_ref: str
    known: bool
    state: str  # "working", "filled", "cancelled", "rejected"
    filled: int
    left: int


FeedControl = FeedWelcome | FeedHeartbeat
FeedRequest = FeedHello | FeedResend
OrderRequest = OrdersHello | NewOrder | CancelRequest | QueryOrder
OrderReport = (
    OrdersWelcome
    | ExchangeAccepted
    | ExchangeRejected
    | ExchangeFill
    | ExchangeCancelled
    | OrderStatus
)
