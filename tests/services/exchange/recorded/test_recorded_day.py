"""The recorded day makes the exchange's own trades, from the resource alone and beside it."""

import hashlib
from datetime import date
from importlib.resources import files

import pytest

from models.errors import ExpectedFailure
from models.market.instrument import Phase
from models.wire.feed import KIND_PHASE, KIND_TRADE, PHASES, SIDE_BUY, SIDE_NONE
from services.exchange.admission.admission import load_admission
from services.exchange.market_day import RECORDED_DAY, open_market, recorded_day
from services.exchange.recorded.day_file import Action, MarketDay, pack_day, unpack_day
from services.market.feed.frames import unpack_records
from services.market.feed.record import FeedRecord
from services.market.sources.day import open_day
from tests.support.shared_data import shared_data

AFTER_THE_CLOSE_MS = 55_800_000
# The exchange's 27,135 trades: aggressor, buy order, sell order, shares, price, in order.
TRADES_SHA256 = "e9903b52572b67d7f6b58d241f0c2e889bae3d14c05ec740cfbf5da8843d9fda"

Key = tuple[int, int, int, int, int, int]


def key(record: FeedRecord) -> Key:
    return (
        record.kind,
        record.side,
        record.order_id,
        record.other_id,
        record.quantity,
        record.price,
    )


@pytest.fixture(scope="module")
def published() -> list[FeedRecord]:
    """What our exchange publishes of 600519 when it replays the day."""
    admission = load_admission(date(2023, 2, 1))
    market = open_market(admission, seed=1, only=frozenset({"600519.SH"}))
    market.advance(AFTER_THE_CLOSE_MS)
    return unpack_records(bytes(market.venues["600519.SH"].tape.channel.records))


def test_resource_alone_makes_the_exchanges_own_trades(published: list[FeedRecord]) -> None:
    trades = [record for record in published if record.kind == KIND_TRADE]
    digest = hashlib.sha256(repr([key(trade)[1:] for trade in trades]).encode()).hexdigest()
    continuous = [trade for trade in trades if trade.side != SIDE_NONE]
    aggressors = {
        trade.order_id if trade.side == SIDE_BUY else trade.other_id for trade in continuous
    }
    assert len(trades) == 27_135
    assert len(continuous) == 26_572
    assert sum(trade.quantity for trade in trades) == 3_397_389
    assert (trades[0].price, trades[-1].price) == (18_549_800, 18_449_700)
    assert len(aggressors) == 20_013
    assert digest == TRADES_SHA256


def test_both_auctions_are_held_at_their_time(published: list[FeedRecord]) -> None:
    auctions = [trade for trade in published if trade.side == SIDE_NONE and trade.order_id]
    times = {trade.time_ms: 0 for trade in auctions}
    for trade in auctions:
        times[trade.time_ms] += 1
    assert times == {33_900_000: 260, 54_000_000: 303}


def test_phases_are_published_in_the_days_order(published: list[FeedRecord]) -> None:
    phases = [PHASES[record.price] for record in published if record.kind == KIND_PHASE]
    assert phases == [
        Phase.OPENING_CALL,
        Phase.OPENING_LOCKED,
        Phase.GAP,
        Phase.CONTINUOUS,
        Phase.LUNCH,
        Phase.CONTINUOUS,
        Phase.CLOSING_CALL,
        Phase.CLOSED,  # the main board has after-hours trading from 6 July 2026 only
    ]


def test_published_feed_is_the_recorded_one_record_by_record(published: list[FeedRecord]) -> None:
    day = open_day(shared_data("sse_l2_600519_20230201"), "600519")
    recorded = [FeedRecord(*row) for row in day.channels[6].tolist()]
    ours = [record for record in published if record.kind <= KIND_TRADE]
    assert [key(record) for record in ours] == [key(record) for record in recorded]
    shifted = {
        (ours_one.side, ours_one.time_ms != one.time_ms)
        for ours_one, one in zip(ours, recorded, strict=True)
    }
    assert {side for side, is_shifted in shifted if is_shifted} == {SIDE_NONE}


def test_resource_is_the_one_its_origin_names() -> None:
    packed = files("resources").joinpath(RECORDED_DAY).read_bytes()
    origin = files("resources").joinpath("market_day/ORIGIN.md").read_text("utf-8")
    assert hashlib.sha256(packed).hexdigest() in origin
    assert "Apache-2.0" in origin


def test_day_file_gives_back_what_was_packed() -> None:
    day = recorded_day()
    assert (day.symbol, day.trade_date, len(day.rows)) == ("600519.SH", date(2023, 2, 1), 73_785)
    few = MarketDay(day.symbol, day.trade_date, 18_457_600, 100, day.rows[:50])
    assert unpack_day(pack_day(few)) == few
    empty = MarketDay("000001.SZ", day.trade_date, 1, 100, [])
    assert unpack_day(pack_day(empty)) == empty
    assert {row.action for row in day.rows} == set(Action)


def test_damaged_day_file_is_an_expected_failure() -> None:
    day = recorded_day()
    packed = pack_day(MarketDay(day.symbol, day.trade_date, 1, 100, day.rows[:50]))
    damaged = (b"", b"no zstd", packed[:40], packed[:-3])
    for raw in damaged:
        with pytest.raises(ExpectedFailure) as failure:
            unpack_day(raw)
        assert failure.value.code == "DAY_FILE_BROKEN"
