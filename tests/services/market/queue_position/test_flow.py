"""What traded lately, in trading time: lunch and auctions do not count."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.market.kernel.book import BarRow
from services.market.queue_position.flow import Flow, flow_of, merge_bars, trading_ms

NINE_THIRTY, TEN, NOON, ONE = 34_200_000, 36_000_000, 41_400_000, 46_800_000
MINUTE = 60_000


def bar(minute: int, volume: int, low: int = 100, high: int = 100) -> BarRow:
    return (minute, low, high, low, high, volume, volume, 0)


@pytest.mark.parametrize(
    ("time_ms", "wanted"),
    [
        (0, 0),
        (NINE_THIRTY, 0),
        (NINE_THIRTY + 1, 1),
        (NOON, 7_200_000),
        (NOON + 1, 7_200_000),
        (ONE, 7_200_000),
        (ONE + 5, 7_200_005),
        (53_820_000, 14_220_000),
        (86_399_999, 14_220_000),
    ],
)
def test_trading_time_stands_still_at_lunch_and_after_the_close(time_ms: int, wanted: int) -> None:
    assert trading_ms(time_ms) == wanted


FLOWS = {
    "the first minute is too early": ([bar(570, 900)], NINE_THIRTY + 59_999, None),
    "the auction's minute is left out": (
        [bar(570, 90_000, 100, 900), bar(571, 300, 100, 103)],
        NINE_THIRTY + 90_000,
        Flow(300, 30_000, 9, 1),
    ),
    "five minutes with the present one": (
        [bar(594, 7), bar(596, 100), bar(599, 20), bar(600, 3, 100, 104)],
        TEN + 30_000,
        Flow(123, 4 * MINUTE + 30_000, 16, 30),
    ),
    "lunch is skipped": (
        [bar(685, 10_000), bar(686, 10), bar(689, 20), bar(780, 5)],
        ONE + 30_000,
        Flow(35, 4 * MINUTE + 30_000, 0, 30),
    ),
    "nothing traded": ([], TEN, Flow(0, 4 * MINUTE, 0, 30)),
}


@pytest.mark.parametrize("name", FLOWS)
def test_flow(name: str) -> None:
    bars, time_ms, wanted = FLOWS[name]
    assert flow_of(bars, time_ms) == wanted


@given(
    st.lists(st.tuples(st.integers(571, 600), st.integers(1, 9), st.integers(90, 110)), min_size=1),
    st.data(),
)
def test_bars_of_two_runs_make_the_flow_of_one(
    trades: list[tuple[int, int, int]], data: st.DataObject
) -> None:
    trades = sorted(trades, key=lambda trade: trade[0])
    cut = data.draw(st.integers(0, len(trades)))
    merged = merge_bars(bars_of(trades[:cut]), bars_of(trades[cut:]))
    assert flow_of(merged, TEN + 40_000) == flow_of(bars_of(trades), TEN + 40_000)


def bars_of(trades: list[tuple[int, int, int]]) -> list[BarRow]:
    bars: dict[int, BarRow] = {}
    for minute, quantity, price in trades:
        _, opened, high, low, _, volume, *_ = bars.get(minute, bar(minute, 0, price, price))
        fresh = (minute, opened, max(high, price), min(low, price), price, volume + quantity, 0, 0)
        bars[minute] = fresh
    return list(bars.values())
