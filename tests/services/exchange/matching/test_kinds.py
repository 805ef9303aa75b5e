"""Each order kind against one small book."""

import pytest

from models.market.instrument import Exchange
from models.trading.order import Side
from services.exchange.matching.book import Book
from services.exchange.matching.kinds import ORDER_KINDS, execute
from services.exchange.matching.order import BookOrder, OrderKind

K = OrderKind


def six_levels() -> Book:
    """Sellers of 100 each at 1001 … 1006, buyers of 100 each at 999 … 994."""
    book = Book()
    for place in range(6):
        book.enter(BookOrder(10 + place, Side.SELL, 1001 + place, 100))
        book.enter(BookOrder(20 + place, Side.BUY, 999 - place, 100))
    return book


# kind, quantity, protective price → traded shares, last traded price, resting price, withdrawn
BUYS = (
    (K.OPPOSITE_BEST, 250, 0, 100, 1001, 1001, 0),
    (K.OPPOSITE_BEST, 80, 0, 80, 1001, 0, 0),
    (K.OPPOSITE_BEST, 250, 1000, 0, 0, 0, 250),  # the best seller is beyond the protection
    (K.OWN_BEST, 250, 0, 0, 0, 999, 0),
    (K.BEST5_IOC, 700, 0, 500, 1005, 0, 200),
    (K.BEST5_IOC, 450, 0, 450, 1005, 0, 0),
    (K.BEST5_IOC, 700, 1003, 300, 1003, 0, 400),
    (K.BEST5_LIMIT, 700, 0, 500, 1005, 1005, 0),
    (K.BEST5_LIMIT, 700, 1002, 200, 1002, 1002, 0),
    (K.BEST5_LIMIT, 300, 1000, 0, 0, 999, 0),  # nothing traded: its own side's best price
    (K.IOC, 700, 0, 600, 1006, 0, 100),
    (K.FOK, 600, 0, 600, 1006, 0, 0),
    (K.FOK, 601, 0, 0, 0, 0, 601),
    (K.FOK, 400, 1003, 0, 0, 0, 400),
)


@pytest.mark.parametrize(
    ("kind", "quantity", "protect", "traded", "last", "rests_at", "withdrawn"), BUYS
)
def test_order_kind_executes_as_its_rule_says(
    kind: OrderKind,
    quantity: int,
    protect: int,
    traded: int,
    last: int,
    rests_at: int,
    withdrawn: int,
) -> None:
    for side in Side:

        def mirror(price: int, side: Side = side) -> int:
            return price if side is Side.BUY else 2000 - price

        book = six_levels()
        order = BookOrder(99, side, 0, quantity)
        done = execute(book, order, kind, mirror(protect) if protect else 0)
        assert sum(match.quantity for match in done.matches) == traded
        assert (done.matches[-1].price_units if done.matches else 0) == (
            mirror(last) if last else 0
        )
        assert done.withdrawn == withdrawn
        assert done.rests is bool(rests_at)
        assert (99 in book.orders) is bool(rests_at)
        if rests_at:
            assert book.orders[99].price_units == mirror(rests_at)
            assert book.orders[99].left == quantity - traded


@pytest.mark.parametrize("kind", [kind for kind in OrderKind if kind is not OrderKind.LIMIT])
def test_market_order_into_an_empty_book_is_withdrawn(kind: OrderKind) -> None:
    book = Book()
    order = BookOrder(1, Side.BUY, 0, 100)
    assert execute(book, order, kind).withdrawn == 100
    assert not book.orders
    assert order.left == 0


def test_each_exchange_knows_its_own_kinds() -> None:
    assert OrderKind.FOK in ORDER_KINDS[Exchange.SZSE]
    assert OrderKind.BEST5_LIMIT not in ORDER_KINDS[Exchange.SZSE]
    assert ORDER_KINDS[Exchange.SSE] == {
        K.LIMIT,
        K.BEST5_IOC,
        K.BEST5_LIMIT,
        K.OWN_BEST,
        K.OPPOSITE_BEST,
    }
    assert ORDER_KINDS[Exchange.BSE] == ORDER_KINDS[Exchange.SSE]
