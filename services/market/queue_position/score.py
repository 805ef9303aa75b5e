"""How well told times and chances were kept: ratios, reliability, Brier scores."""

from collections.abc import Sequence
from statistics import quantiles

import msgspec

from models.market.own_place import HORIZONS_MS

_PERMILLE = 1_000
_BIN_EDGES = (100, 250, 500, 750, 900, 1_001)  # permille


class Outcome(msgspec.Struct, frozen=True, array_like=True):
    """An estimate and what came; ``waited_ms`` trading time to the fill, or while it was watched.

    ``expected_ms`` is 0 where only chances were told.
    """

    expected_ms: int
    filled_permille: tuple[int, ...]
    waited_ms: int
    is_filled: bool


class ReliabilityBin(msgspec.Struct, frozen=True):
    """Chances told between two bounds, and how many of them were filled; permille."""

    from_permille: int
    below_permille: int
    count: int
    told_permille: int
    filled_permille: int


class HorizonScore(msgspec.Struct, frozen=True):
    """``brier``: mean squared error of the chance, 0 = best; outcomes watched too short are out."""

    horizon_ms: int
    count: int
    filled_permille: int
    brier: float
    bins: tuple[ReliabilityBin, ...]


class TimeScore(msgspec.Struct, frozen=True):
    """Times told and kept. Ratios are actual over expected, of those that were filled.

    ``by_then_permille``: filled by the told time, of all whose answer is known (500 = right).
    """

    count: int
    filled: int
    ratio_p25: float
    ratio_median: float
    ratio_p75: float
    within_twice_permille: int
    by_then_count: int
    by_then_permille: int


class Score(msgspec.Struct, frozen=True):
    """All about a set of outcomes."""

    estimates: int
    filled: int
    times: TimeScore
    horizons: tuple[HorizonScore, ...]


def score(outcomes: Sequence[Outcome]) -> Score:
    """Return how well the estimates were kept."""
    return Score(
        len(outcomes),
        sum(one.is_filled for one in outcomes),
        score_times([one for one in outcomes if one.expected_ms]),
        tuple(_score_horizon(outcomes, at) for at in range(len(HORIZONS_MS))),
    )


def score_times(told: Sequence[Outcome]) -> TimeScore:
    """Return how well the told times were kept."""
    filled = [one for one in told if one.is_filled]
    ratios = sorted(one.waited_ms / one.expected_ms for one in filled)
    low, middle, high = quantiles(ratios, n=4, method="inclusive") if len(ratios) > 1 else [0.0] * 3
    known = [one for one in told if one.is_filled or one.waited_ms >= one.expected_ms]
    by_then = sum(one.is_filled and one.waited_ms <= one.expected_ms for one in known)
    return TimeScore(
        len(told),
        len(filled),
        round(low, 3),
        round(middle, 3),
        round(high, 3),
        _permille(sum(0.5 <= ratio <= 2 for ratio in ratios), len(ratios)),
        len(known),
        _permille(by_then, len(known)),
    )


def _score_horizon(outcomes: Sequence[Outcome], at: int) -> HorizonScore:
    horizon = HORIZONS_MS[at]
    pairs = [
        (one.filled_permille[at], one.is_filled and one.waited_ms <= horizon)
        for one in outcomes
        if one.filled_permille and (one.is_filled or one.waited_ms >= horizon)
    ]
    errors = [(told / _PERMILLE - came) ** 2 for told, came in pairs]
    return HorizonScore(
        horizon,
        len(pairs),
        _permille(sum(came for _, came in pairs), len(pairs)),
        round(sum(errors) / len(errors), 4) if errors else 0.0,
        tuple(_bins(pairs)),
    )


def _bins(pairs: Sequence[tuple[int, bool]]) -> list[ReliabilityBin]:
    bins: list[ReliabilityBin] = []
    low = 0
    for high in _BIN_EDGES:
        inside = [(told, came) for told, came in pairs if low <= told < high]
        if inside:
            told_sum = sum(told for told, _ in inside)
            came = _permille(sum(came for _, came in inside), len(inside))
            bins.append(ReliabilityBin(low, high, len(inside), told_sum // len(inside), came))
        low = high
    return bins


def _permille(part: int, whole: int) -> int:
    return round(_PERMILLE * part / whole) if whole else 0
