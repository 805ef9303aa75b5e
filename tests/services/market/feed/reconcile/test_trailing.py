"""A vendor's snapshots, whose instant nobody tells: the walk behind finds each on its way."""

from collections.abc import Iterator

import pytest

from models.market.instrument import Phase
from models.market.picture import BookHealth
from models.wire.exchange import FeedWelcome
from models.wire.feed import PHASES, SIDE_SELL
from services.market.feed.frames import RECORD_SIZE, frame_of_bytes
from services.market.feed.snapshots import Rows, Snapshot, encode_snapshots
from services.market.heart import MarketHeart, SnapshotInstant
from services.market.sources.codes import PHASE_CODES
from services.market.sources.day import open_day
from services.market.sources.snapshots import ExchangeSnapshot
from services.market.verify.compare import AUCTION_PHASES
from tests.services.market.support import CHANNEL, SHANGHAI, TEN_O_CLOCK, Tape, listed, welcome
from tests.support.shared_data import shared_data

SYMBOL = "600000.SH"


@pytest.fixture
def heart() -> MarketHeart:
    """Return a heart that expects snapshots of an instant not told."""
    made = MarketHeart(lambda: 0.0, instant=SnapshotInstant.NOT_TOLD)
    made.on_welcome(welcome())
    return made


def tape() -> Tape:
    """Return five records within a second and one twenty seconds later."""
    made = Tape()
    made.phase(SHANGHAI, Phase.CONTINUOUS)
    made.buy(SHANGHAI, 1, 99_900, 300)
    made.trade(SHANGHAI, SIDE_SELL, 1, 9, 99_900, 100)
    made.buy(SHANGHAI, 3, 99_800, 700)
    made.buy(SHANGHAI, 4, 99_700, 100)
    made.time_ms += 20_000
    made.buy(SHANGHAI, 5, 99_600, 100)
    return made


def shown(bids: Rows, total: int, trades: int = 1, time_ms: int = TEN_O_CLOCK) -> bytes:
    """Return a snapshot without the record it follows."""
    numbers = {"last": 99_900, "open": 99_900, "high": 99_900, "low": 99_900}
    one = Snapshot(
        instrument=SHANGHAI,
        time_ms=time_ms,
        phase=PHASES.index(Phase.CONTINUOUS),
        is_auction=False,
        previous_close=100_000,
        bid_average=0,
        ask_average=0,
        volume=100 * trades,
        turnover=0,
        trades=trades,
        bid_total=total,
        ask_total=0,
        bids=bids,
        asks=(),
        **numbers,
    )
    return encode_snapshots(CHANNEL, 0, (one,), 0)


BETWEEN: Rows = ((99_900, 200, 1), (99_800, 700, 1))  # after record 4


def counts(heart: MarketHeart) -> tuple[int, int, int]:
    """Return how many snapshots were equal, different and late."""
    found = heart.health().snapshots
    return found.equal, found.different, found.late


def test_a_state_the_live_book_has_left_is_found_behind(heart: MarketHeart) -> None:
    heart.on_frame(tape().frame(1, 5))
    heart.on_frame(shown(BETWEEN, 900))
    assert counts(heart) == (0, 0, 0)
    heart.on_frame(tape().frame(6, 6))
    assert counts(heart) == (1, 0, 0)


def test_order_counts_that_a_vendor_leaves_out_are_not_compared(heart: MarketHeart) -> None:
    heart.on_frame(tape().frame(1, 5))
    heart.on_frame(shown(((99_900, 200, 0), (99_800, 700, 0)), 900))
    heart.on_frame(tape().frame(6, 6))
    assert counts(heart) == (1, 0, 0)


@pytest.mark.parametrize(
    "raw",
    [
        shown(((99_900, 200, 1), (99_800, 600, 1)), 900),
        shown(BETWEEN, 901),
        shown(BETWEEN, 900, trades=2),
    ],
)
def test_a_state_that_never_was_marks_the_book(heart: MarketHeart, raw: bytes) -> None:
    heart.on_frame(tape().frame(1, 5))
    heart.on_frame(raw)
    heart.on_frame(tape().frame(6, 6))
    last = tape()
    last.time_ms += 20_000
    last.buy(SHANGHAI, 6, 99_600, 100)
    heart.on_frame(last.frame(7, 7))
    assert counts(heart) == (0, 1, 0)
    health, reason = heart.book_health(SYMBOL)
    assert health is BookHealth.BROKEN
    assert "没有一个时刻的盘口与之相同" in reason


def test_a_state_the_walk_has_left_and_a_blank_one_are_late(heart: MarketHeart) -> None:
    heart.on_frame(tape().frame(1, 6))
    heart.on_frame(shown((), 0, trades=0))
    heart.on_frame(shown((), 0))
    assert counts(heart) == (0, 0, 2)


def test_without_a_walk_they_are_kept_but_not_compared() -> None:
    heart = MarketHeart(lambda: 0.0)
    heart.on_welcome(welcome())
    heart.on_frame(tape().frame(1, 5))
    heart.on_frame(shown(BETWEEN, 77))
    assert counts(heart) == (0, 0, 1)
    assert heart.book_health(SYMBOL)[0] is BookHealth.GOOD


def vendor_snapshot(one: ExchangeSnapshot) -> Snapshot:
    """Return a recorded snapshot as a vendor's live feed would send it."""
    is_auction = one.phase in AUCTION_PHASES

    def rows(levels: Rows) -> Rows:
        kept = ((price, shares, max(0, orders)) for price, shares, orders in levels)
        return tuple((p, q, 0) for p, q, _ in kept if q) if is_auction else tuple(kept)

    bids = rows(tuple((level.price_units, level.quantity, level.order_count) for level in one.bids))
    asks = rows(tuple((level.price_units, level.quantity, level.order_count) for level in one.asks))
    return Snapshot(
        0,
        one.time_ms,
        PHASE_CODES[one.phase],
        is_auction,
        one.previous_close_units,
        one.last_units,
        one.open_units,
        one.high_units,
        one.low_units,
        0,
        0,
        one.volume,
        0,
        one.trade_count,
        one.bid_total,
        one.ask_total,
        bids,
        asks,
    )


def played(delay_ms: int) -> Iterator[bytes]:
    """Yield a real day's frames, each snapshot so long after its own time."""
    day = open_day(shared_data("sse_l2_600519_20230201"))
    (records,) = day.channels.values()
    records = records.copy()
    records["sequence"] = range(1, len(records) + 1)
    raw, times = records.tobytes(), records["time_ms"].tolist()
    at = 0
    for one in day.snapshots["600519"]:
        end = at
        while end < len(times) and times[end] <= one.time_ms + delay_ms:
            end += 1
        yield frame_of_bytes(CHANNEL, at + 1, raw[at * RECORD_SIZE : end * RECORD_SIZE], 0)
        at = end
        if one.phase != "START":
            yield encode_snapshots(CHANNEL, 0, (vendor_snapshot(one),), 0)
    yield frame_of_bytes(CHANNEL, at + 1, raw[at * RECORD_SIZE :], 0)


def test_every_snapshot_of_a_real_day_is_met_on_the_way() -> None:
    heart = MarketHeart(lambda: 0.0, instant=SnapshotInstant.NOT_TOLD)
    heart.on_welcome(FeedWelcome("s", "2023-02-01", 1.0, (listed(0, "600519.SH"),)))
    for raw in played(1_500):
        heart.on_frame(raw)
    heart.finish_session()
    assert counts(heart) == (5_080, 0, 0)
    assert heart.health().snapshots.taken == 5_080
    assert heart.book_health("600519.SH")[0] is BookHealth.GOOD
