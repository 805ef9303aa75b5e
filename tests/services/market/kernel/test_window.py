"""The ten best levels are right after every record, however deep and sparse the book is."""

import random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from models.wire.feed import (
    FLAG_SHANGHAI,
    KIND_ADD,
    KIND_DELETE,
    ORDER_NONE,
    RECORD,
    SIDE_BUY,
    SIDE_SELL,
)
from services.market.feed.record import FeedRecord
from services.market.kernel.book import BUY, SELL, Books
from services.market.kernel.twin import TwinBooks

fast = pytest.importorskip("services.market.kernel.fast")

CHANNEL = 1
TIME_MS = 36_000_000
TICK = 100


def coming_and_going(seed: int, prices: int, deep: int, records: int) -> list[bytes]:
    """Draw adds and deletes of one-lot orders on so many prices; about ``deep`` rest at a time."""
    choose = random.Random(seed)
    resting: list[tuple[int, int]] = []
    drawn = []
    for sequence in range(1, records + 1):
        if resting and choose.random() < len(resting) / (2 * deep):
            side, order_id = resting.pop(choose.randrange(len(resting)))
            kind, price = KIND_DELETE, 0
        else:
            side, order_id, kind = choose.choice((SIDE_BUY, SIDE_SELL)), sequence, KIND_ADD
            away = TICK * choose.randint(1, prices)
            price = 100_000 + (-away if side == SIDE_BUY else away)
            resting.append((side, order_id))
        fields = (0, order_id, 0, 100, sequence, price, TIME_MS)
        drawn.append(RECORD.pack(*FeedRecord(kind, side, ORDER_NONE, FLAG_SHANGHAI, *fields)))
    return drawn


def opened(books: Books, is_hinted: bool) -> Books:
    """Open one book."""
    books.add_book(CHANNEL, *((50_000, 150_000) if is_hinted else (0, 0)))
    return books


@settings(max_examples=40, deadline=None)
@given(
    st.integers(0, 1 << 32),
    st.sampled_from([3, 12, 60, 400]),
    st.sampled_from([4, 15, 40, 200]),
    st.booleans(),
)
def test_ten_best_after_every_record(seed: int, prices: int, deep: int, is_hinted: bool) -> None:
    twin, kernel = opened(TwinBooks(), is_hinted), opened(fast.FastBooks(), is_hinted)
    bare = opened(fast.FastBooks(best_only=True), is_hinted)
    for record in coming_and_going(seed, prices, deep, 400):
        for books in (twin, kernel, bare):
            books.apply(CHANNEL, record)
        assert kernel.top(0) == twin.top(0)
        assert bare.quote(0) == twin.quote(0)
    for books in (kernel, bare):
        assert books.top(0) == twin.top(0)
        assert books.levels(0, BUY, 0) == twin.levels(0, BUY, 0)
        assert books.levels(0, SELL, 0) == twin.levels(0, SELL, 0)
        assert books.state_hash() == twin.state_hash()


def test_a_price_far_outside_makes_the_ladder_anew_and_keeps_the_queues() -> None:
    twin, kernel = opened(TwinBooks(), True), opened(fast.FastBooks(), True)
    for sequence, price in enumerate((100_000, 99_990, 20_000, 99_999, 100_000, 49_000), start=1):
        fields = (0, sequence, 0, 100, sequence, price, TIME_MS)
        record = FeedRecord(KIND_ADD, SIDE_BUY, ORDER_NONE, FLAG_SHANGHAI, *fields)
        for books in (twin, kernel):
            books.apply(CHANNEL, RECORD.pack(*record))
    assert kernel.levels(0, BUY, 0) == twin.levels(0, BUY, 0)
    assert kernel.queue(0, BUY, 100_000, 0) == [(1, 100), (5, 100)]
    assert kernel.state_hash() == twin.state_hash()


def test_prices_too_far_apart_are_a_fault_of_both_kernels() -> None:
    twin, kernel = opened(TwinBooks(), False), opened(fast.FastBooks(), False)
    for sequence, price in enumerate((1, 2_000_000_000, 2), start=1):
        fields = (0, sequence, 0, 100, sequence, price, TIME_MS)
        record = FeedRecord(KIND_ADD, SIDE_BUY, ORDER_NONE, FLAG_SHANGHAI, *fields)
        for books in (twin, kernel):
            books.apply(CHANNEL, RECORD.pack(*record))
    assert twin.facts(0).faults == kernel.facts(0).faults == 1
    assert kernel.state_hash() == twin.state_hash()
