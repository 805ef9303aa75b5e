"""Live books against snapshots: compared at the very record, waited for, marked, shown."""

import pytest

from models.market.instrument import Phase
from models.market.picture import BookHealth, Level
from models.wire.feed import ORDER_MARKET, PHASES, SIDE_BUY, SIDE_SELL
from models.wire.view import Watch
from services.market.conflator import Conflator
from services.market.feed.sequence import BROKEN_AFTER_S
from services.market.feed.snapshots import Snapshot, encode_snapshots
from services.market.heart import MarketHeart
from tests.services.market.support import CHANNEL, SHANGHAI, SHENZHEN, TEN_O_CLOCK, Tape, welcome

SYMBOL, OTHER = "600000.SH", "000001.SZ"


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
    """Return six records: one bid, one ask, a trade, and two more bids."""
    tape = Tape()
    tape.phase(SHANGHAI, Phase.CONTINUOUS)
    tape.buy(SHANGHAI, 1, 99_900, 300)
    tape.sell(SHANGHAI, 2, 100_100, 500)
    tape.trade(SHANGHAI, SIDE_SELL, 1, 9, 99_900, 100)
    tape.buy(SHANGHAI, 3, 99_800, 700)
    tape.buy(SHANGHAI, 4, 99_700, 100)
    return tape


def shown(**changes: object) -> Snapshot:
    """Return what the exchange shows after record 5 of the morning."""
    base = Snapshot(
        instrument=SHANGHAI,
        time_ms=TEN_O_CLOCK,
        phase=PHASES.index(Phase.CONTINUOUS),
        is_auction=False,
        previous_close=100_000,
        last=99_900,
        open=99_900,
        high=99_900,
        low=99_900,
        bid_average=99_822,
        ask_average=100_100,
        volume=100,
        turnover=9_990_000,
        trades=1,
        bid_total=900,
        ask_total=500,
        bids=((99_900, 200, 1), (99_800, 700, 1)),
        asks=((100_100, 500, 1),),
    )
    return base._replace(**changes)  # type: ignore[arg-type]  # the fields are those of the record


def frame(sequence: int, *snapshots: Snapshot) -> bytes:
    """Return snapshots after a record of the channel."""
    return encode_snapshots(CHANNEL, sequence, snapshots, 0)


def counts(heart: MarketHeart) -> tuple[int, int, int]:
    """Return how many snapshots were equal, different and late."""
    found = heart.health().snapshots
    return found.equal, found.different, found.late


def test_an_equal_snapshot_is_counted_and_the_book_stays_good(heart: MarketHeart) -> None:
    heart.on_frame(morning().frame(1, 5))
    assert heart.on_frame(frame(5, shown())) == []
    assert counts(heart) == (1, 0, 0)
    depth = heart.depth(SYMBOL)
    assert depth is not None
    assert (depth.health, depth.health_reason) == (BookHealth.GOOD, "")


DIFFERENCES = (
    ({"trades": 2}, "成交笔数"),
    ({"volume": 101}, "成交量"),
    ({"turnover": 1}, "成交额"),
    ({"last": 99_800}, "最新价"),
    ({"open": 99_800}, "开盘价"),
    ({"high": 99_901}, "最高价"),
    ({"low": 99_800}, "最低价"),
    ({"phase": PHASES.index(Phase.BREAK)}, "阶段"),
    ({"bids": ((99_900, 200, 1), (99_800, 600, 1))}, "买盘"),
    ({"bids": ((99_900, 200, 2), (99_800, 700, 1))}, "买盘"),
    ({"asks": ()}, "卖盘"),
    ({"bid_total": 901}, "委托总量"),
    ({"ask_average": 100_101}, "委托均价"),
)


