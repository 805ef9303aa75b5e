"""The price of a call auction and who trades in it (market-rules § 2.2)."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import time
from decimal import Decimal
from itertools import pairwise
from typing import Literal

from models.market.instrument import Exchange
from models.rules.basis.bounds import Price, Shares
from models.rules.basis.rounding import half_up
from models.trading.order import Side

_MATCH_TIME = {"open": time(9, 25), "close": time(15)}


@dataclass(frozen=True, slots=True)
class AuctionOrder:
    """A limit order in time order; price in CNY."""

    id: str
    side: Side
    price: Price
    qty: Shares


@dataclass(frozen=True, slots=True, kw_only=True)
class AuctionCase:
    """The orders of one auction; ``last`` = last trade, for the close."""

    exchange: Exchange
    session: Literal["open", "close"]
    orders: tuple[AuctionOrder, ...]
    prev_close: Price | None = None
    last: Price | None = None

    @property
    def near(self) -> Decimal | None:
        """The price that a tie goes to: previous close at the open, last trade at the close."""
        if self.session == "close" and self.last is not None:
            return self.last
        return self.prev_close


@dataclass(frozen=True, slots=True)
class AuctionResult:
    """``price`` None = no trade; ``unmatched`` = what is left over at the price on one side;
    ``fills`` and ``remaining`` in shares by order id, without zeros."""

    price: Decimal | None
    volume: int
    unmatched: int
    match_time: time
    fills: dict[str, int]
    remaining: dict[str, int]
    source: str = "§ 2.2"


@dataclass(frozen=True, slots=True)
class _Range:
    """Ticks between which no order stands: demand and supply are the same all over it."""

    low: Decimal
    high: Decimal
    buys: int
    sells: int
    better_buys: int
    better_sells: int

    @property
    def volume(self) -> int:
        """What would trade."""
        return min(self.buys, self.sells)

    @property
    def remainder(self) -> int:
        """Left over: buys above zero, sells below."""
        return self.buys - self.sells

    @property
    def fills_better(self) -> bool:
        """Whether every better-priced order would be filled."""
        return max(self.better_buys, self.better_sells) <= self.volume


def auction(case: AuctionCase, tick: Decimal) -> AuctionResult:
    """Return the price of most volume that fills all better orders, ties by exchange."""
    tied = _most_volume(_ranges(case, tick))
    match_time = _MATCH_TIME[case.session]
    if not tied:
        return AuctionResult(None, 0, 0, match_time, {}, _left(case.orders, {}))
    price = half_up(_PRICE_OF_TIE[case.exchange](tied, case.near), tick)
    at_price = _range(case.orders, price, price)
    fills = dict(_fills(case.orders, price, at_price.volume))
    return AuctionResult(
        price,
        at_price.volume,
        abs(at_price.remainder),
        match_time,
        fills,
        _left(case.orders, fills),
    )


def _ranges(case: AuctionCase, tick: Decimal) -> list[_Range]:
    """Return the candidate prices in rising order: order prices, at szse and bse also between."""
    prices = sorted({order.price for order in case.orders})
    spans = [(price, price) for price in prices]
    if case.exchange is not Exchange.SSE:
        between = ((low + tick, high - tick) for low, high in pairwise(prices))
        spans += [(low, high) for low, high in between if low <= high]
    return [_range(case.orders, low, high) for low, high in sorted(spans)]


def _range(orders: Sequence[AuctionOrder], low: Decimal, high: Decimal) -> _Range:
    buys = [order for order in orders if order.side is Side.BUY]
    sells = [order for order in orders if order.side is Side.SELL]
    return _Range(
        low,
        high,
        buys=sum(order.qty for order in buys if order.price >= high),
        sells=sum(order.qty for order in sells if order.price <= low),
        better_buys=sum(order.qty for order in buys if order.price > high),
        better_sells=sum(order.qty for order in sells if order.price < low),
    )


def _most_volume(ranges: Sequence[_Range]) -> list[_Range]:
    most = max((each.volume for each in ranges), default=0)
    return [each for each in ranges if most and each.volume == most and each.fills_better]


def _least_remainder(tied: Sequence[_Range]) -> list[_Range]:
    least = min(abs(each.remainder) for each in tied)
    return [each for each in tied if abs(each.remainder) == least]


def _sse_price(tied: Sequence[_Range], near: Decimal | None) -> Decimal:
    """A buy remainder takes the highest price, a sell remainder the lowest, none the middle."""
    best = _least_remainder(tied)
    if all(each.remainder > 0 for each in best):
        return best[-1].high
    if all(each.remainder < 0 for each in best):
        return best[0].low
    return _middle(best)


def _szse_price(tied: Sequence[_Range], near: Decimal | None) -> Decimal:
    return _nearest(_least_remainder(tied), near)


def _nearest(tied: Sequence[_Range], near: Decimal | None) -> Decimal:
    if near is None:
        return _middle(tied)
    reachable = [min(max(near, each.low), each.high) for each in tied]
    return min(reachable, key=lambda price: (abs(price - near), price))


def _middle(tied: Sequence[_Range]) -> Decimal:
    return (tied[0].low + tied[-1].high) / 2


_PRICE_OF_TIE: dict[Exchange, Callable[[Sequence[_Range], Decimal | None], Decimal]] = {
    Exchange.SSE: _sse_price,
    Exchange.SZSE: _szse_price,
    Exchange.BSE: _nearest,
}


def _fills(
    orders: Sequence[AuctionOrder], price: Decimal, volume: int
) -> Iterator[tuple[str, int]]:
    """Yield what each order trades: by price, then in list order."""
    buys = [o for o in orders if o.side is Side.BUY and o.price >= price]
    sells = [o for o in orders if o.side is Side.SELL and o.price <= price]
    yield from _shared_out(sorted(buys, key=lambda order: -order.price), volume)
    yield from _shared_out(sorted(sells, key=lambda order: order.price), volume)


def _shared_out(orders: Sequence[AuctionOrder], volume: int) -> Iterator[tuple[str, int]]:
    for order in orders:
        qty = min(order.qty, volume)
        if qty:
            yield order.id, qty
        volume -= qty


def _left(orders: Sequence[AuctionOrder], fills: dict[str, int]) -> dict[str, int]:
    left = {order.id: order.qty - fills.get(order.id, 0) for order in orders}
    return {order_id: qty for order_id, qty in left.items() if qty}
