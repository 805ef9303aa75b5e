"""A day without price limits: who moves 30 or 60 % from the open stands for ten minutes (§ 2.3)."""

from collections.abc import Callable

import pytest

from models.market.instrument import Board, Exchange, Phase
from models.trading.order import Side
from models.wire.feed import KIND_PHASE, PHASES
from services.exchange.admission.admission import Asked, load_admission
from services.exchange.feed.channel import Channel
from services.exchange.feed.tape import tape_for
from services.exchange.floor.listing import PhaseChange
from services.exchange.floor.market import Market
from services.exchange.floor.venue import Venue
from services.exchange.matching.order import OrderKind
from services.market.feed.frames import unpack_records
from services.market.heart import MarketHeart
from services.market.kernel.book import Books
from services.market.kernel.choice import new_books
from services.market.kernel.twin import TwinBooks
from tests.support.exchange import DAY, LATER_DAY, TEN, FakeOwner, order_at, security, venue_of
from tests.support.feed_line import FeedLine

MINUTE = 60_000
TEN_MINUTES = 10 * MINUTE


def floor_of(exchange: Exchange = Exchange.SSE) -> tuple[Market, Venue]:
    """Return a market of one security on its first day, at 10:00, opened at 10.00."""
    listed = security(exchange, listing_day=1)
    listing = load_admission(LATER_DAY).list_security(listed, 0, 1, 100_000)
    channel = Channel(1)
    venue = Venue(listing, tape_for(exchange, channel, 0))
    market = Market([venue], [channel], [])
    market.advance(TEN)
    trade(venue, 100_000, TEN)
    return market, venue


def trade(venue: Venue, price: int, time_ms: int) -> None:
    """Let 100 shares trade at a price."""
    venue.enter(order_at(venue, Side.SELL, price, 100), time_ms)
    venue.enter(order_at(venue, Side.BUY, price, 100), time_ms)


