"""Big-order statistics: an active order counts whole, by side and by all that it traded."""

import pytest

from models.wire.feed import (
    FLAG_SHANGHAI,
    KIND_ADD,
    KIND_TRADE,
    ORDER_NONE,
    RECORD,
    SIDE_BUY,
    SIDE_NONE,
    SIDE_SELL,
)
from services.market.feed.record import FeedRecord
from services.market.kernel.book import FLOW_SIZES, Books, FlowFacts
from services.market.kernel.choice import new_books
from services.market.kernel.twin import TwinBooks

CHANNEL, TIME_MS, PRICE = 1, 36_000_000, 100_000
LIMITS = (1_000 * PRICE, 500 * PRICE, 200 * PRICE)
NOTHING = FlowFacts(0, 0, 0)
KERNELS = pytest.mark.parametrize("make", [new_books, TwinBooks], ids=["chosen", "twin"])

Trade = tuple[int, int, int]
"""Side, active order, shares."""


def traded(books: Books, *trades: Trade) -> tuple[FlowFacts, ...]:
    """Rest one large order a side, trade against them, return the flow."""
    books.add_book(CHANNEL, 0, 0)
    rows = []
    for side, order_id in ((SIDE_BUY, 1), (SIDE_SELL, 2)):
        price = PRICE if side == SIDE_SELL else PRICE - 100
        rows.append((KIND_ADD, side, order_id, 0, 1_000_000, price))
    for side, active, quantity in trades:
        buy, sell = (active, 2) if side != SIDE_SELL else (1, active)
        price = PRICE - 100 if side == SIDE_SELL else PRICE
        if side == SIDE_NONE:
            buy, sell = 1, 2
        rows.append((KIND_TRADE, side, buy, sell, quantity, price))
    for sequence, (kind, side, first, second, quantity, price) in enumerate(rows, start=1):
        fields = (0, first, second, quantity, sequence, price, TIME_MS)
        record = FeedRecord(kind, side, ORDER_NONE, FLAG_SHANGHAI, *fields)
        books.apply(CHANNEL, RECORD.pack(*record))
    return books.flow(0)


def with_limits(books: Books) -> Books:
    """Set the limits of these tests."""
    books.set_flow_limits(*LIMITS)
    return books


@KERNELS
def test_sizes_are_told_apart_by_the_turnover_of_the_whole_order(make: type[Books]) -> None:
    flow = traded(
        with_limits(make()),
        *((SIDE_BUY, 10, 999), (SIDE_BUY, 10, 1)),
        (SIDE_BUY, 11, 500),
        (SIDE_BUY, 12, 200),
        (SIDE_BUY, 13, 199),
    )
    assert flow[:FLOW_SIZES] == (
        FlowFacts(1, 1_000, 1_000 * PRICE),
        FlowFacts(1, 500, 500 * PRICE),
        FlowFacts(1, 200, 200 * PRICE),
        FlowFacts(1, 199, 199 * PRICE),
    )
    assert flow[FLOW_SIZES:] == (NOTHING,) * FLOW_SIZES


@KERNELS
def test_sells_stand_apart_and_the_same_side_goes_on_counting(make: type[Books]) -> None:
    flow = traded(
        with_limits(make()), (SIDE_SELL, 20, 100), (SIDE_BUY, 21, 100), (SIDE_SELL, 22, 50)
    )
    small = FLOW_SIZES - 1
    assert flow[small] == FlowFacts(1, 100, 100 * PRICE)
    assert flow[FLOW_SIZES + small] == FlowFacts(2, 150, 150 * (PRICE - 100))


@KERNELS
def test_an_auction_has_no_active_side(make: type[Books]) -> None:
    assert traded(with_limits(make()), (SIDE_NONE, 0, 500)) == (NOTHING,) * 2 * FLOW_SIZES


@KERNELS
def test_an_unknown_active_order_is_never_joined_to_another(make: type[Books]) -> None:
    flow = traded(with_limits(make()), (SIDE_BUY, 0, 150), (SIDE_BUY, 0, 150))
    assert flow[FLOW_SIZES - 1] == FlowFacts(2, 300, 300 * PRICE)


@KERNELS
def test_without_limits_nothing_is_told(make: type[Books]) -> None:
    assert traded(make(), (SIDE_BUY, 10, 100)) == ()


@KERNELS
@pytest.mark.parametrize("limits", [(1, 1, 1), (1, 2, 3), (3, 2, 0)])
def test_limits_that_do_not_fall_are_refused(
    make: type[Books], limits: tuple[int, int, int]
) -> None:
    with pytest.raises(ValueError, match="must fall"):
        make().set_flow_limits(*limits)
