"""The engine's own kernel, fed with our feed, shows the very books of the exchange."""

import pytest

from models.trading.order import Side
from services.exchange.floor.market import Market
from services.exchange.floor.venue import Venue
from services.exchange.market_day import open_market
from services.exchange.matching.side import BookSide
from services.market.kernel.book import BUY, SELL, Books
from services.market.kernel.choice import new_books
from tests.support.exchange import admission

SYMBOLS = frozenset({"600519.SH", "600036.SH", "000001.SZ", "300059.SZ", "430047.BJ", "510050.SH"})


def rebuilt(market: Market) -> Books:
    """Return the kernel's books after the whole feed so far."""
    books = new_books()
    for venue in market.venues.values():
        listing = venue.listing
        index = books.add_book(listing.channel, listing.limit_down_units, listing.limit_up_units)
        assert index == listing.index
    for channel in market.channels:
        applied = books.apply(channel.number, bytes(channel.records))
        assert applied == channel.last_sequence
    return books


def queue_of(side: BookSide) -> list[tuple[int, int]]:
    """Return number and shares left of the orders at the best price, first in time first."""
    level = side.levels[side.keys[-1]]
    return [(order.number, order.left) for order in level.live()]


def check(books: Books, venue: Venue) -> None:
    """Compare one venue with the kernel's book: levels, queue at the best price, last price."""
    index, book = venue.listing.index, venue.book
    facts = books.facts(index)
    assert facts.faults == 0, venue.listing.symbol
    for side, own in ((BUY, book.own(Side.BUY)), (SELL, book.own(Side.SELL))):
        assert books.levels(index, side, 0) == own.depth(len(own.keys))
        if own.keys:
            assert books.queue(index, side, own.best(), 0) == queue_of(own)
    assert facts.last == book.last_units
    assert facts.previous_close == venue.listing.previous_close_units


@pytest.mark.parametrize("until", [33_500_000, 33_960_000, 36_000_000, 53_900_000, 54_600_000])
def test_kernel_shows_the_exchanges_books(until: int) -> None:
    market = open_market(admission(), seed=11, only=SYMBOLS)
    market.advance(until)
    books = rebuilt(market)
    for symbol in sorted(SYMBOLS):
        check(books, market.venues[symbol])
