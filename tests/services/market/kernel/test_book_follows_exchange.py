"""The book rebuilt from the feed is the matching engine's own book, on both exchanges."""

import random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from models.market.instrument import Board, Exchange, Phase, SecurityKind, SecurityStatus
from models.trading.order import Side
from services.catalogue.securities import ListedSecurity
from services.exchange.feed.channel import RECORD_SIZE, Channel
from services.exchange.feed.tape import tape_for
from services.exchange.floor.listing import Listing
from services.exchange.floor.venue import Venue
from services.exchange.matching.kinds import ORDER_KINDS
from services.exchange.matching.side import BookSide
from services.market.kernel.book import BUY, SELL, Books
from services.market.kernel.choice import new_books
from services.market.kernel.twin import TwinBooks

NUMBER = 9
CLOSE = 100_000


def venue_of(exchange: Exchange) -> Venue:
    """Return an empty venue whose feed is channel 9."""
    suffix = "SH" if exchange is Exchange.SSE else "SZ"
    security = ListedSecurity(
        f"000001.{suffix}",
        "",
        exchange,
        Board.MAIN,
        SecurityKind.STOCK,
        SecurityStatus.NORMAL,
        "",
        CLOSE,
        0,
    )
    listing = Listing(security, 0, NUMBER, CLOSE, 110_000, 90_000, 100, ())
    return Venue(listing, tape_for(exchange, Channel(NUMBER), 0))


class Session:
    """Does things at a venue and lets the books follow its feed."""

    def __init__(self, exchange: Exchange, seed: int) -> None:
        self.random = random.Random(seed)
        self.venue = venue_of(exchange)
        self.kinds = sorted(ORDER_KINDS[exchange])
        self.followers: list[Books] = [new_books(), TwinBooks()]
        for books in self.followers:
            books.add_book(NUMBER, 90_000, 110_000)
        self.time_ms = 33_300_000
        self._read = 0

    def follow(self) -> None:
        """Let the books read what is new; a last record settles what was being matched."""
        self.venue.tape.reference(CLOSE, self.time_ms)
        records = self.venue.tape.channel.records
        for books in self.followers:
            books.apply(NUMBER, bytes(records[self._read * RECORD_SIZE :]))
        self._read = len(records) // RECORD_SIZE

    def act(self) -> None:
        """Enter, execute or cancel something."""
        self.time_ms += self.random.choice((0, 10, 3_000))
        open_orders = list(self.venue.book.orders)
        if open_orders and self.random.random() < 0.3:
            self.venue.cancel(self.random.choice(open_orders), self.time_ms)
            return
        side = self.random.choice((Side.BUY, Side.SELL))
        price = CLOSE + 100 * self.random.randint(-12, 12)
        order = self.venue.new_order(side, price, 100 * self.random.randint(1, 9))
        if self.venue.phase is Phase.CONTINUOUS and self.random.random() < 0.3:
            order.price_units = 0
            kind = self.random.choice([kind for kind in self.kinds if kind != "limit"])
            self.venue.execute(order, kind, 0, self.time_ms)
        else:
            self.venue.enter(order, self.time_ms)

    def assert_equal(self) -> None:
        """Compare levels, queues and faults."""
        for books in self.followers:
            assert books.faulty_books() == []
            for side, own in ((BUY, self.venue.book.bids), (SELL, self.venue.book.asks)):
                assert books.levels(0, side, 0) == depth_of(own)
                queued = [
                    row for price, _, _ in depth_of(own) for row in books.queue(0, side, price, 0)
                ]
                assert queued == [(order.number, order.left) for order in own.orders()]
            assert books.facts(0).last == self.venue.book.last_units


def depth_of(side: BookSide) -> list[tuple[int, int, int]]:
    """Return a side's levels, best first."""
    return side.depth(len(side.keys))


@pytest.mark.parametrize("exchange", [Exchange.SSE, Exchange.SZSE])
@settings(max_examples=25, deadline=None)
@given(seed=st.integers(0, 1 << 32))
def test_the_books_follow(exchange: Exchange, seed: int) -> None:
    session = Session(exchange, seed)
    phases = (Phase.OPENING_CALL, Phase.GAP, Phase.CONTINUOUS, Phase.CLOSING_CALL, Phase.CLOSED)
    for phase, actions in zip(phases, (40, 0, 120, 30, 0), strict=True):
        session.venue.change_phase(phase, session.time_ms)
        for _ in range(actions):
            session.act()
            session.follow()
            session.assert_equal()
    session.follow()
    session.assert_equal()
    assert session.followers[0].state_hash() == session.followers[1].state_hash()
