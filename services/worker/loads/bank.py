"""Judges a file of questions or courses against the bank as its maker may see it."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

import msgspec
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncConnection

from models.rules.access.exams.question import Question, judge_question
from models.tables.central import QUESTION
from models.tables.grounds import WHOLE_FIRM
from models.tables.staff.training import COURSE
from models.wire.service.training import NewCourse, NewQuestion
from services.files.bank import BankLine

_OPTIONS = msgspec.json.Decoder(tuple[str, ...])


@dataclass(frozen=True, slots=True)
class RejectedBankLine:
    """A line that cannot be taken in; its answers are not told."""

    line: int
    name: str
    reason: str


@dataclass(frozen=True, slots=True)
class BankReport:
    """What becomes of each line."""

    read: int
    known: int
    courses: tuple[NewCourse, ...]
    questions: tuple[NewQuestion, ...]
    faults: tuple[RejectedBankLine, ...]

    @property
    def reasons(self) -> dict[str, int]:
        """How many lines were rejected for what."""
        return dict(Counter(fault.reason for fault in self.faults))


async def judge_bank_file(
    connection: AsyncConnection, lines: Sequence[BankLine], from_day: date
) -> BankReport:
    """Say of each line: added, known, or rejected with a reason; nothing is written.

    A question that is there with the same words is known, whatever the line says is right: more
    would tell its answer. One with other words is QUESTION_EXISTS: it is never changed.
    """
    there = await _known(connection)
    judged = [(line, _fault(line, there, from_day)) for line in lines]
    added = [line.told for line, fault in judged if fault == ""]
    return BankReport(
        read=len(lines),
        known=sum(fault is None for _, fault in judged),
        courses=tuple(one for one in added if isinstance(one, NewCourse)),
        questions=tuple(one for one in added if isinstance(one, NewQuestion)),
        faults=tuple(
            RejectedBankLine(line.number, line.name, fault) for line, fault in judged if fault
        ),
    )


_Known = dict[tuple[type, str], tuple[object, ...]]


def _fault(line: BankLine, there: _Known, from_day: date) -> str | None:
    """Why it is rejected, "" = it is added, None = it is known."""
    told = line.told
    if told is None:
        return line.reason
    found = there.get((type(told), line.name))
    if found is not None:
        exists = "QUESTION_EXISTS" if isinstance(told, NewQuestion) else "COURSE_EXISTS"
        return None if found == _words(told) else exists
    if isinstance(told, NewCourse):
        is_whole = all(map(str.strip, (told.course_id, told.title, told.body)))
        return "" if is_whole else "COURSE_EMPTY"
    question = Question(
        question_id=told.question_id,
        topic=told.topic,
        kind=told.kind,
        text=told.text,
        options=told.options,
        from_day=from_day,
    )
    return judge_question(question, told.right).reason


def _words(told: NewQuestion | NewCourse) -> tuple[object, ...]:
    if isinstance(told, NewCourse):
        return told.title, told.body
    return told.topic, told.kind.value, told.text, told.options, told.source


async def _known(connection: AsyncConnection) -> _Known:
    asked, taught = QUESTION.c, COURSE.c
    questions = await connection.execute(
        select(
            asked.question_id, asked.topic, asked.kind, asked.text, asked.options, asked.source
        ).where(asked.branch_id == WHOLE_FIRM)
    )
    found: _Known = {
        (NewQuestion, name): (topic, kind, text, _OPTIONS.decode(options), source)
        for name, topic, kind, text, options, source in questions
    }
    courses = await connection.execute(
        select(taught.course_id, taught.title, taught.body).where(taught.branch_id == WHOLE_FIRM)
    )
    return found | {(NewCourse, name): (title, body) for name, title, body in courses}
