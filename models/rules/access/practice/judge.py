"""Judges a run: each expectation by the rows that show it; what the trace cannot tell is unknown.

The source of each line is the rule that the scenario names (features F25, service-system S42).
"""

from collections.abc import Callable
from datetime import datetime
from enum import StrEnum

import msgspec

from models.rules.access.practice.scenario import ANY_OUTCOME, Expectation, Scenario, span_of
from models.rules.access.practice.script import is_over
from models.rules.access.practice.trace import UNANSWERED, Did, Trace

_WHOLE = 100


class Finding(StrEnum):
    """What became of an expectation."""

    DONE = "done"  # 按时完成
    LATE = "late"  # 完成但超时
    MISSING = "missing"  # 未完成
    KEPT = "kept"  # 未触犯
    BROKEN = "broken"  # 触犯,或试图触犯
    UNKNOWN = "unknown"  # 记录不足以判断


class Shown(msgspec.Struct, frozen=True):
    """A row that shows it."""

    row: str
    at: datetime
    act: str
    outcome: str


class Line(msgspec.Struct, frozen=True):
    """One expectation; ``earned`` and ``weight`` in hundredths of a point."""

    name: str
    about: str
    source: str
    finding: Finding
    why: str
    weight: int
    earned: int
    shown: tuple[Shown, ...]


class Judgement(msgspec.Struct, frozen=True):
    """All lines; ``unknown`` is the weight of what cannot be told, all in hundredths of a point."""

    earned: int
    most: int
    unknown: int
    is_over: bool
    lines: tuple[Line, ...]


def judge(scenario: Scenario, trace: Trace) -> Judgement:
    """Judge every expectation of the scenario."""
    lines = tuple(_line(scenario, trace, each) for each in scenario.expectations)
    return Judgement(
        earned=sum(line.earned for line in lines),
        most=sum(line.weight for line in lines),
        unknown=sum(line.weight for line in lines if line.finding is Finding.UNKNOWN),
        is_over=is_over(scenario, trace),
        lines=lines,
    )


_Verdict = tuple[Finding, str, tuple[Did, ...]]


def _line(scenario: Scenario, trace: Trace, expected: Expectation) -> Line:
    since = trace.played_at(expected.since)
    judged: Callable[[Scenario, Trace, Expectation, datetime], _Verdict]
    judged = _must if expected.kind == "must" else _never
    if since is None:
        finding, why, rows = _without_step(scenario, trace, expected)
    else:
        finding, why, rows = judged(scenario, trace, expected, since)
    weight = expected.weight * _WHOLE
    share = {Finding.DONE: _WHOLE, Finding.KEPT: _WHOLE, Finding.LATE: scenario.late_percent}
    return Line(
        name=expected.name,
        about=expected.about,
        source=expected.source,
        finding=finding,
        why=why,
        weight=weight,
        earned=weight * share.get(finding, 0) // _WHOLE,
        shown=tuple(Shown(one.row, one.at, one.act, one.outcome) for one in rows),
    )


def _must(scenario: Scenario, trace: Trace, expected: Expectation, since: datetime) -> _Verdict:
    deadline = since + span_of(expected.within)
    meant = trace.first(expected.pattern, since)
    open_ones = _unanswered(trace, expected, since)
    if meant is not None and meant.at <= deadline:
        return Finding.DONE, f"{_clock(meant.at)} 完成,期限 {_clock(deadline)}", (meant,)
    if open_ones and open_ones[0].at <= deadline:
        return Finding.UNKNOWN, "已提交,总部尚未答复", open_ones
    if meant is not None:
        return Finding.LATE, f"{_clock(meant.at)} 完成,期限 {_clock(deadline)}", (meant,)
    if trace.until < deadline:
        return Finding.UNKNOWN, f"期限 {_clock(deadline)} 未到", ()
    if not is_over(scenario, trace):
        return Finding.UNKNOWN, f"已过期限 {_clock(deadline)},演练尚未结束", ()
    return Finding.MISSING, f"到 {_clock(trace.until)} 没有记录", _tries(trace, expected, since)


def _never(scenario: Scenario, trace: Trace, expected: Expectation, since: datetime) -> _Verdict:
    ends = trace.played_at(expected.until) if expected.until else None
    last = ends or trace.until
    meant = tuple(
        one
        for one in trace.acts(expected.pattern, since)
        if one.at <= last and one.ended_as(expected.pattern)
    )
    if meant:
        return Finding.BROKEN, f"{_clock(meant[0].at)} 触犯", meant
    open_ones = tuple(one for one in _unanswered(trace, expected, since) if one.at <= last)
    if open_ones:
        return Finding.UNKNOWN, "已提交,总部尚未答复", open_ones
    if trace.gaps:
        return Finding.UNKNOWN, ";".join(trace.gaps), ()
    if ends is None and not is_over(scenario, trace):
        return Finding.UNKNOWN, "演练尚未结束", ()
    return Finding.KEPT, f"{_clock(since)} 至 {_clock(last)} 没有触犯", ()


def _without_step(scenario: Scenario, trace: Trace, expected: Expectation) -> _Verdict:
    """The step it counts from was not played: by the trainee's own doing, or nobody knows why."""
    if not is_over(scenario, trace):
        return Finding.UNKNOWN, "前一步尚未发生", ()
    if _hangs_on_the_trainee(scenario, expected.since):
        return Finding.MISSING, "学员没有走到这一步", ()
    return Finding.UNKNOWN, f"剧本的步骤 {expected.since} 没有上演", ()


def _hangs_on_the_trainee(scenario: Scenario, name: str) -> bool:
    step = scenario.step(name)
    while step is not None:
        if step.when is not None:
            return True
        step = scenario.step(step.since)
    return False


def _unanswered(trace: Trace, expected: Expectation, since: datetime) -> tuple[Did, ...]:
    """Acts that may turn out to be the one that is meant."""
    if expected.pattern.outcome == ANY_OUTCOME:
        return ()
    acts = trace.acts(expected.pattern, since)
    return tuple(one for one in acts if one.outcome == UNANSWERED)


def _tries(trace: Trace, expected: Expectation, since: datetime) -> tuple[Did, ...]:
    return tuple(trace.acts(expected.pattern, since))


def _clock(moment: datetime) -> str:
    return f"{moment:%H:%M:%S}"