@pytest.mark.parametrize(("changes", "word"), DIFFERENCES)
def test_any_difference_marks_the_book_and_shows_the_snapshot(
    heart: MarketHeart, changes: dict[str, object], word: str
) -> None:
    heart.on_frame(morning().frame(1, 5))
    heart.on_frame(frame(5, shown(**changes)))
    health, reason = heart.book_health(SYMBOL)
    assert health is BookHealth.BROKEN
    assert f"盘口与交易所快照不符:{word}(序号 5)" in reason
    depth = heart.depth(SYMBOL)
    assert depth is not None
    assert depth.health is BookHealth.SNAPSHOT
    assert depth.health_reason.startswith("快照 10:00:00(每 3 秒):盘口与交易所快照不符")
    assert heart.health().faulty_books == 1
    assert heart.book_health(OTHER)[0] is BookHealth.GOOD


def test_a_marked_book_stays_marked_when_a_later_snapshot_agrees(heart: MarketHeart) -> None:
    heart.on_frame(morning().frame(1, 5))
    heart.on_frame(frame(5, shown(volume=101)))
    heart.on_frame(frame(5, shown()))
    assert counts(heart) == (1, 1, 0)
    assert heart.book_health(SYMBOL)[0] is BookHealth.BROKEN


def test_a_snapshot_waits_for_the_record_it_reflects(heart: MarketHeart) -> None:
    tape = morning()
    heart.on_frame(tape.frame(1, 3))
    heart.on_frame(frame(5, shown()))
    assert counts(heart) == (0, 0, 0)
    heart.on_frame(tape.frame(4, 6))  # the run is cut after record 5
    assert counts(heart) == (1, 0, 0)
    depth = heart.depth(SYMBOL)
    assert depth is not None
    assert (depth.sequence, depth.health) == (6, BookHealth.GOOD)


def test_listeners_see_a_cut_run_whole_and_in_order(heart: MarketHeart) -> None:
    tape = morning()
    seen: list[bytes] = []
    heart.add_listener(lambda _, run: seen.append(bytes(run)))
    for sequence in (2, 5, 5, 4):
        heart.on_frame(frame(sequence, shown()))
    heart.on_frame(tape.frame(1, 6))
    assert b"".join(seen) == tape.frame(1, 6)[32:]
    assert len(seen) == 4


def test_a_snapshot_older_than_the_book_is_late(heart: MarketHeart) -> None:
    heart.on_frame(morning().frame(1, 6))
    heart.on_frame(frame(5, shown()))
    assert counts(heart) == (0, 0, 1)
    assert heart.book_health(SYMBOL)[0] is BookHealth.GOOD


def test_snapshots_of_nobody_are_counted(heart: MarketHeart) -> None:
    heart.on_frame(frame(0, shown(instrument=7)))
    heart.on_frame(encode_snapshots(9, 0, (shown(),), 0))
    assert heart.health().snapshots.foreign == 2
    assert heart.health().snapshots.taken == 0


def test_a_held_book_is_shown_by_the_newest_snapshot_until_it_recovers(
    heart: MarketHeart,
) -> None:
    tape = morning()
    watch, view = Watch((SYMBOL,), (SYMBOL,)), Conflator(heart)
    heart.on_frame(tape.frame(1, 2))
    heart.on_frame(tape.frame(4, 4))
    view.take(watch, heart.health_version)
    heart.on_frame(frame(5, shown()))
    quotes, depths, _ = view.take(watch, heart.health_version)
    assert [(quote.last_units, quote.ask_units) for quote in quotes] == [(99_900, 100_100)]
    assert [depth.health for depth in depths] == [BookHealth.SNAPSHOT]
    assert depths[0].bids == (Level(99_900, 200, 1), Level(99_800, 700, 1))
    assert "缺少序号 3–3,正在补取" in depths[0].health_reason
    assert heart.book_health(SYMBOL)[0] is BookHealth.RECOVERING
    assert view.take(watch, heart.health_version) == ((), (), ())
    heart.on_frame(tape.frame(3, 6))
    quotes, depths, _ = view.take(watch, heart.health_version)
    assert [(depth.health, depth.sequence) for depth in depths] == [(BookHealth.GOOD, 6)]
    assert len(quotes) == 1


