"""The facts that the READMEs of the recorded snapshots state, found again by our reader."""

from collections import Counter
from functools import cache
from pathlib import Path

import pytest

from models.market.picture import Level
from services.market.sources.snapshots import ExchangeSnapshot, phase_word, read_snapshots
from tests.support.shared_data import shared_data

QUEUES, SHENZHEN = "sse_l2_queue_20211201", "szse_l2_snapshots_20220601"


@cache
def days(name: str) -> tuple[list[ExchangeSnapshot], ...]:
    """Return each security's snapshots in time; every row must be readable.

    Of the twenty securities with queues every fourth: a row has two hundred numbers.
    """
    files = sorted(shared_data(name).glob("*.csv.gz"))
    return tuple(read(file) for file in (files[::4] if name == QUEUES else files))


def read(file: Path) -> list[ExchangeSnapshot]:
    """Return the snapshots of one file."""
    faults: Counter[str] = Counter()
    found = sorted(read_snapshots(file, faults), key=lambda one: one.time_ms)
    assert not faults
    return found


def continuous(name: str) -> list[ExchangeSnapshot]:
    """Return all snapshots of continuous trading."""
    return [one for day in days(name) for one in day if one.phase == "TRADE"]


@pytest.mark.parametrize(("name", "rows"), [(QUEUES, 5_000), (SHENZHEN, 12_160)])
def test_levels_are_ordered_and_uncrossed_in_continuous_trading(name: str, rows: int) -> None:
    found = continuous(name)
    assert len(found) >= rows
    for one in found:
        bids, asks = prices(one.bids), prices(one.asks)
        assert bids == sorted(set(bids), reverse=True)
        assert asks == sorted(set(asks))
        assert not bids or not asks or bids[0] < asks[0]


def prices(levels: tuple[Level, ...]) -> list[int]:
    """Return the prices of one side."""
    return [level.price_units for level in levels]


@pytest.mark.parametrize("name", [QUEUES, SHENZHEN])
def test_cumulative_volume_never_falls(name: str) -> None:
    for day in days(name):
        volumes = [one.volume for one in day]
        assert volumes == sorted(volumes)
        assert volumes[-1] > 0


def test_the_best_bid_is_never_above_the_limit() -> None:
    found = [one for day in days(SHENZHEN) for one in day if one.bids]
    assert len(found) > 12_000
    assert all(one.bids[0].price_units <= one.limit_up_units for one in found)
    assert all(one.limit_down_units < one.previous_close_units for one in found)


def test_queues_sum_to_their_level_and_show_no_more_than_fifty() -> None:
    whole = cut = 0
    for one in continuous(QUEUES):
        for queue, levels in ((one.bid_queue, one.bids), (one.ask_queue, one.asks)):
            if not levels:
                continue
            best = levels[0]
            if best.order_count <= 50:
                whole += 1
                assert (sum(queue), len(queue)) == (best.quantity, best.order_count)
            else:
                cut += 1
                assert len(queue) == 50
                assert sum(queue) < best.quantity
    assert whole > 9_000
    assert cut > 100


def test_shenzhens_phases_stand_at_their_times() -> None:
    spans: dict[str, tuple[int, int]] = {}
    for day in days(SHENZHEN):
        for one in day:
            first, last = spans.get(one.phase, (one.time_ms, one.time_ms))
            spans[one.phase] = (min(first, one.time_ms), max(last, one.time_ms))
    minutes = {phase: (first // 60_000, last // 60_000) for phase, (first, last) in spans.items()}
    assert minutes == {
        "OCALL": (555, 565),
        "BREAK": (565, 779),  # before 09:30, and the lunch break
        "TRADE": (570, 897),
        "CCALL": (897, 899),
        "CLOSE": (900, 902),
    }


PHASES = (
    ("OCALL", "OCALL"),  # Shanghai's words
    ("SUSP", "SUSP"),
    ("0", "START"),  # a vendor's numbers
    ("1", "OCALL"),
    ("2", "BREAK"),
    ("3", "TRADE"),
    ("4", "BREAK"),  # the lunch break
    ("5", "CCALL"),
    ("6", "CLOSE"),
    ("7", "ENDTR"),
    ("8", "SUSP"),
    ("S0", "START"),  # Shenzhen's letters
    ("O0", "OCALL"),
    ("T0", "TRADE"),
    ("T", "TRADE"),
    ("B0", "BREAK"),
    ("C0", "CCALL"),
    ("E0", "CLOSE"),
    ("A0", "ENDTR"),
    ("H1", "SUSP"),
    ("V0", "SUSP"),
    ("C111    ", "OCALL"),  # Shanghai's letters
    ("T111", "TRADE"),
    ("U111", "CCALL"),
    ("E110", "CLOSE"),
    ("P111", "SUSP"),
    ("", ""),
    ("X9", "X9"),
)


@pytest.mark.parametrize(("text", "word"), PHASES)
def test_a_phase_is_known_in_every_form(text: str, word: str) -> None:
    assert phase_word(text) == word
