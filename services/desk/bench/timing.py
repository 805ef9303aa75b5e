"""Times single calls and sums them up."""

import time
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from itertools import chain
from statistics import median

_US = 1_000_000


@dataclass(frozen=True, slots=True)
class Spread:
    """Microseconds of calls made in several rounds.

    ``p99`` is over every call; ``p99_own`` over each call's middle round, which keeps what a call
    itself costs and leaves out what the machine did to one of its rounds.
    """

    p50: float
    p99: float
    p99_own: float


def spread_of(rounds: Sequence[Sequence[float]]) -> Spread:
    """Return the spread of rounds that hold the seconds of the same calls in the same order."""
    every = sorted(chain.from_iterable(rounds))
    own = sorted(median(one) for one in zip(*rounds, strict=True))
    return Spread(_us(every, 0.5), _us(every, 0.99), _us(own, 0.99))


def seconds(work: Callable[[], object]) -> float:
    """Run ``work`` once; return seconds by the clock."""
    began = time.perf_counter()
    work()
    return time.perf_counter() - began


@dataclass(frozen=True, slots=True)
class Cost:
    """Seconds by the clock, and of processor over all threads of this process."""

    wall: float = 0.0
    cpu: float = 0.0

    def __add__(self, other: "Cost") -> "Cost":
        """Both together."""
        return Cost(self.wall + other.wall, self.cpu + other.cpu)

    def __sub__(self, earlier: "Cost") -> "Cost":
        """What was spent between two moments."""
        return Cost(self.wall - earlier.wall, self.cpu - earlier.cpu)


def now() -> Cost:
    """Return both clocks as they stand."""
    return Cost(time.perf_counter(), time.process_time())


async def cost_of(work: Awaitable[object]) -> Cost:
    """Wait for ``work`` once; return what it cost."""
    began = now()
    await work
    return now() - began


@dataclass(frozen=True, slots=True)
class Ratio:
    """Medians of upper / lower, round by round; ``cpu`` hardly minds what else the machine does."""

    wall: float
    cpu: float


def middle_ratio(upper: Sequence[Cost], lower: Sequence[Cost]) -> Ratio:
    """Return the median of upper / lower, round by round."""
    pairs = list(zip(upper, lower, strict=True))
    return Ratio(
        round(median(a.wall / b.wall for a, b in pairs), 2),
        round(median(a.cpu / b.cpu for a, b in pairs), 2),
    )


def _us(ordered: list[float], share: float) -> float:
    return round(ordered[min(int(len(ordered) * share), len(ordered) - 1)] * _US, 1)
