"""After every prefix the compiled kernel and its plain-Python twin are in the same state."""

from collections.abc import Iterator

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from models.market.instrument import Phase
from models.wire.feed import RECORD, SIDE_SELL
from services.market.feed.frames import HEADER_SIZE
from services.market.kernel.auction import AuctionRule
from services.market.kernel.book import BUY, SELL, Books
from services.market.kernel.choice import new_books
from services.market.kernel.twin import TwinBooks
from services.market.sources.day import open_day
from tests.services.market.kernel.streams import BOOKS, CHANNEL, Market, open_books
from tests.services.market.support import SHANGHAI, Tape
from tests.support.shared_data import shared_data

fast = pytest.importorskip("services.market.kernel.fast")


def pictures(books: Books) -> Iterator[object]:
    """Yield everything that can be read of the books."""
    yield books.channel_facts(CHANNEL)
    yield books.faulty_books()
    for index in range(BOOKS):
        yield books.facts(index)
        yield books.quote(index)
        yield books.top(index)
        yield books.ticks(index, 10)
        yield books.flow(index)
        yield books.bars(index, 0)
        for reference in (1, 99_950, 200_000):
            for rule in AuctionRule:
                yield books.match(index, rule, reference, 100)
        for side in (BUY, SELL):
            levels = books.levels(index, side, 0)
            yield levels
            yield [books.queue(index, side, price, 0) for price, _, _ in levels]
            yield books.queue(index, side, 77, 0)
            for price, _, _ in levels:
                ids = [order_id for order_id, _ in books.queue(index, side, price, 0)]
                yield [books.standing(index, order_id) for order_id in ids]
        for foreign in (0, -1, 1, 1 << 32, 1 << 62):
            yield books.standing(index, foreign)


def assert_same(left: Books, right: Books) -> None:
    """Compare the hashes, and where they differ what can be read."""
    assert list(pictures(left)) == list(pictures(right))
    assert left.state_hash() == right.state_hash()


def test_the_built_kernel_is_the_chosen_one() -> None:
    assert new_books().kernel_name == "compiled"


@settings(max_examples=60, deadline=None)
@given(st.integers(0, 1 << 32), st.sampled_from([0.0, 0.01, 0.3]), st.integers(1, 60))
def test_after_every_prefix_both_are_equal(seed: int, mistakes: float, step: int) -> None:
    reference = TwinBooks()
    records = Market(seed, reference, mistakes).records(400)
    packed = [RECORD.pack(*record) for record in records]
    twin, kernel = open_books(TwinBooks()), open_books(fast.FastBooks())
    for at in range(0, len(packed), step):
        run = b"".join(packed[at : at + step])
        assert twin.apply(CHANNEL, run) == kernel.apply(CHANNEL, run)
        assert twin.state_hash() == kernel.state_hash()
    assert_same(twin, kernel)
    assert_same(reference, kernel)


@settings(max_examples=60, deadline=None)
@given(st.lists(st.binary(min_size=48, max_size=48), max_size=20))
def test_noise_does_the_same_to_both(noise: list[bytes]) -> None:
    twin, kernel = open_books(TwinBooks()), open_books(fast.FastBooks())
    run = b"".join(noise)
    assert twin.apply(CHANNEL, run) == kernel.apply(CHANNEL, run)
    assert_same(twin, kernel)


