"""The exchange's snapshots and the engine's books agree, the whole day through."""

from collections.abc import Callable
from datetime import date

import pytest

from models.market.instrument import Phase
from models.market.picture import BookHealth
from models.trading.order import Side
from models.wire.feed import PHASES
from services.exchange.admission.admission import load_admission
from services.exchange.feed.board import STEP_MS, SnapshotBoard, snapshot_of
from services.exchange.floor.venue import Venue
from services.exchange.market_day import open_market
from services.exchange.matching.order import BookOrder, OrderKind
from services.market.heart import MarketHeart
from services.market.kernel.book import Books
from services.market.kernel.choice import new_books
from services.market.kernel.twin import TwinBooks
from tests.support.exchange import DAY, LATER_DAY, TEN, order_at, security, venue_of
from tests.support.feed_line import FeedLine

SYMBOLS = frozenset({"600519.SH", "600036.SH", "000001.SZ", "300059.SZ", "430047.BJ", "510050.SH"})
OPENING = (33_540_000, 34_260_000)  # 09:19 to 09:31
NOON = (41_370_000, 46_830_000)
CLOSE = (53_790_000, 54_420_000)  # 14:56:30 to 15:07


@pytest.mark.parametrize("make_books", [new_books, TwinBooks])
@pytest.mark.parametrize("day", [DAY, LATER_DAY])
@pytest.mark.parametrize(("start", "until"), [OPENING, NOON, CLOSE])
def test_every_snapshot_equals_the_rebuilt_book(
    make_books: Callable[[], Books], day: date, start: int, until: int
) -> None:
    symbols = SYMBOLS if make_books is new_books else frozenset({"000001.SZ", "510050.SH"})
    market = open_market(load_admission(day), 11, only=symbols)
    line = FeedLine(market, MarketHeart(lambda: 0.0, make_books))
    line.skip_to(start)
    line.run_to(until)
    facts = line.heart.health()
    assert facts.snapshots.equal == facts.snapshots.taken > 0
    assert facts.faulty_books == 0


def venue_at(line: FeedLine, symbol: str) -> Venue:
    """Return a venue of the line's market."""
    return line.market.venues[symbol]


@pytest.mark.parametrize("make_books", [new_books, TwinBooks])
@pytest.mark.parametrize("symbol", ["600036.SH", "000001.SZ"])
def test_after_hours_trades_are_in_the_feed_and_count(
    make_books: Callable[[], Books], symbol: str
) -> None:
    market = open_market(load_admission(LATER_DAY), 11, only=frozenset({symbol}))
    line = FeedLine(market, MarketHeart(lambda: 0.0, make_books))
    line.skip_to(54_303_000)
    venue, before = venue_at(line, symbol), line.heart.quote(symbol)
    close = venue.close_units
    venue.enter_after_hours(BookOrder(0, Side.BUY, close + 100, 500), 54_304_000)
    venue.enter_after_hours(BookOrder(0, Side.SELL, close, 300), 54_304_500)
    line.run_to(54_309_000)
    after, depth = line.heart.quote(symbol), line.heart.depth(symbol)
    assert before is not None
    assert after is not None
    assert depth is not None
    assert (after.phase, after.last_units) == (Phase.AFTER_HOURS, close)
    assert after.volume == before.volume + 300
    assert after.turnover_units == before.turnover_units + 300 * close
    assert (depth.health, depth.ticks[-1].quantity) == (BookHealth.GOOD, 300)
    facts = line.heart.health()
    assert facts.snapshots.equal == facts.snapshots.taken > 0


def test_orders_of_clients_that_end_with_the_day_stay_in_the_shown_book() -> None:
    venue = venue_of(security())
    venue.enter(order_at(venue, Side.BUY, 99_000, 500), TEN)
    before = snapshot_of(venue, TEN)
    venue.change_phase(Phase.CLOSED, TEN)
    assert snapshot_of(venue, TEN)[9:] == before[9:]


def test_a_call_is_shown_by_its_match_and_trading_by_levels() -> None:
    venue = venue_of(security(), Phase.OPENING_CALL)
    assert snapshot_of(venue, TEN).bids == snapshot_of(venue, TEN).asks == ()
    venue.enter(order_at(venue, Side.BUY, 100_100, 500), TEN)
    venue.enter(order_at(venue, Side.SELL, 100_000, 200), TEN)
    call = snapshot_of(venue, TEN)
    assert (call.is_auction, call.bid_total, call.bid_average) == (True, 0, 0)
    assert call.bids == ((100_100, 200, 0), (0, 300, 0))
    assert call.asks == ((100_100, 200, 0),)
    venue.change_phase(Phase.CONTINUOUS, TEN)
    traded = snapshot_of(venue, TEN)
    assert traded.phase == PHASES.index(Phase.CONTINUOUS)
    assert (traded.bids, traded.asks) == (((100_100, 300, 1),), ())
    assert (traded.bid_total, traded.bid_average) == (300, 100_100)
    assert (traded.trades, traded.volume, traded.turnover) == (1, 200, 200 * 100_100)
    assert (traded.last, traded.open, traded.high, traded.low) == (100_100,) * 4


def test_totals_and_averages_follow_every_kind_of_change() -> None:
    venue = venue_of(security())
    for price, shares in ((100_100, 300), (100_300, 500), (100_200, 400)):
        venue.enter(order_at(venue, Side.SELL, price, shares), TEN)
    venue.execute(order_at(venue, Side.BUY, 0, 500), OrderKind.OPPOSITE_BEST, 100_100, TEN)
    venue.cancel(2, TEN)
    shown = snapshot_of(venue, TEN)
    assert shown.asks == ((100_200, 400, 1),)
    assert (shown.ask_total, shown.ask_average) == (400, 100_200)
    assert (shown.bid_total, shown.bid_average) == (200, 100_100)


def test_only_what_changed_is_taken_and_only_every_three_seconds() -> None:
    market = open_market(load_admission(DAY), 11, only=SYMBOLS)
    board = SnapshotBoard(market)
    market.advance(TEN + 500)
    board.open(TEN + 500)
    assert board.due_ms == TEN + STEP_MS
    board.take()
    assert board.last_number == 0
    market.venues["000001.SZ"].cancel(next(iter(market.venues["000001.SZ"].book.orders)), TEN)
    board.take()
    channel = market.venues["000001.SZ"].listing.channel
    (frame,) = board.frames_after(channel, 0)
    assert frame.number == board.last_number == 1
    assert board.frames_after(channel, 1) == []
