"""Questions, courses, whole files of them: head office asks, a second person agrees (F25, F27).

Asked on the maker's own stream: a question's right answer goes to him and to the checker only, that
of a file's not even to them.
"""

from collections.abc import Iterator, Mapping
from typing import assert_never

import msgspec
from sqlalchemy import insert, select, update

from models.dates import day_of
from models.rules.access.exams.question import Question, judge_question
from models.rules.basis.settings.words import ApprovalKind
from models.tables.central import QUESTION, QUESTION_KEY
from models.tables.grounds import WHOLE_FIRM
from models.tables.staff.training import COURSE
from models.wire.service.training import (
    AddQuestion,
    LoadBank,
    NewQuestion,
    PublishCourse,
    RetireQuestion,
)
from services.central.handlers.approvals.request import Proposal, ask_approval
from services.central.handlers.work import Refused, Work, refusal, require

_TITLE_CHARACTERS = 40


async def teach(
    held: Work,
    command: AddQuestion | RetireQuestion | PublishCourse | LoadBank,
    approval_id: str,
) -> None:
    """Do what was agreed to."""
    match command:
        case AddQuestion():
            await _add_question(held, command, approval_id)
        case RetireQuestion():
            await _retire_question(held, command, approval_id)
        case PublishCourse():
            await _publish_course(held, command, approval_id)
        case LoadBank():
            await _load_bank(held, command, approval_id)
        case _:
            assert_never(command)


async def request_question(work: Work, command: AddQuestion) -> None:
    """Ask to take it in."""
    await _judge_question(work, command)
    title = f"题库新增 {command.question_id}:{command.text[:_TITLE_CHARACTERS]}"
    await _ask(work, title, {}, msgspec.structs.asdict(command))


async def _add_question(held: Work, command: AddQuestion, approval_id: str) -> None:
    """Take it in with its right answer, each in its own table."""
    await _judge_question(held, command)
    key = {
        "branch_id": WHOLE_FIRM,
        "question_id": command.question_id,
        "approval_id": approval_id,
    }
    row = key | {
        "topic": command.topic.strip(),
        "kind": command.kind.value,
        "text": command.text.strip(),
        "options": _json([option.strip() for option in command.options]),
        "source": command.source,
        "from_day": command.from_day,
    }
    await held.connection.execute(insert(QUESTION).values(row))
    right = {"answers": _json(sorted(command.right))}
    await held.connection.execute(insert(QUESTION_KEY).values(key | right))


async def request_retirement(work: Work, command: RetireQuestion) -> None:
    """Ask to draw it no more."""
    text = await _judge_retirement(work, command)
    title = f"题库停用 {command.question_id}:{text[:_TITLE_CHARACTERS]}"
    after = {"until_day": command.last_day, "reason": command.reason}
    await _ask(work, title, {"until_day": ""}, after)


async def _retire_question(held: Work, command: RetireQuestion, approval_id: str) -> None:
    """Draw it no more after its last day; what was drawn before keeps it."""
    await _judge_retirement(held, command)
    await held.connection.execute(
        update(QUESTION)
        .where(QUESTION.c.branch_id == WHOLE_FIRM, QUESTION.c.question_id == command.question_id)
        .values(until_day=command.last_day, retired_by=approval_id)
    )


async def request_course(work: Work, command: PublishCourse) -> None:
    """Ask to give it to everybody."""
    await _judge_course(work, command)
    title = f"课程发布 {command.course_id}:{command.title[:_TITLE_CHARACTERS]}"
    await _ask(work, title, {}, msgspec.structs.asdict(command))


async def _publish_course(held: Work, command: PublishCourse, approval_id: str) -> None:
    """Lay it on the firm's stream."""
    await _judge_course(held, command)
    firm = {"branch_id": WHOLE_FIRM, "manager_id": WHOLE_FIRM, "approval_id": approval_id}
    await held.connection.execute(insert(COURSE).values(firm | msgspec.structs.asdict(command)))


