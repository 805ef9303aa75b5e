"""Probes in a replayed day: the day goes on as it was, places are true, a seed is a result."""

from pathlib import Path

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from models.errors import ExpectedFailure
from models.market.instrument import Phase
from models.market.own_place import QueueDoubt
from models.trading.order import Side
from services.exchange.calibration.day import open_script
from services.exchange.calibration.probes import LEVELS, Probe, draw_probes
from services.exchange.calibration.replay import DayScript, Replay
from services.exchange.calibration.report import Plan, calibrate
from services.exchange.calibration.run import ProbeRun, truth_of
from services.exchange.market_day import open_market, recorded_day
from services.exchange.matching.book import Book
from services.exchange.matching.order import BookOrder
from services.market.queue_position.flow import trading_ms
from tests.services.exchange.recorded.test_our_own_tape import write_shenzhen_files
from tests.support.exchange import admission, records_of
from tests.support.shared_data import shared_data

TEN = 36_000_000


@pytest.fixture(scope="module")
def script() -> DayScript:
    """The recorded day of the resources."""
    return open_script(None)


def run_to(replay: Replay, time_ms: int) -> Replay:
    while (next_ms := replay.next_ms()) is not None and next_ms <= time_ms:
        replay.step()
    return replay


def levels_of(book: Book) -> list[object]:
    return [side.depth(len(side.keys)) for side in (book.bids, book.asks)]


def test_a_fork_goes_on_as_the_day_does_and_leaves_it_alone(script: DayScript) -> None:
    day = run_to(Replay(script), TEN)
    before = levels_of(day.venue.book)
    fork = run_to(day.fork(), TEN + 600_000)
    assert levels_of(day.venue.book) == before
    run_to(day, TEN + 600_000)
    assert levels_of(fork.venue.book) == levels_of(day.venue.book)
    for replay in (fork, day):
        replay.follow()
        assert replay.books.faulty_books() == []
    assert fork.books.levels(0, 0, 0) == day.books.levels(0, 0, 0)
    assert fork.books.levels(0, 1, 0) == day.books.levels(0, 1, 0)


def test_the_undisturbed_day_is_the_recorded_one(script: DayScript) -> None:
    day = run_to(Replay(script), 54_000_000)
    day.follow()
    facts = day.books.facts(0)
    assert (facts.trades, facts.volume, facts.open, facts.last, facts.faults) == (
        27_135,
        3_397_389,
        18_549_800,
        18_449_700,
        0,
    )


@settings(max_examples=40, deadline=None)
@given(
    st.lists(st.tuples(st.integers(1, 4), st.integers(1, 9), st.sampled_from(list(Side)))),
    st.integers(1, 4),
    st.integers(0, 30),
)
def test_truth_is_what_counting_by_hand_gives(
    others: list[tuple[int, int, Side]], price: int, at: int
) -> None:
    book, ours = Book(), BookOrder(0, Side.BUY, price, 5)
    entered = [BookOrder(n + 1, s, p, q) for n, (p, q, s) in enumerate(others) if s is Side.BUY]
    entered.insert(min(at, len(entered)), ours)
    for order in entered:
        book.rest(order)
    place = entered.index(ours)
    before = [order for order in entered[:place] if order.price_units == price]
    behind = [order for order in entered[place + 1 :] if order.price_units == price]
    better = [order for order in entered if order.price_units > price]
    truth = truth_of(book, ours)
    assert truth == (
        5,
        sum(order.left for order in before),
        len(before),
        sum(order.left for order in behind),
        sum(order.left for order in better),
    )


def test_a_probe_takes_the_shares_of_what_came_and_nothing_else(script: DayScript) -> None:
    day = run_to(Replay(script), TEN)
    day.follow()
    before = levels_of(day.venue.book)
    fate = ProbeRun(day, Probe(TEN, Side.BUY, 1, 100), day.books.bars(0, 0)).run()
    assert fate is not None
    assert fate.filled_at is not None
    assert fate.checks == fate.equal > 0
    assert fate.filled_at >= trading_ms(TEN)
    assert [asked.after_ms for asked in fate.asked][:1] == [0]
    assert levels_of(day.venue.book) == before


def test_every_place_is_exact_and_a_seed_gives_one_result(script: DayScript) -> None:
    first = calibrate(script, Plan(orders=12, seed=5))
    again = calibrate(script, Plan(orders=12, seed=5))
    assert msgspec.json.encode(first) == msgspec.json.encode(again)
    assert first.is_exact
    assert first.probes + first.skipped == 12
    assert first.location.missed == 0
    assert first.location.unique + first.location.ranges == first.probes
    assert first.at_acceptance.estimates == first.probes
    assert sum(level.probes for level in first.by_level) == first.probes
    other = calibrate(script, Plan(orders=12, seed=6))
    assert msgspec.json.encode(other) != msgspec.json.encode(first)


def test_a_day_in_shenzhens_dialect_is_calibrated_as_exactly(tmp_path: Path) -> None:
    market = open_market(admission(), seed=5, only=frozenset({"000001.SZ"}))
    market.advance(54_000_000)
    write_shenzhen_files(tmp_path, records_of(market.venues["000001.SZ"]))
    found = calibrate(open_script(tmp_path), Plan(orders=8, seed=1))
    assert found.symbol == "000001.SZ"
    assert found.is_exact
    assert found.location.missed == 0


@pytest.mark.parametrize("code", ["601825", "600761", "605580"])
def test_other_real_days_are_exact(code: str) -> None:
    found = calibrate(open_script(shared_data("sse_l2_ticks_20230711"), code), Plan(8, 3))
    assert found.is_exact
    assert found.location.missed == 0


@given(st.integers(1, 60), st.integers())
def test_probes_are_drawn_inside_continuous_trading(number: int, seed: int) -> None:
    probes = draw_probes(number, seed)
    assert probes == sorted(probes) == draw_probes(number, seed)
    assert len(probes) == number
    for probe in probes:
        assert trading_ms(probe.time_ms) < trading_ms(probe.time_ms + 1)
        assert 1 <= probe.level <= LEVELS
        assert probe.quantity in range(100, 1_001, 100)


def test_no_time_is_told_in_the_first_minute(script: DayScript) -> None:
    early = run_to(Replay(script), 34_200_000)
    assert early.venue.phase is Phase.CONTINUOUS
    early.follow()
    fate = ProbeRun(early, Probe(34_200_000, Side.BUY, 2, 100), early.books.bars(0, 0)).run()
    assert fate is not None
    assert fate.asked[0].place.doubt is QueueDoubt.EARLY


def test_what_is_not_there_is_named(tmp_path: Path) -> None:
    with pytest.raises(ExpectedFailure) as other:
        open_script(None, "000001")
    assert other.value.code == "SECURITY_NOT_NAMED"
    with pytest.raises(ExpectedFailure) as missing:
        open_script(tmp_path / "gone.day.zst")
    assert missing.value.code == "SOURCE_UNREADABLE"
    with pytest.raises(ExpectedFailure) as empty:
        open_script(tmp_path)
    assert empty.value.code == "SOURCE_EMPTY"
    assert recorded_day().symbol == "600519.SH"