def test_a_held_book_as_new_as_the_snapshot_is_shown_itself(heart: MarketHeart) -> None:
    tape = morning()
    heart.on_frame(tape.frame(1, 5))
    heart.on_frame(frame(5, shown()))
    heart.on_frame(encode_snapshots(CHANNEL, 9, (), 0))
    tape.buy(SHANGHAI, 5, 99_600, 100)
    tape.buy(SHANGHAI, 6, 99_500, 100)
    heart.on_frame(tape.frame(7, 8))
    depth = heart.depth(SYMBOL)
    assert depth is not None
    assert (depth.health, depth.sequence) == (BookHealth.RECOVERING, 5)


def test_a_channel_that_never_recovers_says_until_when(heart: MarketHeart, ticker: Ticker) -> None:
    tape = morning()
    heart.on_frame(tape.frame(4, 4))
    heart.on_frame(frame(5, shown()))
    ticker.now += BROKEN_AFTER_S
    heart.on_timer()
    depth = heart.depth(SYMBOL)
    assert depth is not None
    assert depth.health is BookHealth.SNAPSHOT
    assert "须到下一交易时段重建" in depth.health_reason
    assert heart.book_health(SYMBOL)[0] is BookHealth.BROKEN


def test_an_auction_snapshot_is_compared_and_shown_as_a_match(heart: MarketHeart) -> None:
    tape = Tape()
    tape.phase(SHANGHAI, Phase.OPENING_CALL)
    tape.buy(SHANGHAI, 1, 101_000, 300)
    tape.sell(SHANGHAI, 2, 99_000, 500)
    untraded = dict.fromkeys(("last", "open", "high", "low", "volume", "turnover", "trades"), 0)
    untold = dict.fromkeys(("bid_average", "ask_average", "bid_total", "ask_total"), 0)
    call = PHASES.index(Phase.OPENING_CALL)
    first = (99_000, 300, 0)
    match = shown(
        phase=call, is_auction=True, bids=(first,), asks=(first, (0, 200, 0)), **untraded, **untold
    )
    heart.on_frame(tape.frame(1, 3))
    heart.on_frame(frame(3, match))
    assert counts(heart) == (1, 0, 0)
    wrong = (99_100, 300, 0)
    heart.on_frame(frame(3, match._replace(bids=(wrong,), asks=(wrong, (0, 200, 0)))))
    depth = heart.depth(SYMBOL)
    assert depth is not None
    assert "集合竞价" in depth.health_reason
    assert (depth.auction_units, depth.auction_volume, depth.auction_unmatched) == (
        99_100,
        300,
        -200,
    )
    assert depth.bids == depth.asks == (Level(99_100, 300, 0),)


def test_a_shenzhen_market_order_rests_when_the_snapshot_says_it_has_ended(
    heart: MarketHeart,
) -> None:
    tape = Tape()
    tape.phase(SHENZHEN, Phase.CONTINUOUS)
    tape.sell(SHENZHEN, 2, 100_000, 300)
    tape.buy(SHENZHEN, 3, 0, 500, ORDER_MARKET)
    tape.trade(SHENZHEN, SIDE_BUY, 3, 2, 100_000, 300)
    heart.on_frame(tape.frame(1, 4))
    rest = shown(
        instrument=SHENZHEN,
        **dict.fromkeys(("last", "open", "high", "low", "bid_average"), 100_000),
        volume=300,
        turnover=30_000_000,
        bid_total=200,
        ask_total=0,
        ask_average=0,
        bids=((100_000, 200, 1),),
        asks=(),
    )
    heart.on_frame(frame(4, rest))
    assert counts(heart) == (1, 0, 0)
    depth = heart.depth(OTHER)
    assert depth is not None
    assert (depth.bids, depth.health) == ((Level(100_000, 200, 1),), BookHealth.GOOD)


def test_no_more_frames_wait_than_there_is_room_for(heart: MarketHeart) -> None:
    for sequence in range(10, 310):
        heart.on_frame(frame(sequence, shown()))
    assert heart.health().snapshots.unmet == 44


def test_another_session_begins_with_no_marks(heart: MarketHeart) -> None:
    heart.on_frame(morning().frame(1, 5))
    heart.on_frame(frame(5, shown(volume=101)))
    heart.on_welcome(welcome("two"))
    assert heart.book_health(SYMBOL) == (BookHealth.GOOD, "")
    assert counts(heart) == (0, 0, 0)
