"""Calibrates the queue estimate on a recorded day: all probes, and what they add up to."""

from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

import msgspec

from models.market.own_place import HORIZONS_MS
from services.exchange.calibration.probes import LEVELS, Probe, draw_probes
from services.exchange.calibration.replay import DayScript, Replay
from services.exchange.calibration.run import LATER_MS, Asked, ProbeFate, ProbeRun
from services.market.queue_position.estimate import MODEL, permille_within
from services.market.queue_position.score import Outcome, Score, TimeScore, score, score_times


class Exactness(msgspec.Struct, frozen=True):
    """Places told against the matching engine's own queue; must all be equal."""

    checked: int
    equal: int
    first_difference: str


class Location(msgspec.Struct, frozen=True):
    """Probes looked for by side, price, quantity and time alone: one fits, several, wrong."""

    unique: int
    ranges: int
    missed: int


class LevelScore(msgspec.Struct, frozen=True):
    """Probes of one level at their acceptance; 1 = best."""

    level: int
    probes: int
    filled: int
    times: TimeScore


class LaterScore(msgspec.Struct, frozen=True):
    """Estimates made ``after_ms`` of trading after the acceptance, of probes still open then."""

    after_ms: int
    score: Score


class Baseline(msgspec.Struct, frozen=True):
    """A simpler estimate at the acceptance; its chances are drawn from its time by the same law."""

    name: str
    score: Score


class Calibration(msgspec.Struct, frozen=True):
    """The whole report. ``horizons_ms`` are those of the chances."""

    model: str
    symbol: str
    seed: int
    probes: int
    skipped: int
    filled: int
    horizons_ms: tuple[int, ...]
    exactness: Exactness
    location: Location
    at_acceptance: Score
    later: tuple[LaterScore, ...]
    by_level: tuple[LevelScore, ...]
    baselines: tuple[Baseline, ...]
    untold: dict[str, int]

    @property
    def is_exact(self) -> bool:
        """Whether something was checked and every place was equal to the engine's own."""
        return 0 < self.exactness.checked == self.exactness.equal


@dataclass(frozen=True, slots=True)
class Plan:
    """How many probes, drawn from which seed."""

    orders: int
    seed: int


def calibrate(script: DayScript, plan: Plan) -> Calibration:
    """Run every probe and return what was told and what came."""
    probes = draw_probes(plan.orders, plan.seed)
    fates = [fate for fate in _fates(script, probes) if fate is not None]
    return _report(script, plan, fates)


def _fates(script: DayScript, probes: Sequence[Probe]) -> Iterator[ProbeFate | None]:
    day = Replay(script)
    for probe in probes:
        while (next_ms := day.next_ms()) is not None and next_ms <= probe.time_ms:
            day.step()
        day.follow()
        yield ProbeRun(day, probe, day.books.bars(0, 0)).run() if day.is_continuous else None


def _report(script: DayScript, plan: Plan, fates: list[ProbeFate]) -> Calibration:
    first = [(fate, asked) for fate in fates for asked in fate.asked if asked.after_ms == 0]
    return Calibration(
        model=MODEL,
        symbol=script.listing.symbol,
        seed=plan.seed,
        probes=len(fates),
        skipped=plan.orders - len(fates),
        filled=sum(fate.filled_at is not None for fate in fates),
        horizons_ms=HORIZONS_MS,
        exactness=_exactness(fates),
        location=_location(fates),
        at_acceptance=score([_outcome(*pair) for pair in first]),
        later=tuple(_later(fates, after) for after in LATER_MS[1:]),
        by_level=tuple(_level(fates, level) for level in range(1, LEVELS + 1)),
        baselines=(
            _baseline("rate-1", first, lambda asked: asked.rate_ms),
            _baseline("naive: level / day's volume rate", first, lambda asked: asked.naive_ms),
        ),
        untold=_untold(fates),
    )


def _exactness(fates: Sequence[ProbeFate]) -> Exactness:
    differences = (fate.first_difference for fate in fates if fate.first_difference)
    return Exactness(
        sum(fate.checks for fate in fates),
        sum(fate.equal for fate in fates),
        next(differences, ""),
    )


def _location(fates: Sequence[ProbeFate]) -> Location:
    return Location(
        sum(fate.candidates == 1 and fate.is_among_candidates for fate in fates),
        sum(fate.candidates > 1 and fate.is_among_candidates for fate in fates),
        sum(not fate.is_among_candidates for fate in fates),
    )


def _outcome(fate: ProbeFate, asked: Asked) -> Outcome:
    return _against(fate, asked, asked.place.expected_ms, asked.place.filled_permille)


def _against(fate: ProbeFate, asked: Asked, expected_ms: int, chances: tuple[int, ...]) -> Outcome:
    end = fate.watched_until if fate.filled_at is None else fate.filled_at
    waited = max(0, end - asked.at_trading_ms)
    return Outcome(expected_ms, chances, waited, fate.filled_at is not None)


def _baseline(
    name: str, first: Sequence[tuple[ProbeFate, Asked]], time_of: Callable[[Asked], int]
) -> Baseline:
    outcomes = []
    for fate, asked in first:
        expected = time_of(asked)
        chances = tuple(permille_within(expected, horizon) for horizon in HORIZONS_MS)
        if asked.place.filled_permille and expected:
            outcomes.append(_against(fate, asked, expected, chances))
    return Baseline(name, score(outcomes))


def _later(fates: Sequence[ProbeFate], after_ms: int) -> LaterScore:
    pairs = [(fate, one) for fate in fates for one in fate.asked if one.after_ms == after_ms]
    return LaterScore(after_ms, score([_outcome(*pair) for pair in pairs]))


def _level(fates: Sequence[ProbeFate], level: int) -> LevelScore:
    mine = [fate for fate in fates if fate.probe.level == level]
    outcomes = [_outcome(fate, fate.asked[0]) for fate in mine if fate.asked]
    filled = sum(fate.filled_at is not None for fate in mine)
    told = [one for one in outcomes if one.expected_ms]
    return LevelScore(level, len(mine), filled, score_times(told))


def _untold(fates: Sequence[ProbeFate]) -> dict[str, int]:
    """Count the estimates without a time, by reason."""
    doubts = (asked.place.doubt.value for fate in fates for asked in fate.asked)
    return dict(sorted(Counter(doubt for doubt in doubts if doubt).items()))
