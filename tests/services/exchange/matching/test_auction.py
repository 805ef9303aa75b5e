"""Call auctions: the specification's cases, the tie rules as a table, and a brute-force twin."""

import json
from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from models.market.instrument import Exchange
from models.money import price_units, yuan_of_price
from models.rules.market.auction.call_auction import AuctionCase, AuctionOrder, auction
from models.rules.market.auction.uncrossing import AuctionPrice, auction_price
from models.trading.order import Side
from services.exchange.matching.auction import uncross
from services.exchange.matching.book import Book
from services.exchange.matching.order import BookOrder
from tests.support.shared_data import shared_spec

SSE, SZSE, BSE = Exchange.SSE, Exchange.SZSE, Exchange.BSE
Levels = list[tuple[int, int]]

# exchange, bids, asks, reference → price, volume, unmatched (ticks of 1)
TIES: tuple[tuple[Exchange, Levels, Levels, int, tuple[int, int, int] | None], ...] = (
    (SSE, [(1002, 500)], [(1000, 500)], 998, (1001, 500, 0)),  # nothing left over: the middle
    (SSE, [(1003, 500)], [(1000, 500)], 998, (1002, 500, 0)),  # the middle, half-up to the tick
    (SZSE, [(1002, 500)], [(1000, 500)], 1001, (1001, 500, 0)),  # the tick nearest the reference
    (SZSE, [(1002, 500)], [(1000, 500)], 998, (1000, 500, 0)),
    (SZSE, [(1002, 500)], [(1000, 500)], 1007, (1002, 500, 0)),
    (BSE, [(1002, 500)], [(1000, 500)], 1001, (1001, 500, 0)),
    (SSE, [(1002, 600)], [(1000, 500)], 998, (1002, 500, 100)),  # buyers left over: the highest
    (SSE, [(1002, 500)], [(1000, 600)], 998, (1000, 500, -100)),  # sellers left over: the lowest
    (SZSE, [(1002, 600)], [(1000, 500)], 998, (1002, 500, 100)),  # better buyers must be filled
    (SSE, [(1000, 500)], [(1001, 500)], 998, None),
    (SSE, [], [(1001, 500)], 998, None),
    (SZSE, [(1001, 100)], [], 998, None),
    (SSE, [(1001, 100)], [(1001, 300)], 998, (1001, 100, -200)),
)


@pytest.mark.parametrize(("exchange", "bids", "asks", "reference", "expected"), TIES)
def test_tie_rules_of_each_exchange(
    exchange: Exchange,
    bids: Levels,
    asks: Levels,
    reference: int,
    expected: tuple[int, int, int] | None,
) -> None:
    found = auction_price(exchange, bids, asks, 1, reference)
    assert found == (AuctionPrice(*expected) if expected else None)


def test_specification_cases_of_call_auction() -> None:
    for line in shared_spec("cases/market.call_auction.jsonl").read_text("utf-8").splitlines():
        case = json.loads(line)
        told, expected = case["given"], case["expect"]
        book, names = Book(), {}
        for number, row in enumerate(told["orders"], start=1):
            names[number] = row["id"]
            units = price_units(Decimal(row["price"]))
            book.rest(BookOrder(number, Side(row["side"]), units, row["qty"]))
        reference = price_units(Decimal(told.get("last") or told.get("prev_close") or "0"))
        found, pairings = uncross(Exchange(told["exchange"]), book, 100, reference)
        assert found is not None
        assert found.price_units == price_units(Decimal(expected["price"])), case["id"]
        assert found.volume == expected.get("volume", found.volume)
        assert found.unmatched == expected.get("unmatched", found.unmatched)
        fills = dict.fromkeys(names.values(), 0)
        for buy, sell, quantity in pairings:
            fills[names[buy.number]] += quantity
            fills[names[sell.number]] += quantity
        wanted = expected.get("fills", {})
        assert {name: fills[name] for name in wanted} == wanted
        left = {names[number]: order.left for number, order in book.orders.items()}
        assert left == expected.get("remaining", left)


def brute_force(bids: Levels, asks: Levels) -> tuple[int, int] | None:
    """The most volume and the least left over at any tick where all better orders are filled."""
    best: tuple[int, int] | None = None
    for price in range(980, 1021):
        demand = sum(quantity for at, quantity in bids if at >= price)
        supply = sum(quantity for at, quantity in asks if at <= price)
        volume = min(demand, supply)
        better_buys = sum(quantity for at, quantity in bids if at > price)
        better_sells = sum(quantity for at, quantity in asks if at < price)
        if volume and better_buys <= volume and better_sells <= volume:
            found = (volume, -abs(demand - supply))
            best = max(best, found) if best else found
    return best


LEVELS = st.lists(
    st.tuples(st.integers(990, 1010), st.integers(1, 9)),
    max_size=8,
    unique_by=lambda level: level[0],
)


@settings(deadline=None)
@given(LEVELS, LEVELS, st.integers(985, 1015))
def test_no_tick_is_better_than_the_one_found(bids: Levels, asks: Levels, reference: int) -> None:
    best = brute_force(bids, asks)
    found = auction_price(SZSE, bids, asks, 1, reference)
    assert (found is None) is (best is None)
    if found is not None and best is not None:
        assert (found.volume, -abs(found.unmatched)) == best
    shanghai = auction_price(SSE, bids, asks, 1, reference)
    assert (shanghai is None) is (best is None)
    if shanghai is not None and best is not None:
        assert shanghai.volume == best[0]


@settings(deadline=None)
@given(LEVELS, LEVELS, st.sampled_from((SSE, SZSE, BSE)))
def test_auction_fills_its_volume_and_leaves_no_cross(
    bids: Levels, asks: Levels, exchange: Exchange
) -> None:
    book = Book()
    for number, (price, quantity) in enumerate(bids + asks, start=1):
        side = Side.BUY if number <= len(bids) else Side.SELL
        book.rest(BookOrder(number, side, price, quantity))
    found, pairings = uncross(exchange, book, 1, 1000)
    assert sum(one.quantity for one in pairings) == (found.volume if found else 0)
    for buy, sell, _ in pairings:
        assert found is not None
        assert buy.price_units >= found.price_units >= sell.price_units
    assert not book.asks.keys or book.bids.best() < book.asks.best()


@settings(deadline=None)
@given(LEVELS, LEVELS, st.sampled_from((SSE, SZSE, BSE)), st.integers(985, 1015))
def test_rules_on_the_screen_and_the_exchange_agree(
    bids: Levels, asks: Levels, exchange: Exchange, reference: int
) -> None:
    """Two implementations that share nothing: decimals of a case, whole ticks of a book."""
    orders = tuple(
        AuctionOrder(f"{side.value}{price}", side, yuan_of_price(100 * price), quantity)
        for side, levels in ((Side.BUY, bids), (Side.SELL, asks))
        for price, quantity in levels
    )
    near = yuan_of_price(100 * reference)
    case = AuctionCase(exchange=exchange, session="open", orders=orders, prev_close=near)
    told = auction(case, yuan_of_price(100))
    found = auction_price(
        exchange,
        [(100 * price, quantity) for price, quantity in bids],
        [(100 * price, quantity) for price, quantity in asks],
        100,
        100 * reference,
    )
    assert (told.price is None) is (found is None)
    if found is not None and told.price is not None:
        assert (price_units(told.price), told.volume) == (found.price_units, found.volume)
