"""The heart shows true books, holds them over a gap and marks what it cannot prove."""

from pathlib import Path

import pytest

from models.market.instrument import Phase
from models.market.picture import BookHealth, Level
from models.wire.exchange import FeedHeartbeat, FeedResend
from models.wire.feed import SIDE_BUY, SIDE_NONE, SIDE_SELL
from models.wire.view import Watch
from services.market.conflator import Conflator
from services.market.feed.sequence import BROKEN_AFTER_S, RESEND_AFTER_S
from services.market.heart import MarketHeart
from services.market.verify.closing import read_books_at_end, write_books_at_end
from tests.services.market.support import CHANNEL, SHANGHAI, SHENZHEN, Tape, welcome

SYMBOL = "600000.SH"


class Ticker:
    """A monotonic clock that the test moves."""

    def __init__(self) -> None:
        self.now = 100.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def ticker() -> Ticker:
    """Return the clock of the heart under test."""
    return Ticker()


@pytest.fixture
def heart(ticker: Ticker) -> MarketHeart:
    """Return a heart that has been welcomed."""
    made = MarketHeart(ticker)
    made.on_welcome(welcome())
    return made


def morning() -> Tape:
    """Return eight records: two bids, two asks, a trade that fills, a cancel."""
    tape = Tape()
    tape.phase(SHANGHAI, Phase.CONTINUOUS)
    tape.buy(SHANGHAI, 1, 99_900, 300)
    tape.buy(SHANGHAI, 2, 99_900, 200)
    tape.sell(SHANGHAI, 3, 100_100, 500)
    tape.sell(SHANGHAI, 4, 100_200, 100)
    tape.trade(SHANGHAI, SIDE_SELL, 1, 9, 99_900, 100)
    tape.cancel(SHANGHAI, SIDE_SELL, 4, 100)
    tape.buy(SHANGHAI, 10, 99_800, 700)
    return tape


def test_records_become_a_ladder(heart: MarketHeart) -> None:
    tape = morning()
    assert heart.on_frame(tape.frame(1, 8)) == []
    depth = heart.depth(SYMBOL)
    assert depth is not None
    assert depth.bids == (Level(99_900, 400, 2), Level(99_800, 700, 1))
    assert depth.asks == (Level(100_100, 500, 1),)
    assert depth.bid_queue == (200, 200)
    assert (depth.bid_total, depth.bid_average_units) == (1_100, 99_836)
    assert [tick.quantity for tick in depth.ticks] == [100]
    assert (depth.health, depth.health_reason) == (BookHealth.GOOD, "")
    assert (depth.quote.last_units, depth.quote.volume, depth.sequence) == (99_900, 100, 8)
    assert depth.quote.phase is Phase.CONTINUOUS
    assert [bar.minute for bar in heart.bars_from(SYMBOL, 0)] == [600]


def test_a_gap_holds_the_book_asks_and_recovers(heart: MarketHeart) -> None:
    tape = morning()
    heart.on_frame(tape.frame(1, 3))
    assert heart.on_frame(tape.frame(6, 8)) == [FeedResend(CHANNEL, 4, 5)]
    held = heart.depth(SYMBOL)
    assert held is not None
    assert (held.sequence, held.health) == (3, BookHealth.RECOVERING)
    assert "4–5" in held.health_reason
    heart.on_frame(tape.frame(4, 5))
    after = heart.depth(SYMBOL)
    assert after is not None
    assert (after.sequence, after.health) == (8, BookHealth.GOOD)
    facts = heart.health()
    assert (facts.gaps, facts.late, facts.records) == (1, 2, 8)


def test_the_question_is_asked_again_and_the_book_breaks(
    heart: MarketHeart, ticker: Ticker
) -> None:
    tape = morning()
    heart.on_frame(tape.frame(3, 4))
    assert heart.on_timer() == []
    ticker.now += RESEND_AFTER_S
    assert heart.on_timer() == [FeedResend(CHANNEL, 1, 2)]
    ticker.now += BROKEN_AFTER_S
    heart.on_timer()
    depth = heart.depth(SYMBOL)
    assert depth is not None
    assert depth.health is BookHealth.BROKEN
    assert heart.health().broken_channels == (CHANNEL,)


