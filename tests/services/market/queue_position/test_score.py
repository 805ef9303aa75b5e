"""How kept estimates are counted: also those of which the end was not seen."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.market.queue_position.score import Outcome, score, score_times

CHANCES = (100, 500, 900)


def outcome(expected_s: int, waited_s: int, *, filled: bool) -> Outcome:
    return Outcome(expected_s * 1_000, CHANCES, waited_s * 1_000, filled)


def test_ratios_are_of_the_filled_and_by_then_of_all_whose_answer_is_known() -> None:
    told = [
        outcome(10, 5, filled=True),
        outcome(10, 20, filled=True),
        outcome(10, 100, filled=True),
        outcome(10, 30, filled=False),
        outcome(10, 9, filled=False),  # withdrawn before its time: nobody knows
    ]
    times = score_times(told)
    assert (times.count, times.filled) == (5, 3)
    assert (times.ratio_p25, times.ratio_median, times.ratio_p75) == (1.25, 2.0, 6.0)
    assert times.within_twice_permille == 667
    assert (times.by_then_count, times.by_then_permille) == (4, 250)


def test_chances_are_held_against_what_was_watched_long_enough() -> None:
    told = [outcome(10, 30, filled=True), outcome(10, 30, filled=False)]
    one, five, _ = score(told).horizons
    assert (one.count, one.filled_permille, one.brier) == (1, 1_000, 0.81)
    assert [(b.count, b.told_permille, b.filled_permille) for b in one.bins] == [(1, 100, 1_000)]
    assert (five.count, five.brier) == (1, 0.25)


def test_nothing_told_is_scored_as_nothing() -> None:
    empty = score([])
    assert (empty.estimates, empty.filled, empty.times.ratio_median) == (0, 0, 0.0)
    assert [horizon.count for horizon in empty.horizons] == [0, 0, 0]
    assert score([Outcome(0, (), 5_000, True)]).times.count == 0


@given(
    st.lists(
        st.builds(
            Outcome,
            st.integers(1, 10**7),
            st.tuples(*[st.integers(0, 1_000)] * 3),
            st.integers(0, 10**7),
            st.booleans(),
        ),
        max_size=40,
    )
)
def test_bins_hold_every_judged_chance_once(told: list[Outcome]) -> None:
    for horizon in score(told).horizons:
        assert sum(one.count for one in horizon.bins) == horizon.count
        assert 0 <= horizon.brier <= 1
        for one in horizon.bins:
            assert one.from_permille <= one.told_permille < one.below_permille


def test_certainty_that_comes_true_is_perfect() -> None:
    sure = [Outcome(1, (1_000, 1_000, 1_000), 1, True), Outcome(1, (0, 0, 0), 10**6, False)]
    assert [horizon.brier for horizon in score(sure).horizons] == [0.0, 0.0, 0.0]
    assert score(sure).horizons[0].filled_permille == pytest.approx(500)
