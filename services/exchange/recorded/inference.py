"""Recovers what came in from what an exchange published: orders, cancels and auctions.

Shanghai never publishes an order that fills at once, and only the remainder of one that fills in
part, after its trades: an incoming order is a run of trades with one aggressor plus the add of the
same number if it follows. Shenzhen publishes every order first, then its trades.
"""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from typing import NamedTuple

from models.trading.order import Side
from models.wire.feed import (
    FLAG_SHANGHAI,
    KIND_ADD,
    KIND_DELETE,
    KIND_TRADE,
    ORDER_MARKET,
    ORDER_OWN_BEST,
    SIDE_BUY,
    SIDE_NONE,
)
from services.exchange.matching.order import OrderKind
from services.market.feed.record import FeedRecord


class SeenTrade(NamedTuple):
    """A trade as published: both order numbers, price and shares."""

    buy: int
    sell: int
    price_units: int
    quantity: int


@dataclass(slots=True)
class Incoming:
    """An order as it came in; ``trades`` are those it made at once, ``left`` what then rested.

    A market order's price is never published: it becomes a limit at the worst price it traded at.
    """

    time_ms: int
    side: Side
    number: int
    price_units: int
    left: int
    kind: OrderKind = OrderKind.LIMIT
    trades: list[SeenTrade] = field(default_factory=list)

    @property
    def quantity(self) -> int:
        """Shares that came in."""
        return self.left + sum(trade.quantity for trade in self.trades)


@dataclass(frozen=True, slots=True)
class Withdrawal:
    """A cancel."""

    time_ms: int
    number: int
    quantity: int


@dataclass(slots=True)
class Auction:
    """One call auction: its trades in the order they were published."""

    time_ms: int
    trades: list[SeenTrade] = field(default_factory=list)


Step = Incoming | Withdrawal | Auction


def infer_steps(records: Iterable[FeedRecord]) -> Iterator[Step]:
    """Yield what happened to one security, in order; ``records`` in sequence of their channel."""
    open_step: Incoming | Auction | None = None
    for record in records:
        if record.kind not in _EVENTS or _is_after_hours(record):
            continue
        if open_step is not None and _belongs(open_step, record):
            _join(open_step, record)
            continue
        if open_step is not None:
            yield open_step
            open_step = None
        if record.kind == KIND_DELETE:
            yield Withdrawal(record.time_ms, record.order_id, record.quantity)
        else:
            open_step = _OPENERS[record.kind](record)
    if open_step is not None:
        yield open_step


def _begin_order(record: FeedRecord) -> Incoming:
    kind = _KINDS.get(record.order, OrderKind.LIMIT)
    side = _side(record)
    price = record.price if kind is OrderKind.LIMIT else 0
    return Incoming(record.time_ms, side, record.order_id, price, record.quantity, kind)


def _begin_trades(record: FeedRecord) -> Incoming | Auction:
    trade = _trade(record)
    if record.side == SIDE_NONE:
        return Auction(record.time_ms, [trade])
    step = Incoming(record.time_ms, _side(record), _aggressor(record), trade.price_units, 0)
    step.trades.append(trade)
    return step


_OPENERS: dict[int, Callable[[FeedRecord], Incoming | Auction]] = {
    KIND_ADD: _begin_order,
    KIND_TRADE: _begin_trades,
}
_AFTER_HOURS_MS = 54_300_000  # 15:05
_EVENTS = frozenset({KIND_ADD, KIND_DELETE, KIND_TRADE})
_KINDS = {ORDER_MARKET: OrderKind.IOC, ORDER_OWN_BEST: OrderKind.OWN_BEST}


def _is_after_hours(record: FeedRecord) -> bool:
    """Fixed-price trades follow time alone and touch no book (market-rules § 2.1)."""
    return record.kind == KIND_TRADE and record.time_ms >= _AFTER_HOURS_MS


def _belongs(step: Incoming | Auction, record: FeedRecord) -> bool:
    is_auction_trade = record.kind == KIND_TRADE and record.side == SIDE_NONE
    if isinstance(step, Auction) or is_auction_trade:
        return isinstance(step, Auction) and is_auction_trade
    if record.kind == KIND_ADD:
        return bool(step.trades) and record.order_id == step.number
    return record.kind == KIND_TRADE and _aggressor(record) == step.number


def _join(step: Incoming | Auction, record: FeedRecord) -> None:
    if isinstance(step, Auction):
        step.trades.append(_trade(record))
    elif record.kind == KIND_ADD:
        step.price_units, step.left = record.price, record.quantity
    else:
        _join_trade(step, record)


def _join_trade(step: Incoming, record: FeedRecord) -> None:
    step.trades.append(_trade(record))
    if not record.flags & FLAG_SHANGHAI:
        step.left -= record.quantity
    if record.flags & FLAG_SHANGHAI or step.kind is OrderKind.IOC:
        step.price_units = record.price


def entry_kind(step: Incoming) -> OrderKind | None:
    """Return the kind to enter an inferred order as.

    None: a market order that could not trade (an empty side, a fill-or-kill); it never entered.
    """
    if step.kind is OrderKind.IOC:
        return OrderKind.LIMIT if step.trades else None
    return step.kind


def _trade(record: FeedRecord) -> SeenTrade:
    return SeenTrade(record.order_id, record.other_id, record.price, record.quantity)


def _aggressor(record: FeedRecord) -> int:
    return record.order_id if record.side == SIDE_BUY else record.other_id


def _side(record: FeedRecord) -> Side:
    return Side.BUY if record.side == SIDE_BUY else Side.SELL