def test_a_heartbeat_reveals_a_lost_tail(heart: MarketHeart) -> None:
    tape = morning()
    heart.on_frame(tape.frame(1, 3))
    assert heart.on_heartbeat(FeedHeartbeat(36_000_000, {CHANNEL: 3})) == []
    beat = FeedHeartbeat(36_001_000, {CHANNEL: 8})
    assert heart.on_heartbeat(beat) == [FeedResend(CHANNEL, 4, 8)]
    assert heart.health().recovering_channels == (CHANNEL,)


def test_duplicates_are_counted_and_change_nothing(heart: MarketHeart) -> None:
    tape = morning()
    heart.on_frame(tape.frame(1, 5))
    heart.on_frame(tape.frame(2, 8))
    heart.on_frame(tape.frame(1, 8))
    depth = heart.depth(SYMBOL)
    assert depth is not None
    assert (depth.bid_total, depth.health) == (1_100, BookHealth.GOOD)
    assert heart.health().duplicates == 12


def test_a_damaged_frame_is_a_gap_not_a_wrong_book(heart: MarketHeart) -> None:
    tape = morning()
    heart.on_frame(tape.frame(1, 3))
    damaged = bytearray(tape.frame(4, 5))
    damaged[-1] ^= 4
    assert heart.on_frame(bytes(damaged)) == []
    assert heart.health().refused_frames == 1
    assert heart.on_frame(tape.frame(6, 8)) == [FeedResend(CHANNEL, 4, 5)]


def test_a_contradiction_marks_the_book_for_good(heart: MarketHeart) -> None:
    tape = morning()
    tape.cancel(SHANGHAI, SIDE_BUY, 77, 100)
    heart.on_frame(tape.frame(1, 9))
    depth = heart.depth(SYMBOL)
    assert depth is not None
    assert depth.health is BookHealth.BROKEN
    assert "序号 9" in depth.health_reason
    assert heart.health().faulty_books == 1
    other = heart.depth("000001.SZ")
    assert other is not None
    assert other.health is BookHealth.GOOD


def test_an_unknown_instrument_is_counted(heart: MarketHeart) -> None:
    tape = morning()
    tape.buy(5, 11, 99_000, 100)
    heart.on_frame(tape.frame(1, 9))
    assert heart.health().foreign_records == 1
    assert heart.book_health(SYMBOL)[0] is BookHealth.GOOD


def test_an_auction_shows_its_virtual_match(heart: MarketHeart) -> None:
    tape = Tape()
    tape.phase(SHANGHAI, Phase.OPENING_CALL)
    tape.buy(SHANGHAI, 1, 101_000, 300)
    tape.sell(SHANGHAI, 2, 99_000, 500)
    heart.on_frame(tape.frame(1, 3))
    depth = heart.depth(SYMBOL)
    assert depth is not None
    assert (depth.auction_units, depth.auction_volume, depth.auction_unmatched) == (
        99_000,
        300,
        -200,
    )
    assert depth.bids == depth.asks == (Level(99_000, 300, 0),)
    assert (depth.quote.bid_units, depth.quote.ask_units) == (99_000, 99_000)


def test_an_auction_being_executed_is_never_shown_as_a_crossed_ladder(heart: MarketHeart) -> None:
    tape = Tape()
    tape.phase(SHANGHAI, Phase.OPENING_CALL)
    for order in (1, 2):
        tape.buy(SHANGHAI, order, 101_000, 300)
        tape.sell(SHANGHAI, order + 2, 99_000, 300)
    tape.phase(SHANGHAI, Phase.GAP)
    tape.trade(SHANGHAI, SIDE_NONE, 1, 3, 100_000, 300)
    heart.on_frame(tape.frame(1, 7))
    depth = heart.depth(SYMBOL)
    assert depth is not None
    assert depth.bids == depth.asks
    assert depth.auction_volume == 300


def test_a_shenzhen_order_rests_only_after_its_trades(heart: MarketHeart) -> None:
    tape = Tape()
    tape.phase(SHENZHEN, Phase.CONTINUOUS)
    tape.sell(SHENZHEN, 2, 100_000, 300)
    tape.buy(SHENZHEN, 3, 100_000, 500)
    heart.on_frame(tape.frame(1, 3))
    before = heart.depth("000001.SZ")
    assert before is not None
    assert (before.bids, before.asks) == ((), (Level(100_000, 300, 1),))
    tape.trade(SHENZHEN, SIDE_BUY, 3, 2, 100_000, 300)
    heart.on_frame(tape.frame(4, 4))
    after = heart.depth("000001.SZ")
    assert after is not None
    assert (after.bids, after.asks) == ((Level(100_000, 200, 1),), ())


