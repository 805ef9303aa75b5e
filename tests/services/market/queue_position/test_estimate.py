"""The model's numbers, by hand, and what must hold of any."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from models.market.own_place import HORIZONS_MS
from services.market.queue_position.estimate import (
    Wait,
    expected_ms,
    filled_permille,
    permille_within,
    price_ms,
    queue_ms,
)
from services.market.queue_position.flow import Flow

FIVE_MINUTES = 300_000
FLOW = Flow(traded=60_000, over_ms=FIVE_MINUTES, range_squares=30 * 400, range_minutes=30)
FRONTS = st.integers(1, 10**8)
FLOWS = st.builds(
    Flow,
    st.integers(1, 10**9),
    st.integers(1, FIVE_MINUTES),
    st.integers(0, 10**12),
    st.integers(1, 30),
)

CASES = {
    # 1,200 shares at half of 200 a second: 12 s; times 2.4
    "at the middle": (Wait(1_200, 0), FLOW, 28_800),
    # ranges of 20 a minute: variance 400 / 2.773 a minute; 10 units away: 100 x 2.773 / 400 minutes
    "ten units away": (Wait(0, 20), FLOW, 41_595 * 2_200 // 1_000),
    "both add up": (Wait(1_200, 20), FLOW, 28_800 + 41_595 * 2_200 // 1_000),
    "nothing traded": (Wait(1_200, 0), Flow(0, FIVE_MINUTES, 0, 30), 0),
    "a price that never moved": (Wait(0, 2), Flow(100, FIVE_MINUTES, 0, 30), 4_991_400 * 22 // 10),
    "never more than a day": (Wait(10**9, 2), FLOW, 4 * 3_600_000),
    "never less than a millisecond": (Wait(0, 0), FLOW, 1),
}


@pytest.mark.parametrize("name", CASES)
def test_expected_time(name: str) -> None:
    wait, flow, wanted = CASES[name]
    assert expected_ms(wait, flow) == wanted


def test_the_plain_rate_is_shares_in_front_over_half_of_the_trade() -> None:
    assert queue_ms(1_200, FLOW) == 12_000
    assert queue_ms(1_200, Flow(0, 1, 0, 1)) == 0


def test_a_price_on_the_near_side_of_the_middle_needs_no_move() -> None:
    assert price_ms(Wait(1, -5), FLOW) == 0


@pytest.mark.parametrize("horizon", HORIZONS_MS)
def test_half_are_filled_by_the_expected_time(horizon: int) -> None:
    assert permille_within(horizon, horizon) == 500


@given(FLOWS, FRONTS, FRONTS, st.integers(0, 10**6), st.integers(0, 10**6))
def test_more_in_front_or_further_away_is_never_sooner(
    flow: Flow, front: int, more: int, near: int, far: int
) -> None:
    sooner = expected_ms(Wait(front, near), flow)
    assert sooner <= expected_ms(Wait(front + more, near), flow)
    assert sooner <= expected_ms(Wait(front, near + far), flow)


@given(st.integers(1, 4 * 3_600_000))
def test_chances_rise_with_the_time_and_stay_chances(expected: int) -> None:
    chances = filled_permille(expected)
    assert list(chances) == sorted(chances)
    assert 0 <= chances[0] <= chances[-1] <= 1_000
