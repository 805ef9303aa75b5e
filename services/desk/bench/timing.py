"""Times single calls and sums them up."""

import time
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from statistics import median

_US = 1_000_000


@dataclass(frozen=True, slots=True)
class Spread:
    """Microseconds of many calls; ``p99_cpu`` counts only the work of this thread."""

    p50: float
    p99: float
    p99_cpu: float


def spread_of(calls: list[tuple[float, float]]) -> Spread:
    """Return the spread of (seconds, seconds of processor) of each call."""
    wall, cpu = (sorted(column) for column in zip(*calls, strict=True))
    return Spread(_us(wall, 0.5), _us(wall, 0.99), _us(cpu, 0.99))


def timed(work: Callable[[], object]) -> tuple[float, float]:
    """Run ``work`` once; return seconds by the clock and seconds of processor."""
    began, began_cpu = time.perf_counter(), time.thread_time()
    work()
    return time.perf_counter() - began, time.thread_time() - began_cpu


def seconds(work: Callable[[], object]) -> float:
    """Run ``work`` once; return seconds by the clock."""
    return timed(work)[0]


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
