"""Who may sit an exam, when it ends, how long its certificate holds (features F25)."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from models.dates import months_later
from models.lives.exam import ExamState
from models.rules.basis.missing import configured
from models.rules.basis.settings.service import ExamSettings
from models.rules.decision import Decision

_SOURCE = "F25"


@dataclass(frozen=True, slots=True)
class Held:
    """A certificate: its last day (None = no end), the day it was revoked (None = it holds)."""

    valid_to: date | None
    revoked_on: date | None = None


@dataclass(frozen=True, slots=True)
class Taken:
    """An earlier attempt at the same certificate."""

    begun_on: date
    state: ExamState


@dataclass(frozen=True, slots=True)
class Times:
    """``due_at``: answers given later do not count; ``closes_at``: nothing arrives any more."""

    due_at: datetime
    closes_at: datetime


def may_begin(
    exam: ExamSettings,
    read: Collection[str],
    taken: Sequence[Taken],
    held: Held | None,
    day: date,
) -> Decision:
    """Tell whether an attempt may begin on ``day``; ``numbers`` say from which day it may.

    ``read``: the courses completed; ``taken``: all earlier attempts; days are whole and included.
    """
    missing = tuple(course for course in exam.courses if course not in read)
    if missing:
        return Decision("COURSE_NOT_COMPLETED", {"课程": missing}, _SOURCE)
    if any(one.state is ExamState.BEGUN for one in taken):
        return Decision("EXAM_RUNNING", source=_SOURCE)
    opens = _renewal_opens(exam, held)
    if opens is not None and day < opens:
        return Decision("RENEWAL_TOO_EARLY", {"可考日": opens}, _SOURCE)
    free = _free_from(exam, taken, day)
    if day < free.on:
        return Decision(free.reason, {"可考日": free.on}, _SOURCE)
    return Decision(source=_SOURCE)


def times_of(exam: ExamSettings, begun_at: datetime) -> Times:
    """Return until when answers count and until when they may arrive."""
    due = begun_at + timedelta(minutes=configured(exam.minutes, "EXAM"))
    return Times(due, due + timedelta(hours=configured(exam.late_hours, "EXAM")))


def judge_moment(begun_at: datetime, times: Times, sent_at: datetime, now: datetime) -> Decision:
    """Tell whether answers count that a desk says were sent at ``sent_at`` and came ``now``.

    A desk's clock that runs ahead does nobody harm: nothing was sent later than it came.
    """
    sent = min(sent_at, now)
    if sent < begun_at:
        return Decision("EXAM_CLOCK", {"开考": begun_at, "交卷": sent_at}, _SOURCE)
    if sent > times.due_at or now > times.closes_at:
        return Decision("EXAM_TIME_OVER", {"截止": times.due_at}, _SOURCE)
    return Decision(source=_SOURCE)


def valid_to(exam: ExamSettings, passed_on: date, held: Held | None) -> date:
    """Return the last day of a certificate passed today.

    A renewal adds to the days still to run; one that was revoked has none.
    """
    runs = held is not None and held.revoked_on is None and held.valid_to is not None
    last = held.valid_to if held is not None and runs else None
    start = max(passed_on, last) if last is not None else passed_on
    return months_later(start, configured(exam.valid_months, "EXAM"))


@dataclass(frozen=True, slots=True)
class _Free:
    on: date
    reason: str


def _free_from(exam: ExamSettings, taken: Sequence[Taken], day: date) -> _Free:
    """From when attempts are free again; the later of both reasons to wait."""
    wait = timedelta(days=configured(exam.wait_days, "EXAM"))
    lost = [one.begun_on for one in taken if one.state in (ExamState.FAILED, ExamState.EXPIRED)]
    waited = _Free(max(lost, default=date.min), "EXAM_WAIT")
    waited = _Free(waited.on + wait, "EXAM_WAIT") if lost else waited
    span = timedelta(days=configured(exam.attempts_days, "EXAM"))
    most = configured(exam.attempts, "EXAM")
    newest = sorted((one for one in lost if one > day - span), reverse=True)
    if len(newest) < most:
        return waited
    freed = _Free(newest[most - 1] + span, "EXAM_ATTEMPTS_USED")
    return freed if freed.on >= waited.on else waited


def _renewal_opens(exam: ExamSettings, held: Held | None) -> date | None:
    if held is None or held.revoked_on is not None:
        return None
    if held.valid_to is None:
        return date.max
    return held.valid_to - timedelta(days=configured(exam.renew_days, "EXAM"))
