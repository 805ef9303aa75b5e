"""Where an own order stands, and when no time may be told."""

from collections.abc import Callable

import pytest

from models.market.instrument import Phase
from models.market.own_place import OwnPlace, PlaceCertainty, QueueDoubt
from models.trading.order import Side
from models.wire.feed import RECORD, SIDE_BUY, SIDE_SELL
from services.market.kernel.book import Books
from services.market.kernel.choice import new_books
from services.market.kernel.twin import TwinBooks
from services.market.queue_position.place import Moment, OwnOrder, estimated
from tests.services.market.support import CHANNEL, SHANGHAI, TEN_O_CLOCK, Tape

OURS, BID, ASK = 50, 99_900, 100_100
CLOSING_MS = 53_800_000


def own(*ids: int, side: Side = Side.BUY, price: int = BID) -> OwnOrder:
    return OwnOrder("O1", side, price, 300, ids)


def a_day() -> Tape:
    """Two orders before ours, one behind, one better; trades of the last minutes."""
    tape = Tape()
    tape.time_ms = TEN_O_CLOCK - 120_000
    tape.phase(SHANGHAI, Phase.CONTINUOUS)
    tape.sell(SHANGHAI, 1, ASK, 5_000)
    tape.sell(SHANGHAI, 2, ASK + 900, 5_000)
    for number in range(4):
        tape.time_ms += 30_000
        seller = 1 + number % 2
        tape.trade(SHANGHAI, SIDE_BUY, 900 + number, seller, ASK + 900 * (seller - 1), 500)
    tape.buy(SHANGHAI, 10, BID, 700)
    tape.buy(SHANGHAI, 11, BID, 500)
    tape.buy(SHANGHAI, OURS, BID, 300)
    tape.buy(SHANGHAI, 12, BID, 200)
    tape.buy(SHANGHAI, 13, BID + 100, 400)
    return tape


@pytest.fixture(params=[new_books, TwinBooks], ids=["kernel", "twin"])
def make(request: pytest.FixtureRequest) -> Callable[[], Books]:
    """Both kernels."""
    made: Callable[[], Books] = request.param
    return made


def told(
    make: Callable[[], Books], tape: Tape, order: OwnOrder, time_ms: int = TEN_O_CLOCK
) -> OwnPlace:
    books = make()
    books.add_book(CHANNEL, 0, 0)
    books.apply(CHANNEL, b"".join(RECORD.pack(*record) for record in tape.records))
    return estimated(books, 0, order, Moment(time_ms, books.bars(0, 0)))


def test_place_counts_what_is_before_behind_and_better(make: Callable[[], Books]) -> None:
    place = told(make, a_day(), own(OURS))
    assert place.certainty is PlaceCertainty.EXACT
    assert (place.left, place.ahead, place.orders_ahead) == (300, 1_200, 2)
    assert (place.behind, place.orders_behind, place.better) == (200, 1, 400)
    assert place.doubt is QueueDoubt.NONE
    assert place.expected_ms > 0
    assert len(place.filled_permille) == 3
    assert place.model == "queue-2"


def test_a_cancel_and_a_trade_in_front_move_us_up_and_what_is_behind_does_not(
    make: Callable[[], Books],
) -> None:
    tape = a_day()
    before = told(make, tape, own(OURS))
    tape.cancel(SHANGHAI, SIDE_BUY, 12, 200)
    assert told(make, tape, own(OURS)).ahead == before.ahead
    tape.cancel(SHANGHAI, SIDE_BUY, 10, 700)
    after = told(make, tape, own(OURS))
    assert (after.ahead, after.orders_ahead) == (500, 1)
    assert after.expected_ms < before.expected_ms
    tape.trade(SHANGHAI, SIDE_SELL, 13, 990, BID + 100, 400)
    tape.trade(SHANGHAI, SIDE_SELL, 11, 991, BID, 500)
    first = told(make, tape, own(OURS))
    assert (first.ahead, first.better) == (0, 0)
    tape.trade(SHANGHAI, SIDE_SELL, OURS, 992, BID, 100)
    assert told(make, tape, own(OURS)).left == 200


def test_several_that_may_be_ours_are_a_range_and_the_last_one_is_timed(
    make: Callable[[], Books],
) -> None:
    place = told(make, a_day(), own(11, OURS, 12))
    assert place.certainty is PlaceCertainty.RANGE
    assert (place.ahead, place.ahead_most) == (700, 1_500)
    assert (place.orders_ahead, place.orders_ahead_most) == (1, 3)
    assert place.expected_ms == told(make, a_day(), own(12)).expected_ms


@pytest.mark.parametrize(
    "order",
    [own(), own(77), own(OURS, side=Side.SELL), own(OURS, price=BID + 100)],
    ids=["no number", "not there", "other side", "other price"],
)
def test_an_order_that_the_book_does_not_show_has_no_place(
    make: Callable[[], Books], order: OwnOrder
) -> None:
    place = told(make, a_day(), order)
    assert place.certainty is PlaceCertainty.NONE
    assert place.doubt is QueueDoubt.NOT_IN_BOOK
    assert (place.expected_ms, place.filled_permille) == (0, ())


@pytest.mark.parametrize(
    "phase", [phase for phase in Phase if phase is not Phase.CONTINUOUS], ids=str
)
def test_outside_continuous_trading_the_place_is_told_and_no_time(
    make: Callable[[], Books], phase: Phase
) -> None:
    tape = a_day()
    tape.phase(SHANGHAI, phase)
    place = told(make, tape, own(OURS))
    assert (place.ahead, place.doubt) == (1_200, QueueDoubt.PHASE)
    assert (place.expected_ms, place.filled_permille) == (0, ())


def test_the_first_minute_and_a_silent_market_tell_no_time(make: Callable[[], Books]) -> None:
    early = told(make, a_day(), own(OURS), 34_200_000 + 59_000)
    assert (early.doubt, early.expected_ms) == (QueueDoubt.EARLY, 0)
    silent = told(make, a_day(), own(OURS), TEN_O_CLOCK + 20 * 60_000)
    assert (silent.doubt, silent.expected_ms) == (QueueDoubt.NO_TRADES, 0)
    assert silent.ahead == 1_200


def test_a_time_beyond_the_close_is_not_told_but_its_chances_are(
    make: Callable[[], Books],
) -> None:
    tape = a_day()
    tape.time_ms = CLOSING_MS
    tape.trade(SHANGHAI, SIDE_BUY, 990, 1, ASK, 100)
    place = told(make, tape, own(OURS), CLOSING_MS)
    assert (place.doubt, place.expected_ms) == (QueueDoubt.BEYOND_CLOSE, 0)
    assert len(place.filled_permille) == 3


def test_where_nobody_sells_the_best_bid_waits_for_shares_alone(
    make: Callable[[], Books],
) -> None:
    tape = a_day()
    tape.cancel(SHANGHAI, SIDE_SELL, 1, 4_000)
    tape.cancel(SHANGHAI, SIDE_SELL, 2, 4_000)
    tape.cancel(SHANGHAI, SIDE_BUY, 13, 400)
    place = told(make, tape, own(OURS))
    # 1,500 shares at half of 2,000 in four minutes, times 2.4
    assert place.expected_ms == 2 * 1_500 * 240_000 // 2_000 * 2_400 // 1_000


def test_a_feed_without_phases_is_judged_by_the_clock(make: Callable[[], Books]) -> None:
    tape = a_day()
    tape.records = tape.records[1:]
    assert told(make, tape, own(OURS)).doubt is QueueDoubt.NONE
    assert told(make, tape, own(OURS), 45_000_000).doubt is QueueDoubt.PHASE