def test_only_what_changed_is_taken(heart: MarketHeart) -> None:
    tape = morning()
    watch, view = Watch((SYMBOL, "000001.SZ"), (SYMBOL,)), Conflator(heart)
    quotes, depths, bars = view.take(watch, heart.health_version)
    assert [quote.symbol for quote in quotes] == [SYMBOL, "000001.SZ"]
    assert [(update.whole, update.bars) for update in bars] == [(True, ())]
    assert len(depths) == 1
    assert view.take(watch, heart.health_version) == ((), (), ())
    heart.on_frame(tape.frame(1, 8))
    quotes, depths, bars = view.take(watch, heart.health_version)
    assert [quote.symbol for quote in quotes] == [SYMBOL]
    assert [depth.sequence for depth in depths] == [8]
    assert [(update.whole, len(update.bars)) for update in bars] == [(False, 1)]
    assert view.take(watch, heart.health_version) == ((), (), ())


def test_a_changed_health_repaints_the_ladder(heart: MarketHeart) -> None:
    tape = morning()
    watch, view = Watch((), (SYMBOL,)), Conflator(heart)
    heart.on_frame(tape.frame(1, 3))
    view.take(watch, heart.health_version)
    heart.on_frame(tape.frame(6, 8))
    _, depths, _ = view.take(watch, heart.health_version)
    assert [depth.health for depth in depths] == [BookHealth.RECOVERING]


def test_another_session_forgets_everything(heart: MarketHeart) -> None:
    tape = morning()
    heart.on_frame(tape.frame(1, 8))
    assert not heart.on_welcome(welcome())
    assert heart.next_sequences() == {CHANNEL: 9}
    assert heart.on_welcome(welcome("two"))
    assert heart.next_sequences() == {CHANNEL: 1}
    quote = heart.quote(SYMBOL)
    assert quote is not None
    assert (quote.last_units, quote.previous_close_units) == (0, 100_000)


def test_an_unknown_security_has_no_picture(heart: MarketHeart) -> None:
    assert heart.quote("999999.SH") is None
    assert heart.depth("999999.SH") is None
    assert heart.bars_from("999999.SH", 0) == ()
    view = Conflator(heart)
    assert view.take(Watch(("999999.SH",), ("999999.SH",)), heart.health_version) == ((), (), ())


def test_listeners_see_each_record_once_in_order(heart: MarketHeart) -> None:
    tape = morning()
    seen: list[bytes] = []
    heart.add_listener(lambda _, run: seen.append(bytes(run)))
    for first, last in ((1, 3), (5, 8), (4, 4), (1, 8)):
        heart.on_frame(tape.frame(first, last))
    assert b"".join(seen) == tape.frame(1, 8)[32:]


def test_a_watcher_hears_of_each_frame_and_what_the_newest_was_sent_at(heart: MarketHeart) -> None:
    tape, looks = morning(), list[int]()

    def look() -> None:
        looks.append(heart.sent_ns)

    heart.watchers.add(look)
    heart.on_frame(tape.frame(1, 4, sent_ns=7))
    heart.on_frame(tape.frame(5, 8, sent_ns=9))
    heart.watchers.remove(look)
    heart.on_welcome(welcome("another"))
    assert looks == [7, 9]


def test_a_held_frame_is_kept_though_its_buffer_is_used_again(heart: MarketHeart) -> None:
    tape = morning()
    buffer = bytearray(tape.frame(5, 8))
    heart.on_frame(memoryview(buffer))
    buffer[:] = bytes(len(buffer))
    heart.on_frame(tape.frame(1, 4))
    assert heart.health().records == 8
    assert heart.health().faulty_books == 0


def test_the_end_of_the_books_can_be_held_against_another_run(
    heart: MarketHeart, tmp_path: Path
) -> None:
    heart.on_frame(morning().frame(1, 8))
    write_books_at_end(heart, tmp_path)
    end = read_books_at_end(tmp_path)
    assert end is not None
    assert (end.records, end.faulty_books) == (8, 0)
    assert int(end.state_hash, 16) == heart.books.state_hash()
    assert read_books_at_end(tmp_path / "other") is None
