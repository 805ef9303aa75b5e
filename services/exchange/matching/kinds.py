"""Executes each A-share order kind against a book in continuous trading (market-rules § 2.6)."""

from collections.abc import Callable
from dataclasses import dataclass

from models.market.instrument import Exchange
from models.trading.order import Side
from services.exchange.matching.book import Book
from services.exchange.matching.order import BookOrder, Match, OrderKind

BEST_LEVELS = 5

_SHANGHAI_KINDS = frozenset(
    {
        OrderKind.LIMIT,
        OrderKind.BEST5_IOC,
        OrderKind.BEST5_LIMIT,
        OrderKind.OWN_BEST,
        OrderKind.OPPOSITE_BEST,
    }
)
ORDER_KINDS: dict[Exchange, frozenset[OrderKind]] = {
    Exchange.SSE: _SHANGHAI_KINDS,
    Exchange.BSE: _SHANGHAI_KINDS,
    Exchange.SZSE: frozenset(set(OrderKind) - {OrderKind.BEST5_LIMIT}),
}


@dataclass(frozen=True, slots=True)
class Execution:
    """What became of an incoming order: its matches, whether the rest is queued, or withdrawn."""

    matches: list[Match]
    rests: bool
    withdrawn: int


def execute(book: Book, order: BookOrder, kind: OrderKind, protect_units: int = 0) -> Execution:
    """Run ``order`` against ``book`` as its kind says.

    ``protect_units`` is the worst price a market order may trade or rest at (Shanghai's protective
    limit), 0 = none. A limit order brings its own price. The order's price becomes the one it
    rests at.
    """
    return _EXECUTORS[kind](book, order, protect_units)


def _limit(book: Book, order: BookOrder, _protect_units: int) -> Execution:
    matches = book.enter(order)
    return Execution(matches, order.left > 0, 0)


def _opposite_best(book: Book, order: BookOrder, protect_units: int) -> Execution:
    best = book.opposite(order.side).best()
    return _enter_at(book, order, best, protect_units, [])


def _own_best(book: Book, order: BookOrder, protect_units: int) -> Execution:
    best = book.own(order.side).best()
    return _enter_at(book, order, best, protect_units, [])


def _ioc(book: Book, order: BookOrder, protect_units: int) -> Execution:
    return _take_down_to(book, order, _any_price(book, order.side), protect_units)


def _best5_ioc(book: Book, order: BookOrder, protect_units: int) -> Execution:
    fifth = book.opposite(order.side).nth_price(BEST_LEVELS)
    return _take_down_to(book, order, fifth, protect_units)


def _best5_limit(book: Book, order: BookOrder, protect_units: int) -> Execution:
    """Rest what is left at the last price of its own trades, else at its own side's best."""
    fifth = book.opposite(order.side).nth_price(BEST_LEVELS)
    limit = _protected(order.side, fifth, protect_units)
    matches = book.match(order, limit) if fifth else []
    if not order.left:
        return Execution(matches, rests=False, withdrawn=0)
    price = matches[-1].price_units if matches else book.own(order.side).best()
    return _enter_at(book, order, price, protect_units, matches)


def _fok(book: Book, order: BookOrder, protect_units: int) -> Execution:
    worst = _protected(order.side, _any_price(book, order.side), protect_units)
    if not worst or book.opposite(order.side).volume_up_to(worst) < order.left:
        return _withdraw(order, [])
    return Execution(book.match(order, worst), rests=False, withdrawn=0)


_EXECUTORS: dict[OrderKind, Callable[[Book, BookOrder, int], Execution]] = {
    OrderKind.LIMIT: _limit,
    OrderKind.OPPOSITE_BEST: _opposite_best,
    OrderKind.OWN_BEST: _own_best,
    OrderKind.IOC: _ioc,
    OrderKind.BEST5_IOC: _best5_ioc,
    OrderKind.BEST5_LIMIT: _best5_limit,
    OrderKind.FOK: _fok,
}


def _any_price(book: Book, side: Side) -> int:
    opposite = book.opposite(side)
    return opposite.nth_price(len(opposite.keys))


def _protected(side: Side, price_units: int, protect_units: int) -> int:
    if not protect_units:
        return price_units
    worst = min if side is Side.BUY else max
    return worst(price_units, protect_units)


def _take_down_to(book: Book, order: BookOrder, worst_units: int, protect_units: int) -> Execution:
    if not worst_units:
        return _withdraw(order, [])
    matches = book.match(order, _protected(order.side, worst_units, protect_units))
    return _withdraw(order, matches)


def _enter_at(
    book: Book, order: BookOrder, price_units: int, protect_units: int, before: list[Match]
) -> Execution:
    """Enter as a limit order; an order without a price, or beyond its protection, is withdrawn."""
    if not price_units or _protected(order.side, price_units, protect_units) != price_units:
        return _withdraw(order, before)
    order.price_units = price_units
    matches = before + book.enter(order)
    return Execution(matches, order.left > 0, 0)


def _withdraw(order: BookOrder, matches: list[Match]) -> Execution:
    withdrawn, order.left = order.left, 0
    return Execution(matches, rests=False, withdrawn=withdrawn)