@settings(max_examples=30, deadline=None)
@given(st.integers(0, 1 << 32), st.data())
def test_flipped_bits_do_the_same_to_both(seed: int, data: st.DataObject) -> None:
    records = Market(seed, TwinBooks(), 0.0).records(150)
    raw = bytearray(b"".join(RECORD.pack(*record) for record in records))
    for _ in range(data.draw(st.integers(1, 12))):
        bit = data.draw(st.integers(0, len(raw) * 8 - 1))
        raw[bit // 8] ^= 1 << bit % 8
    twin, kernel = open_books(TwinBooks()), open_books(fast.FastBooks())
    assert twin.apply(CHANNEL, raw) == kernel.apply(CHANNEL, raw)
    assert_same(twin, kernel)


@settings(max_examples=20, deadline=None)
@given(st.integers(0, 1 << 32))
def test_one_by_one_and_in_a_batch_end_alike(seed: int) -> None:
    records = Market(seed, TwinBooks(), 0.02).records(300)
    packed = [RECORD.pack(*record) for record in records]
    single, batch = open_books(fast.FastBooks()), open_books(fast.FastBooks())
    twin = open_books(TwinBooks())
    for one in packed:
        assert single.apply_one(one) == twin.apply_one(one)
    batch.apply(CHANNEL, b"".join(packed))
    assert_same(single, twin)
    assert [single.book_hash(at) for at in range(BOOKS)] == [
        twin.book_hash(at) for at in range(BOOKS)
    ]


def test_both_are_equal_on_a_real_day() -> None:
    day = open_day(shared_data("sse_l2_ticks_20230711"))
    ((channel, records),) = day.channels.items()
    twin, kernel = TwinBooks(), fast.FastBooks()
    for books in (twin, kernel):
        for _ in day.symbols:
            books.add_book(channel, 0, 0)
    for run in np.array_split(records, 20):
        twin.apply(channel, run.tobytes())
        kernel.apply(channel, run.tobytes())
        assert twin.state_hash() == kernel.state_hash()


@settings(max_examples=40, deadline=None)
@given(st.integers(0, 1 << 32))
def test_a_standing_is_what_the_queue_and_the_levels_say(seed: int) -> None:
    kernel = open_books(fast.FastBooks())
    for record in Market(seed, TwinBooks(), 0.02).records(300):
        kernel.apply(CHANNEL, RECORD.pack(*record))
    for index in range(BOOKS):
        for side in (BUY, SELL):
            better = orders_better = 0
            for price, quantity, count in kernel.levels(index, side, 0):
                ahead = 0
                queue = kernel.queue(index, side, price, 0)
                for place, (order_id, left) in enumerate(queue):
                    behind = quantity - ahead - left
                    own = (side, price, left, ahead, place, behind, count - place - 1)
                    assert kernel.standing(index, order_id) == (*own, better, orders_better)
                    assert kernel.standing((index + 1) % BOOKS, order_id) is None
                    ahead += left
                better, orders_better = better + quantity, orders_better + count


def test_wrong_use_is_refused() -> None:
    kernel = open_books(fast.FastBooks())
    with pytest.raises(IndexError):
        kernel.facts(BOOKS)
    with pytest.raises(IndexError):
        kernel.standing(BOOKS, 1)
    with pytest.raises(ValueError, match="no whole records"):
        kernel.apply(CHANNEL, b"x" * 47)
    with pytest.raises(ValueError, match="no record"):
        kernel.apply_one(b"x")


def test_ten_levels_into_numbers_are_the_ten_levels() -> None:
    kernel = fast.FastBooks()
    Market(5, kernel, 0.0).records(500)
    rows = np.zeros(60, np.int64)
    kernel.top_into(0, rows)
    bids, asks = kernel.top(0)
    assert [tuple(row) for row in rows.reshape(2, 10, 3)[0][: len(bids)].tolist()] == bids
    assert [tuple(row) for row in rows.reshape(2, 10, 3)[1][: len(asks)].tolist()] == asks


@pytest.mark.parametrize("worse", [0, 100, 1_000])
@pytest.mark.parametrize("levels", [8, 12, 16, 17, 32])
def test_a_side_that_emptied_shows_what_comes_at_worse_prices(worse: int, levels: int) -> None:
    """The window of best levels remembered a floor that nobody stood on any more."""
    compiled, twin = new_books(), TwinBooks()
    tape = Tape()
    tape.phase(SHANGHAI, Phase.CONTINUOUS)
    prices = [100_100 + 100 * at for at in range(levels)]
    for order, price in enumerate(prices, 1):
        tape.sell(SHANGHAI, order, price, 100)
    for order in range(1, len(prices) + 1):
        tape.cancel(SHANGHAI, SIDE_SELL, order, 100)
    tape.sell(SHANGHAI, 99, prices[-1] + worse, 700)
    for books in (compiled, twin):
        books.add_book(CHANNEL, 90_000, 110_000)
        books.apply(CHANNEL, tape.frame(1, len(tape.records))[HEADER_SIZE:])
    assert compiled.top(0) == twin.top(0) == ([], [(prices[-1] + worse, 700, 1)])
    assert compiled.state_hash() == twin.state_hash()
