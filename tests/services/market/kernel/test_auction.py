"""The call auction's match, case by case, in both kernels (market-rules § 2.2)."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from models.market.instrument import Exchange
from models.rules.market.auction.uncrossing import auction_price
from models.wire.feed import RECORD
from services.market.kernel.auction import AuctionMatch, auction_rule, match_auction
from services.market.kernel.book import LevelRow
from services.market.kernel.choice import new_books
from tests.services.market.support import CHANNEL, SHANGHAI, Tape

SSE, SZSE, BSE = Exchange.SSE, Exchange.SZSE, Exchange.BSE
Sizes = dict[int, int]


def rows(sizes: Sizes, *, best_first: bool) -> list[LevelRow]:
    """Return levels, the best one first."""
    return [(price, sizes[price], 1) for price in sorted(sizes, reverse=best_first)]


CASES = [
    # what, bids, asks, exchange, reference, price, volume, unmatched
    ("nothing crosses", {999_00: 5}, {1000_00: 5}, SSE, 1, 0, 0, 0),
    ("one side only", {999_00: 5}, {}, SSE, 1, 0, 0, 0),
    ("most volume wins", {1020_00: 5, 1010_00: 9}, {1000_00: 8}, SSE, 1, 1010_00, 8, 6),
    ("buyers left take the highest", {1020_00: 9}, {1000_00: 5}, SSE, 1, 1020_00, 5, 4),
    ("sellers left take the lowest", {1020_00: 5}, {1000_00: 9}, SSE, 1, 1000_00, 5, -4),
    ("nobody left: the middle", {1020_00: 5}, {1000_00: 5}, SSE, 1, 1010_00, 5, 0),
    ("the middle is half-up on the tick", {1001_00: 5}, {1000_00: 5}, SSE, 1, 1001_00, 5, 0),
    ("Shenzhen: nearest the reference", {1020_00: 5}, {1000_00: 5}, SZSE, 1013_00, 1013_00, 5, 0),
    ("Shenzhen: reference below", {1020_00: 5}, {1000_00: 5}, SZSE, 900_00, 1000_00, 5, 0),
    ("Shenzhen: reference above", {1020_00: 5}, {1000_00: 5}, SZSE, 2000_00, 1020_00, 5, 0),
    ("better buys are filled first", {1020_00: 15}, {1000_00: 5}, SZSE, 1000_00, 1020_00, 5, 10),
    (
        "Shenzhen: a tick between orders leaves nothing",
        {1020_00: 10, 1000_00: 5},
        {1000_00: 10, 1020_00: 6},
        SZSE,
        1005_00,
        1005_00,
        10,
        0,
    ),
    ("Beijing: nearest", {1020_00: 9}, {1000_00: 9, 1010_00: 1}, BSE, 1012_00, 1010_00, 9, -1),
    ("least remainder wins", {1020_00: 5, 1010_00: 2}, {1000_00: 5}, SSE, 1, 1020_00, 5, 0),
]


@pytest.mark.parametrize(
    ("bids", "asks", "exchange", "reference", "price", "volume", "unmatched"),
    [case[1:] for case in CASES],
    ids=[case[0] for case in CASES],
)
def test_the_match(
    bids: Sizes,
    asks: Sizes,
    exchange: Exchange,
    reference: int,
    price: int,
    volume: int,
    unmatched: int,
) -> None:
    wanted = AuctionMatch(price, volume, unmatched)
    sides = rows(bids, best_first=True), rows(asks, best_first=False)
    assert match_auction(*sides, auction_rule(exchange), reference, 100) == wanted
    tape = Tape()
    for at, (level, size) in enumerate(bids.items()):
        tape.buy(SHANGHAI, 1 + at, level, size)
    for at, (level, size) in enumerate(asks.items()):
        tape.sell(SHANGHAI, 11 + at, level, size)
    books = new_books()
    books.add_book(CHANNEL, 0, 0)
    books.apply(CHANNEL, b"".join(RECORD.pack(*record) for record in tape.records))
    assert books.match(0, auction_rule(exchange), reference, 100) == wanted


sizes = st.dictionaries(
    st.integers(995, 1_010).map(lambda steps: steps * 100), st.integers(1, 20), max_size=8
)


@given(sizes, sizes, st.sampled_from(list(Exchange)), st.integers(990, 1_015))
def test_the_book_and_the_matching_engine_agree(
    bids: Sizes, asks: Sizes, exchange: Exchange, steps: int
) -> None:
    reference = steps * 100
    sides = rows(bids, best_first=True), rows(asks, best_first=False)
    engine = auction_price(exchange, list(bids.items()), list(asks.items()), 100, reference)
    wanted = (0, 0, 0) if engine is None else tuple(engine)
    assert match_auction(*sides, auction_rule(exchange), reference, 100) == wanted
