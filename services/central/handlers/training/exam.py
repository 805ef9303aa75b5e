"""BeginExam and SubmitExam: a paper comes down, its answers are judged at central (F25).

The bank is read, and answers are judged, as a worker: the author himself sees neither.
"""

from datetime import date, datetime

import msgspec
from sqlalchemy import RowMapping, insert, select, text, update

from models.dates import moment_of, moment_text
from models.lives.exam import ExamState
from models.rules.access.exams.attempt import (
    Taken,
    Times,
    judge_moment,
    may_begin,
    times_of,
)
from models.rules.access.exams.paper import Asked, check_bank, draw_paper, exam_of
from models.rules.access.exams.question import Question
from models.rules.access.exams.score import Answers, Score, judge_answers, score_paper
from models.rules.basis.settings.words import QuestionKind
from models.tables.central import QUESTION, QUESTION_KEY
from models.tables.grounds import WHOLE_FIRM
from models.tables.staff.training import EXAM_ATTEMPT
from models.wire.service.training import BeginExam, SubmitExam
from services.central.handlers.firm_rules import settings_on
from services.central.handlers.training.certificate import audit_result, grant_certificate
from services.central.handlers.training.certified import certificates_of
from services.central.handlers.training.course import courses_read
from services.central.handlers.work import Refused, Work, now_text, refusal, require
from services.central.session import WORKER, become

_TURNS = text("SELECT pg_advisory_xact_lock(hashtext(:person))")  # two desks of one person
_PAPER = msgspec.json.Decoder(tuple[Asked, ...])
_LETTERS = msgspec.json.Decoder(tuple[str, ...])


async def begin_exam(work: Work, command: BeginExam) -> None:
    """Draw the paper and let its time run; Refused with the rule's reason and the day to wait."""
    exam = exam_of((await settings_on(work, work.day)).training, command.certificate)
    await work.connection.execute(
        _TURNS, {"person": f"exam {work.branch_id} {work.actor.staff_id}"}
    )
    await _require_new(work, command.attempt_id)
    taken = await _taken(work, command.certificate)
    held = (await certificates_of(work)).get(command.certificate)
    require(may_begin(exam, await courses_read(work), taken, held, work.day))
    bank = await _bank(work)
    require(check_bank(exam, bank, work.day))
    paper = draw_paper(exam, bank, command.attempt_id, work.day)
    times = times_of(exam, work.now)
    row = {
        "branch_id": work.branch_id,
        "attempt_id": command.attempt_id,
        "manager_id": work.actor.staff_id,
        "staff_id": work.actor.staff_id,
        "certificate": command.certificate,
        "title": exam.title,
        "state": ExamState.BEGUN.value,
        "begun_at": now_text(work),
        "due_at": moment_text(times.due_at),
        "closes_at": moment_text(times.closes_at),
        "paper": msgspec.json.encode(paper).decode(),
        "most": sum(question.points for question in paper),
    }
    await work.connection.execute(insert(EXAM_ATTEMPT).values(row))


async def submit_exam(work: Work, command: SubmitExam) -> None:
    """Judge the answers; passed, the certificate is granted in the same transaction.

    Answers given too late end the attempt as expired, whatever they are.
    """
    attempt = await _running(work, command.attempt_id)
    paper, sent_at = _PAPER.decode(attempt["paper"]), moment_of(work.envelope.created_at)
    moment = judge_moment(_moment(attempt, "begun_at"), _times(attempt), sent_at, work.now)
    if moment.reason == "EXAM_CLOCK":
        raise refusal(moment.reason, moment.numbers)
    if not moment.ok:
        await _end(work, attempt, ExamState.EXPIRED, command, None)
        return
    require(judge_answers(paper, command.answers))
    certificate = str(attempt["certificate"])
    begun_on = _moment(attempt, "begun_at").date()
    exam = exam_of((await settings_on(work, begun_on)).training, certificate)
    held = (await certificates_of(work)).get(certificate)
    await become(work.connection, WORKER)
    score = score_paper(exam, paper, await _right(work, paper), command.answers)
    state = ExamState.PASSED if score.is_passed else ExamState.FAILED
    await _end(work, attempt, state, command, score)
    last = ""
    if score.is_passed:
        last = await grant_certificate(work, exam, command.attempt_id, certificate, held)
    await audit_result(work, command.attempt_id, certificate, score, last)
    await become(work.connection, work.actor)