async def request_bank(work: Work, command: LoadBank) -> None:
    """Ask to take a whole file in; what is right goes no further than the held command."""
    await _judge_bank(work, command)
    counts = f"题目 {len(command.questions)}、课程 {len(command.courses)}"
    after = {
        "file": command.name,
        "sha256": command.file_hash,
        "from_day": command.from_day,
        "courses": [msgspec.structs.asdict(one) for one in command.courses],
        "questions": [_without_answer(one) for one in command.questions],
    }
    await _ask(work, f"题库载入 {command.name}({counts})", {}, after)


async def _load_bank(held: Work, command: LoadBank, approval_id: str) -> None:
    """Take all of it in; one that has come meanwhile refuses the whole."""
    for course in courses_of(command):
        await _publish_course(held, course, approval_id)
    for question in questions_of(command):
        await _add_question(held, question, approval_id)


def courses_of(command: LoadBank) -> Iterator[PublishCourse]:
    """Yield the courses of a file as if each were asked for alone."""
    for one in command.courses:
        yield PublishCourse(one.course_id, one.title, one.body, command.from_day)


def questions_of(command: LoadBank) -> Iterator[AddQuestion]:
    """Yield the questions of a file as if each were asked for alone."""
    for one in command.questions:
        yield AddQuestion(from_day=command.from_day, **msgspec.structs.asdict(one))


async def _judge_bank(work: Work, command: LoadBank) -> None:
    if not (command.questions or command.courses):
        raise refusal("BANK_NOTHING_NEW")
    _judge_twice(command)
    for course in courses_of(command):
        await _judge_course(work, course)
    for question in questions_of(command):
        await _judge_question(work, question)


def _judge_twice(command: LoadBank) -> None:
    for names in (
        [one.course_id for one in command.courses],
        [one.question_id for one in command.questions],
    ):
        if len(set(names)) < len(names):
            raise refusal("BANK_TWICE")


def _without_answer(question: NewQuestion) -> dict[str, object]:
    told = msgspec.structs.asdict(question)
    del told["right"]
    return told


async def _ask(
    work: Work, title: str, before: Mapping[str, object], after: Mapping[str, object]
) -> None:
    await ask_approval(work, Proposal(ApprovalKind.TRAINING, None, title, before, after))


async def _judge_question(work: Work, command: AddQuestion) -> None:
    question = Question(
        question_id=command.question_id,
        topic=command.topic,
        kind=command.kind,
        text=command.text,
        options=command.options,
        from_day=day_of(command.from_day),
    )
    require(judge_question(question, command.right))
    if question.from_day < work.day:
        raise Refused("QUESTION_DAYS", "题目不能自过去的日期起生效")
    if await _question_text(work, command.question_id) is not None:
        raise Refused("QUESTION_EXISTS", f"题目 {command.question_id} 已存在")


async def _judge_retirement(work: Work, command: RetireQuestion) -> str:
    """Return the question's text."""
    if not command.reason.strip():
        raise Refused("REASON_MISSING", "须写明理由")
    if day_of(command.last_day) < work.day:
        raise Refused("QUESTION_DAYS", "停用日不能早于今天")
    text = await _question_text(work, command.question_id)
    if text is None:
        raise Refused("QUESTION_NOT_FOUND", f"题库没有 {command.question_id}")
    return text


async def _judge_course(work: Work, command: PublishCourse) -> None:
    words = (command.course_id, command.title, command.body)
    if not all(word.strip() for word in words):
        raise Refused("COURSE_EMPTY", "课程须有编号、名称和内容")
    if day_of(command.from_day) < work.day:
        raise Refused("COURSE_DAYS", "课程不能自过去的日期起开放")
    query = select(COURSE.c.course_id).where(
        COURSE.c.branch_id == WHOLE_FIRM, COURSE.c.course_id == command.course_id
    )
    if await work.connection.scalar(query) is not None:
        raise Refused("COURSE_EXISTS", f"课程 {command.course_id} 已存在")


async def _question_text(work: Work, question_id: str) -> str | None:
    """Whoever may not see the bank finds nothing; the approval's makers tell him so first."""
    query = select(QUESTION.c.text).where(
        QUESTION.c.branch_id == WHOLE_FIRM, QUESTION.c.question_id == question_id
    )
    found: str | None = await work.connection.scalar(query)
    return found


def _json(told: list[str]) -> str:
    return msgspec.json.encode(told).decode()
