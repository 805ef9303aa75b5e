"""Turns what publisher, engine and desk kept into figures."""

from collections.abc import Mapping

import numpy as np
from numpy.typing import NDArray

from app.commands.feed_bench.told import Paints, PhaseDone, Sendings

Times = NDArray[np.int64]

_PERCENTILES = {"p50": 50, "p90": 90, "p99": 99, "max": 100}
_NS_PER_MS = 1_000_000
_NS_PER_S = 1_000_000_000


def percentiles(name: str, values_ns: Times) -> dict[str, float | None]:
    """Return p50, p90, p99 and max in milliseconds; None where nothing was measured."""
    if not len(values_ns):
        return {f"{name}_{word}_ms": None for word in _PERCENTILES}
    return {
        f"{name}_{word}_ms": round(float(np.percentile(values_ns, share)) / _NS_PER_MS, 2)
        for word, share in _PERCENTILES.items()
    }


class Watched:
    """The ladder's paintings held against the publisher's sendings."""

    def __init__(self, paints: Paints, sendings: Sendings) -> None:
        self._painted = np.array(paints.painted_ns, np.int64)
        self._shown = np.array(paints.sequence, np.int64)
        self._last = np.array(sendings.last_sequence, np.int64)
        self._sent = np.array(sendings.sent_ns, np.int64)

    def ages(self, phase: PhaseDone) -> Times:
        """At each painting of something new: how long ago its newest record was sent."""
        within = self._within(phase)
        fresh = within & (np.diff(self._shown, prepend=0) > 0)
        at = np.searchsorted(self._last, self._shown[fresh])
        known = at < len(self._sent)
        return self._painted[fresh][known] - self._sent[at[known]]

    def waits(self, phase: PhaseDone) -> Times:
        """For each write: how long until a painting showed it."""
        mine = (self._sent >= phase.started_ns) & (self._sent <= phase.ended_ns)
        reached = np.maximum.accumulate(self._shown) if len(self._shown) else self._shown
        at = np.searchsorted(reached, self._last[mine])
        known = at < len(self._painted)
        return self._painted[at[known]] - self._sent[mine][known]

    def gaps(self, phase: PhaseDone) -> Times:
        """Times between two paintings."""
        return np.diff(self._painted[self._within(phase)])

    def sustained(self, phase: PhaseDone) -> int:
        """Records a second until the last of them was on the screen."""
        if not len(self._last):
            return 0
        shown = np.flatnonzero(self._shown >= self._last[-1])
        if not len(shown):
            return 0
        return round(phase.records * _NS_PER_S / (int(self._painted[shown[0]]) - phase.started_ns))

    def _within(self, phase: PhaseDone) -> NDArray[np.bool_]:
        found: NDArray[np.bool_] = (self._painted >= phase.started_ns) & (
            self._painted <= phase.ended_ns
        )
        return found


def latency_figures(watched: Watched, phases: Mapping[str, PhaseDone]) -> dict[str, float | None]:
    """Return ages, waits and gaps of each phase, and how the gaps compare."""
    figures: dict[str, float | None] = {}
    for name, phase in phases.items():
        figures |= percentiles(f"{name}_painted_age", watched.ages(phase))
        figures |= percentiles(f"{name}_sent_to_paint", watched.waits(phase))
        figures |= percentiles(f"{name}_frame_gap", watched.gaps(phase))
    quiet, burst = figures["quiet_frame_gap_p99_ms"], figures["burst_frame_gap_p99_ms"]
    ratio = round(burst / quiet, 2) if burst and quiet else None
    return figures | {"frame_gap_p99_burst_to_quiet": ratio}