async def _end(
    work: Work,
    attempt: RowMapping,
    state: ExamState,
    command: SubmitExam,
    score: Score | None,
) -> None:
    told: dict[str, object] = {
        "state": state.value,
        "answers": msgspec.json.encode(command.answers).decode(),
        "submitted_at": work.envelope.created_at,
        "ended_at": now_text(work),
        "version": EXAM_ATTEMPT.c.version + 1,
    }
    if score is not None:
        topics = msgspec.json.encode(score.topics).decode()
        told |= {"points": score.points, "most": score.most, "topics": topics}
    await become(work.connection, WORKER)
    of_attempt = (
        EXAM_ATTEMPT.c.branch_id == attempt["branch_id"],
        EXAM_ATTEMPT.c.attempt_id == attempt["attempt_id"],
    )
    ended = await work.connection.execute(
        update(EXAM_ATTEMPT)
        .where(*of_attempt, EXAM_ATTEMPT.c.state == ExamState.BEGUN.value)
        .values(told)
        .returning(EXAM_ATTEMPT.c.attempt_id)
    )
    if ended.one_or_none() is None:  # a worker's clock was quicker
        raise Refused("EXAM_ENDED", "这场考试已经结束")


async def _running(work: Work, attempt_id: str) -> RowMapping:
    query = select(EXAM_ATTEMPT).where(
        EXAM_ATTEMPT.c.branch_id == work.branch_id,
        EXAM_ATTEMPT.c.attempt_id == attempt_id,
        EXAM_ATTEMPT.c.staff_id == work.actor.staff_id,
    )
    found = (await work.connection.execute(query)).mappings().one_or_none()
    if found is None:
        raise Refused("EXAM_NOT_FOUND", f"没有您的考试 {attempt_id}")
    if found["state"] != ExamState.BEGUN.value:
        raise Refused("EXAM_ENDED", "这场考试已经结束")
    return found


async def _require_new(work: Work, attempt_id: str) -> None:
    """Ids are the branch's: also one that the author may not see is taken."""
    await become(work.connection, WORKER)
    query = select(EXAM_ATTEMPT.c.attempt_id).where(
        EXAM_ATTEMPT.c.branch_id == work.branch_id, EXAM_ATTEMPT.c.attempt_id == attempt_id
    )
    found = await work.connection.scalar(query)
    await become(work.connection, work.actor)
    if found is not None or not attempt_id:
        raise refusal("DUPLICATE")


async def _taken(work: Work, certificate: str) -> list[Taken]:
    table = EXAM_ATTEMPT.c
    query = select(table.begun_at, table.state).where(
        table.branch_id == work.branch_id,
        table.staff_id == work.actor.staff_id,
        table.certificate == certificate,
    )
    return [
        Taken(date.fromisoformat(begun_at[:10]), ExamState(state))
        for begun_at, state in await work.connection.execute(query)
    ]


async def _bank(work: Work) -> list[Question]:
    await become(work.connection, WORKER)
    found = await work.connection.execute(
        select(QUESTION).where(QUESTION.c.branch_id == WHOLE_FIRM)
    )
    rows = found.mappings().all()
    await become(work.connection, work.actor)
    return [_question(row) for row in rows]


def _question(row: RowMapping) -> Question:
    until = row["until_day"]
    return Question(
        question_id=row["question_id"],
        topic=row["topic"],
        kind=QuestionKind(row["kind"]),
        text=row["text"],
        options=_LETTERS.decode(row["options"]),
        from_day=date.fromisoformat(row["from_day"]),
        until_day=date.fromisoformat(until) if until else None,
    )


async def _right(work: Work, paper: tuple[Asked, ...]) -> Answers:
    names = [question.question_id for question in paper]
    query = select(QUESTION_KEY.c.question_id, QUESTION_KEY.c.answers).where(
        QUESTION_KEY.c.branch_id == WHOLE_FIRM, QUESTION_KEY.c.question_id.in_(names)
    )
    found = await work.connection.execute(query)
    return {name: _LETTERS.decode(answers) for name, answers in found}


def _times(attempt: RowMapping) -> Times:
    return Times(_moment(attempt, "due_at"), _moment(attempt, "closes_at"))


def _moment(attempt: RowMapping, name: str) -> datetime:
    return datetime.fromisoformat(attempt[name])
