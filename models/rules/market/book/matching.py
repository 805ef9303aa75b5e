"""Continuous matching: price, then time, at the resting order's price (market-rules § 2.1)."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from models.rules.basis.bounds import Price, Shares
from models.trading.order import Side


@dataclass(frozen=True, slots=True)
class RestingOrder:
    """An order in the book; price in CNY."""

    id: str
    price: Price
    qty: Shares


@dataclass(frozen=True, slots=True)
class IncomingOrder:
    """A limit order that comes in."""

    side: Side
    price: Price
    qty: Shares


@dataclass(frozen=True, slots=True)
class MatchResult:
    """``trades`` name the resting order; ``left`` of the incoming one; both sides best first."""

    trades: tuple[RestingOrder, ...]
    left: int
    bids: tuple[RestingOrder, ...]
    asks: tuple[RestingOrder, ...]


def match(
    bids: Sequence[RestingOrder], asks: Sequence[RestingOrder], incoming: IncomingOrder
) -> MatchResult:
    """Return what ``incoming`` trades with sides given in time order."""
    best_bids = sorted(bids, key=lambda order: -order.price)
    best_asks = sorted(asks, key=lambda order: order.price)
    if incoming.side is Side.BUY:
        trades, left, rest = _take(best_asks, incoming)
        return MatchResult(trades, left, tuple(best_bids), rest)
    trades, left, rest = _take(best_bids, incoming)
    return MatchResult(trades, left, rest, tuple(best_asks))


def _take(
    resting: Sequence[RestingOrder], incoming: IncomingOrder
) -> tuple[tuple[RestingOrder, ...], int, tuple[RestingOrder, ...]]:
    left = incoming.qty
    trades: list[RestingOrder] = []
    rest: list[RestingOrder] = []
    for order in resting:
        qty = min(order.qty, left) if _meets(order, incoming) else 0
        if qty:
            trades.append(replace(order, qty=qty))
        if qty < order.qty:
            rest.append(replace(order, qty=order.qty - qty))
        left -= qty
    return tuple(trades), left, tuple(rest)


def _meets(order: RestingOrder, incoming: IncomingOrder) -> bool:
    if incoming.side is Side.BUY:
        return order.price <= incoming.price
    return order.price >= incoming.price