def phases(venue: Venue) -> list[tuple[Phase, int]]:
    """Return the phases told from 10:00 on, with minutes after it."""
    records = unpack_records(bytes(venue.tape.channel.records))
    told = [one for one in records if one.kind == KIND_PHASE and one.time_ms >= TEN]
    return [(PHASES[one.price], (one.time_ms - TEN) // MINUTE) for one in told]


def test_thirty_percent_from_the_open_halts_for_ten_minutes() -> None:
    market, venue = floor_of()
    trade(venue, 129_900, TEN)
    assert phases(venue) == []
    trade(venue, 130_000, TEN)
    market.advance(TEN + TEN_MINUTES - 1)
    assert phases(venue) == [(Phase.BREAK, 0)]
    market.advance(TEN + TEN_MINUTES)
    assert phases(venue) == [(Phase.BREAK, 0), (Phase.CONTINUOUS, 10)]


def test_each_level_halts_once_in_whichever_direction() -> None:
    market, venue = floor_of()
    trade(venue, 70_000, TEN)
    market.advance(TEN + TEN_MINUTES)
    trade(venue, 130_000, TEN + TEN_MINUTES)
    assert venue.phase is Phase.CONTINUOUS
    trade(venue, 160_000, TEN + TEN_MINUTES)
    market.advance(TEN + 2 * TEN_MINUTES)
    trade(venue, 200_000, TEN + 2 * TEN_MINUTES)
    assert phases(venue) == [
        (Phase.BREAK, 0),
        (Phase.CONTINUOUS, 10),
        (Phase.BREAK, 10),
        (Phase.CONTINUOUS, 20),
    ]


def test_a_first_print_beyond_sixty_percent_gives_one_halt() -> None:
    market, venue = floor_of()
    trade(venue, 170_000, TEN)
    market.advance(TEN + TEN_MINUTES)
    trade(venue, 60_000, TEN + TEN_MINUTES)
    assert phases(venue) == [(Phase.BREAK, 0), (Phase.CONTINUOUS, 10)]


def test_orders_of_a_halt_gather_can_be_withdrawn_and_trade_in_a_call() -> None:
    market, venue = floor_of()
    trade(venue, 130_000, TEN)
    buyer, seller, gone = FakeOwner(), FakeOwner(), FakeOwner()
    venue.enter(order_at(venue, Side.BUY, 135_000, 300, buyer), TEN + MINUTE)
    venue.enter(order_at(venue, Side.SELL, 131_000, 200, seller), TEN + MINUTE)
    withdrawn = order_at(venue, Side.BUY, 140_000, 900, gone)
    venue.enter(withdrawn, TEN + MINUTE)
    assert venue.cancel(withdrawn.number, TEN + MINUTE) == 900
    assert (buyer.fills, seller.fills, gone.withdrawals) == ([], [], [900])
    market.advance(TEN + TEN_MINUTES)
    assert buyer.fills == seller.fills == [(135_000, 200)]
    assert venue.book.bids.depth(1) == [(135_000, 100, 1)]


def test_a_call_that_lifts_a_halt_may_bring_the_next() -> None:
    market, venue = floor_of()
    trade(venue, 130_000, TEN)
    venue.enter(order_at(venue, Side.BUY, 165_000, 100), TEN)
    venue.enter(order_at(venue, Side.SELL, 165_000, 100), TEN)
    market.advance(TEN + TEN_MINUTES)
    assert venue.is_halted
    assert [phase for phase, _ in phases(venue)] == [Phase.BREAK, Phase.CONTINUOUS, Phase.BREAK]


LATE, NOON, CALL = 53_700_000, 41_100_000, 53_820_000  # 14:55, 11:25, 14:57


def test_a_late_halt_ends_with_the_closing_call() -> None:
    market, venue = floor_of()
    market.advance(LATE)
    trade(venue, 130_000, LATE)
    venue.enter(order_at(venue, Side.BUY, 140_000, 100), LATE)
    venue.enter(order_at(venue, Side.SELL, 140_000, 100), LATE)
    market.advance(CALL)
    assert (venue.phase, venue.is_halted) == (Phase.CLOSING_CALL, False)
    assert venue.sums.last == 140_000
    market.advance(CALL + TEN_MINUTES)
    assert [phase for phase, _ in phases(venue)][-4:] == [
        Phase.BREAK,
        Phase.CLOSING_CALL,
        Phase.BREAK,
        Phase.AFTER_HOURS,
    ]


def test_a_halt_over_noon_ends_when_trading_goes_on() -> None:
    market, venue = floor_of()
    market.advance(NOON)
    trade(venue, 130_000, NOON)
    market.advance(NOON + TEN_MINUTES)
    assert (venue.phase, venue.is_halted) == (Phase.LUNCH, True)
    market.advance(46_800_000)
    assert (venue.phase, venue.is_halted) == (Phase.CONTINUOUS, False)


def test_none_halts_from_the_closing_call_on_or_with_a_limit() -> None:
    market, venue = floor_of()
    market.advance(CALL)
    trade(venue, 150_000, CALL)
    market.advance(CALL + MINUTE)
    assert venue.phase is Phase.CLOSING_CALL
    limited = venue_of(security(Exchange.SSE, Board.STAR))
    trade(limited, 100_000, TEN)
    trade(limited, 119_000, TEN)
    assert (limited.halt, limited.phase) == (None, Phase.CONTINUOUS)


@pytest.mark.parametrize("make_books", [new_books, TwinBooks])
@pytest.mark.parametrize("exchange", [Exchange.SSE, Exchange.SZSE])
def test_the_engine_follows_a_halt_without_a_fault(
    make_books: Callable[[], Books], exchange: Exchange
) -> None:
    market, venue = floor_of(exchange)
    line = FeedLine(market, MarketHeart(lambda: 0.0, make_books))
    line.skip_to(TEN)
    trade(venue, 130_000, TEN)
    venue.enter(order_at(venue, Side.BUY, 135_000, 300), TEN)
    line.run_to(TEN + 3_000)
    venue.enter(order_at(venue, Side.SELL, 131_000, 200), TEN + 4_000)
    line.run_to(TEN + 6_000)
    halted = line.heart.depth(venue.listing.symbol)
    assert halted is not None
    assert (halted.quote.phase, halted.auction_volume) == (Phase.BREAK, 200)
    line.run_to(TEN + TEN_MINUTES + 3_000)
    facts = line.heart.health()
    assert (facts.faulty_books, facts.snapshots.different) == (0, 0)
    assert facts.snapshots.equal == facts.snapshots.taken == 3
    after = line.heart.quote(venue.listing.symbol)
    assert after is not None
    assert after.phase is Phase.CONTINUOUS


def test_market_orders_are_refused_in_a_halt_and_limit_orders_have_no_cage() -> None:
    market, venue = floor_of()
    admission = load_admission(LATER_DAY)
    trade(venue, 130_000, TEN)
    now_ms = market.now_ms + 1
    market_order = Asked(Side.BUY, 200_000, 100, OrderKind.BEST5_IOC)
    assert admission.judge_order(venue, market_order, now_ms).reason == "MARKET_ORDER_NOT_ALLOWED"
    assert admission.judge_order(venue, Asked(Side.BUY, 200_000, 100), now_ms).ok
    assert admission.judge_cancel(venue, now_ms).ok


def test_shenzhen_takes_no_market_orders_on_a_day_without_limits() -> None:
    _, venue = floor_of(Exchange.SZSE)
    asked = Asked(Side.BUY, 0, 100, OrderKind.IOC)
    judged = load_admission(LATER_DAY).judge_order(venue, asked, TEN)
    assert judged.reason == "MARKET_ORDER_NOT_ALLOWED"


def test_a_day_before_the_rule_had_a_limit_on_the_main_board() -> None:
    listed = load_admission(DAY).list_security(security(listing_day=2), 0, 1, 100_000)
    assert not listed.is_unlimited
    assert PhaseChange(34_200_000, Phase.CONTINUOUS) in listed.schedule
