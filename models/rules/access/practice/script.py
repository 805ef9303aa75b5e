"""Which steps of a script are due: by the clock, by what was played, by what the trainee did."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from models.rules.access.practice.scenario import Scenario, Step, span_of
from models.rules.access.practice.trace import Did, Trace


@dataclass(frozen=True, slots=True)
class Due:
    """A step that is to be played now; ``by`` is the act that it answers."""

    step: Step
    at: datetime
    by: Did | None


def due_steps(scenario: Scenario, trace: Trace) -> Iterator[Due]:
    """Return what is due at the trace's end and was not played, in the order of time."""
    played = {one.name for one in trace.played}
    found = (_due(step, trace) for step in scenario.script if step.name not in played)
    yield from sorted(filter(None, found), key=lambda due: due.at)


def is_over(scenario: Scenario, trace: Trace) -> bool:
    """Tell whether the scenario's time has passed."""
    return trace.until >= trace.began_at + span_of(scenario.lasts)


def _due(step: Step, trace: Trace) -> Due | None:
    since = trace.played_at(step.since)
    if since is None:
        return None
    by = trace.first(step.when, since) if step.when else None
    if step.when and by is None:
        return None
    at = (by.at if by else since) + span_of(step.after)
    if at > trace.until or _is_left_out(step, trace, since, at):
        return None
    return Due(step, at, by)


def _is_left_out(step: Step, trace: Trace, since: datetime, at: datetime) -> bool:
    if step.unless is None:
        return False
    found = trace.first(step.unless, since)
    return found is not None and found.at <= at
