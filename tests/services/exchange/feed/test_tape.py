"""Both dialects record by record; books rebuilt from the feed alone equal the exchange's own."""

import pytest

from models.market.instrument import Board, Exchange, Phase
from models.trading.order import Side
from models.wire.feed import (
    FLAG_SHANGHAI,
    KIND_ADD,
    KIND_DELETE,
    KIND_PHASE,
    KIND_TRADE,
    ORDER_LIMIT,
    ORDER_MARKET,
    ORDER_NONE,
    ORDER_OWN_BEST,
    PHASES,
    SIDE_BUY,
    SIDE_NONE,
    SIDE_SELL,
)
from services.exchange.floor.venue import Venue
from services.exchange.market_day import open_market
from services.exchange.matching.order import OrderKind
from services.market.feed.frames import unpack_records
from services.market.feed.record import FeedRecord
from tests.support.exchange import TEN, admission, order_at, records_of, security, venue_of

Row = tuple[int, int, int, int, int, int, int]


def rows(venue: Venue) -> list[Row]:
    """Return kind, side, order type, both ids, shares and price of what was published."""
    return [
        (one.kind, one.side, one.order, one.order_id, one.other_id, one.quantity, one.price)
        for one in records_of(venue)
        if one.kind != KIND_PHASE
    ]


def test_shanghai_hides_what_fills_at_once_and_shows_the_remainder_after_the_trades() -> None:
    venue = venue_of(security(Exchange.SSE))
    venue.enter(order_at(venue, Side.SELL, 100_100, 300), TEN)  # order 1
    venue.enter(order_at(venue, Side.BUY, 100_100, 100), TEN)  # 2 fills at once
    venue.enter(order_at(venue, Side.BUY, 100_200, 500), TEN)  # 3 fills in part
    venue.cancel(3, TEN)
    assert rows(venue) == [
        (KIND_ADD, SIDE_SELL, ORDER_LIMIT, 1, 0, 300, 100_100),
        (KIND_TRADE, SIDE_BUY, ORDER_NONE, 2, 1, 100, 100_100),
        (KIND_TRADE, SIDE_BUY, ORDER_NONE, 3, 1, 200, 100_100),
        (KIND_ADD, SIDE_BUY, ORDER_LIMIT, 3, 0, 300, 100_200),
        (KIND_DELETE, SIDE_BUY, ORDER_NONE, 3, 0, 300, 100_200),
    ]
    assert all(one.flags & FLAG_SHANGHAI for one in records_of(venue))


def test_shenzhen_shows_every_order_whole_under_its_own_sequence() -> None:
    venue = venue_of(security(Exchange.SZSE))
    venue.enter(order_at(venue, Side.SELL, 100_100, 300), TEN)  # sequence 2, after the phase
    venue.enter(order_at(venue, Side.BUY, 100_200, 500), TEN)
    market = order_at(venue, Side.SELL, 0, 700)
    venue.execute(market, OrderKind.BEST5_IOC, 0, TEN)
    own = order_at(venue, Side.BUY, 0, 100)
    venue.execute(own, OrderKind.OWN_BEST, 0, TEN)  # nobody is on its side: withdrawn
    assert rows(venue) == [
        (KIND_ADD, SIDE_SELL, ORDER_LIMIT, 2, 0, 300, 100_100),
        (KIND_ADD, SIDE_BUY, ORDER_LIMIT, 3, 0, 500, 100_200),
        (KIND_TRADE, SIDE_BUY, ORDER_NONE, 3, 2, 300, 100_100),
        (KIND_ADD, SIDE_SELL, ORDER_MARKET, 5, 0, 700, 0),
        (KIND_TRADE, SIDE_SELL, ORDER_NONE, 3, 5, 200, 100_200),
        (KIND_DELETE, SIDE_SELL, ORDER_NONE, 5, 0, 500, 0),
        (KIND_ADD, SIDE_BUY, ORDER_OWN_BEST, 8, 0, 100, 0),
        (KIND_DELETE, SIDE_BUY, ORDER_NONE, 8, 0, 100, 0),
    ]
    sequences = [one.sequence for one in records_of(venue)]
    assert sequences == list(range(1, 10))


@pytest.mark.parametrize("exchange", [Exchange.SSE, Exchange.SZSE])
def test_auction_trades_come_before_the_phase_that_ends_the_call(exchange: Exchange) -> None:
    venue = venue_of(security(exchange), Phase.OPENING_CALL)
    venue.enter(order_at(venue, Side.SELL, 99_900, 300), TEN)
    venue.enter(order_at(venue, Side.BUY, 100_100, 300), TEN)
    venue.change_phase(Phase.OPENING_LOCKED, TEN)
    venue.change_phase(Phase.GAP, TEN)
    kinds = [(one.kind, one.side) for one in records_of(venue)]
    assert kinds[-2:] == [(KIND_TRADE, SIDE_NONE), (KIND_PHASE, SIDE_NONE)]
    assert kinds[1:3] == [(KIND_ADD, SIDE_SELL), (KIND_ADD, SIDE_BUY)]


class Rebuilt:
    """One security's book by the rules of the feed alone (market-rules § 2.8)."""

    def __init__(self) -> None:
        self.orders: dict[int, list[int]] = {}  # side, price, left

    def apply(self, one: FeedRecord) -> None:
        if one.kind == KIND_ADD:
            assert one.order_id not in self.orders
            self.orders[one.order_id] = [one.side, one.price, one.quantity]
        elif one.kind == KIND_DELETE:
            self._less(one.order_id, one.quantity)
        elif one.kind == KIND_TRADE:
            known = [number for number in (one.order_id, one.other_id) if number in self.orders]
            whole = one.side == SIDE_NONE or not one.flags & FLAG_SHANGHAI
            assert len(known) == (2 if whole else 1), one
            for number in known:
                self._less(number, one.quantity)

    def _less(self, number: int, quantity: int) -> None:
        order = self.orders[number]
        order[2] -= quantity
        assert order[2] >= 0
        if not order[2]:
            del self.orders[number]

    def levels(self, side: int) -> dict[int, tuple[int, int]]:
        found: dict[int, tuple[int, int]] = {}
        for own, price, left in self.orders.values():
            if own == side:
                quantity, count = found.get(price, (0, 0))
                found[price] = (quantity + left, count + 1)
        return found


@pytest.mark.parametrize("until", [33_600_000, 33_960_000, 34_500_000])
def test_books_rebuilt_from_the_feed_equal_the_exchanges(until: int) -> None:
    market = open_market(admission(), seed=3)
    market.advance(until)
    books: dict[int, Rebuilt] = {one.listing.index: Rebuilt() for one in market.venues.values()}
    for channel in market.channels:
        for place, record in enumerate(unpack_records(bytes(channel.records)), start=1):
            assert record.sequence == place
            books[record.instrument].apply(record)
    for venue in market.venues.values():
        rebuilt = books[venue.listing.index]
        for side, own in ((SIDE_BUY, venue.book.bids), (SIDE_SELL, venue.book.asks)):
            depth = own.depth(len(own.keys))
            assert rebuilt.levels(side) == {price: (left, n) for price, left, n in depth}


def test_phase_records_carry_the_phases_code() -> None:
    venue = venue_of(security(Exchange.BSE, Board.BSE), Phase.LUNCH)
    (record,) = records_of(venue)
    assert (record.kind, PHASES[record.price], record.time_ms) == (KIND_PHASE, Phase.LUNCH, TEN)
