"""What a person has learnt and passed, what is locked for him and by which exam it opens (F25)."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime

import msgspec
from sqlalchemy import Connection, select

from models.dates import BEIJING
from models.rules.access.exams.attempt import Held, may_begin
from models.rules.access.exams.paper import Asked, exam_of
from models.rules.access.exams.score import TopicScore
from models.rules.access.training import check_certified
from models.rules.basis.missing import NotConfigured
from models.rules.basis.settings.service import TrainingSettings
from models.rules.basis.settings.words import Feature
from models.tables.staff.training import COURSE
from models.wire.hub import SignedIn
from models.wire.service.reasons import words_of
from services.desk.service.training.record import attempts_of, courses_read, taken_of
from services.desk.storage.queries.firm_settings import (
    known_settings,
    read_certificates,
    read_dated,
)
from services.desk.storage.rows import Row

_PAPER = msgspec.json.Decoder(tuple[Asked, ...])
_TOPICS = msgspec.json.Decoder(dict[str, TopicScore])


@dataclass(frozen=True, slots=True)
class CourseLine:
    """A course; ``is_open`` from its first day on."""

    course_id: str
    title: str
    body: str
    is_open: bool
    is_read: bool


@dataclass(frozen=True, slots=True)
class AttemptLine:
    """An attempt as it stands; ``state`` "" = central has not drawn its paper yet."""

    attempt_id: str
    state: str
    begun_at: str
    due_at: str
    submitted_at: str
    paper: tuple[Asked, ...]
    points: int
    most: int
    topics: Mapping[str, TopicScore]


@dataclass(frozen=True, slots=True)
class ExamLine:
    """An exam: ``reason`` why it may not be sat now ("" = it may), with its words and numbers."""

    certificate: str
    title: str
    held: Held | None
    reason: str
    words: str
    numbers: Mapping[str, object]
    attempts: tuple[AttemptLine, ...]


@dataclass(frozen=True, slots=True)
class LockLine:
    """A feature that asks for certificates; ``opened_by`` names the exam that unlocks it."""

    feature: Feature
    reason: str
    words: str
    opened_by: str


@dataclass(frozen=True, slots=True)
class TrainingOverview:
    """Everything, for the person who sits at the desk."""

    courses: tuple[CourseLine, ...]
    exams: tuple[ExamLine, ...]
    features: tuple[LockLine, ...]


def read_training(connection: Connection, person: SignedIn, now: datetime) -> TrainingOverview:
    """Return it; raises NotConfigured FIRM_SETTINGS where central has told the desk none."""
    day = now.astimezone(BEIJING).date()
    settings = known_settings(read_dated(connection), day).training
    held = read_certificates(connection, person)
    return TrainingOverview(
        courses=_courses(connection, person, day),
        exams=tuple(
            _exam(connection, person, settings, name, held.get(name), day)
            for name in settings.exams
        ),
        features=tuple(_lock(settings, feature, held, day) for feature in settings.required),
    )


def _courses(connection: Connection, person: SignedIn, day: date) -> tuple[CourseLine, ...]:
    read = courses_read(connection, person)
    rows = connection.execute(select(COURSE).order_by(COURSE.c.course_id)).mappings()
    return tuple(
        CourseLine(
            course_id=row["course_id"],
            title=row["title"],
            body=row["body"],
            is_open=row["from_day"] <= day.isoformat(),
            is_read=row["course_id"] in read,
        )
        for row in rows
    )


def _exam(  # noqa: PLR0913 - who, by what, for which certificate, when
    connection: Connection,
    person: SignedIn,
    settings: TrainingSettings,
    certificate: str,
    held: Held | None,
    day: date,
) -> ExamLine:
    reason, words, numbers = "", "", {}
    try:
        exam = exam_of(settings, certificate)
        taken = taken_of(connection, person, certificate)
        decision = may_begin(exam, courses_read(connection, person), taken, held, day)
        reason, numbers = decision.reason, dict(decision.numbers)
        words = words_of(reason) if reason else ""
    except NotConfigured as fault:
        reason, words = fault.code, fault.title
    return ExamLine(
        certificate=certificate,
        title=settings.exams[certificate].title or certificate,
        held=held,
        reason=reason,
        words=words,
        numbers=numbers,
        attempts=tuple(map(_attempt, attempts_of(connection, person, certificate))),
    )


def _attempt(row: Row) -> AttemptLine:
    paper, topics = str(row["paper"] or ""), str(row["topics"] or "")
    return AttemptLine(
        attempt_id=str(row["attempt_id"]),
        state=str(row["state"] or ""),
        begun_at=str(row["begun_at"] or ""),
        due_at=str(row["due_at"] or ""),
        submitted_at=str(row["submitted_at"] or ""),
        paper=_PAPER.decode(paper) if paper else (),
        points=int(row["points"] or 0),
        most=int(row["most"] or 0),
        topics=_TOPICS.decode(topics) if topics else {},
    )


def _lock(
    settings: TrainingSettings, feature: Feature, held: Mapping[str, Held], day: date
) -> LockLine:
    decision = check_certified(settings, feature, held, day)
    words = words_of(decision.reason) if decision.reason else ""
    return LockLine(feature, decision.reason, words, str(decision.numbers.get("证书", "")))
