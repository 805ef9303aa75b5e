"""Commands of training, judged by this desk's own rows (features F25)."""

from datetime import datetime
from typing import assert_never

import msgspec

from models.clients.tier import Role
from models.dates import day_of
from models.lives.exam import ExamState
from models.rules.access.exams.attempt import Times, judge_moment, may_begin
from models.rules.access.exams.paper import Asked, exam_of
from models.rules.access.exams.question import Question, judge_question
from models.rules.access.exams.score import judge_answers
from models.rules.access.practice.result import ResultBroken, unpack
from models.rules.basis.settings.words import ApprovalKind
from models.tables.staff.training import COURSE, COURSE_READ, EXAM_ATTEMPT
from models.wire.service.training import (
    AddQuestion,
    BeginExam,
    CompleteCourse,
    LoadBank,
    PublishCourse,
    RecordAttempt,
    RecordPractice,
    RetireQuestion,
    RevokeCertificate,
    SubmitExam,
    TrainingCommand,
)
from services.desk.service.case import Case, demand, found, refused, require
from services.desk.service.training.record import courses_read, taken_of
from services.desk.storage.queries.firm_settings import read_certificates
from services.desk.storage.rows import Row

_PAPER = msgspec.json.Decoder(tuple[Asked, ...])


def judge_training(case: Case, command: TrainingCommand) -> None:
    """Find the judge of a command of this kind."""
    match command:
        case CompleteCourse():
            _judge_course(case, command)
        case BeginExam():
            _judge_begin(case, command)
        case SubmitExam():
            _judge_submission(case, command)
        case AddQuestion() | RetireQuestion() | PublishCourse() | LoadBank():
            _judge_teaching(case, command)
        case RevokeCertificate():
            is_compliance = case.role is Role.COMPLIANCE
            demand(is_compliance, "NOT_COMPLIANCE", "只有合规可以撤销证书")
            demand(bool(command.reason.strip()), "REASON_MISSING", "须写明理由")
        case RecordAttempt():
            demand(bool(case.person.practice), "PRACTICE_ONLY")
        case RecordPractice():
            _judge_practice(case, command)
        case _:
            assert_never(command)


def _judge_practice(case: Case, command: RecordPractice) -> None:
    demand(not case.person.practice, "PRACTICE_FIRM")
    try:
        result = unpack(command.result, command.result_hash)
    except ResultBroken as fault:
        raise refused(fault.code) from fault
    is_own = result.trainee == case.staff_id and result.run_id == command.run_id
    demand(is_own, "RESULT_OTHERS")
    demand(result.judgement.is_over, "PRACTICE_NOT_OVER")


def _judge_course(case: Case, command: CompleteCourse) -> None:
    course = found(
        case.row(COURSE, COURSE.c.course_id == command.course_id),
        "COURSE_NOT_FOUND",
        f"没有课程 {command.course_id}",
    )
    from_day = str(course["from_day"])
    is_open = from_day <= case.day.isoformat()
    demand(is_open, "COURSE_NOT_BEGUN", f"课程自 {from_day} 起开放")
    read = case.row(
        COURSE_READ,
        COURSE_READ.c.staff_id == case.staff_id,
        COURSE_READ.c.course_id == command.course_id,
    )
    demand(read is None, "DUPLICATE", "该课程已学完")


def _judge_begin(case: Case, command: BeginExam) -> None:
    """What waits for its paper counts as running, too."""
    exam = exam_of(case.settings.training, command.certificate)
    held = read_certificates(case.connection, case.person).get(command.certificate)
    taken = taken_of(case.connection, case.person, command.certificate)
    read = courses_read(case.connection, case.person)
    require(may_begin(exam, read, taken, held, case.day))


def _judge_submission(case: Case, command: SubmitExam) -> None:
    attempt = found(
        case.row(
            EXAM_ATTEMPT,
            EXAM_ATTEMPT.c.attempt_id == command.attempt_id,
            EXAM_ATTEMPT.c.staff_id == case.staff_id,
        ),
        "EXAM_NOT_FOUND",
        "没有这场考试",
    )
    demand(attempt["state"] != "", "EXAM_WITHOUT_PAPER", "试卷尚未从总部收到")
    is_open = attempt["state"] == ExamState.BEGUN.value and not attempt["submitted_at"]
    demand(is_open, "EXAM_ENDED", "这场考试已经交卷或结束")
    begun_at, times = _moment(attempt, "begun_at"), _times(attempt)
    require(judge_moment(begun_at, times, case.now, case.now))
    require(judge_answers(_PAPER.decode(str(attempt["paper"])), command.answers))


def _judge_teaching(
    case: Case, command: AddQuestion | RetireQuestion | PublishCourse | LoadBank
) -> None:
    case.require_maker(ApprovalKind.TRAINING)
    match command:
        case AddQuestion():
            question = Question(
                question_id=command.question_id,
                topic=command.topic,
                kind=command.kind,
                text=command.text,
                options=command.options,
                from_day=day_of(command.from_day),
            )
            require(judge_question(question, command.right))
            is_ahead = question.from_day >= case.day
            demand(is_ahead, "QUESTION_DAYS", "题目不能自过去的日期起生效")
        case RetireQuestion():
            demand(bool(command.reason.strip()), "REASON_MISSING", "须写明理由")
            is_ahead = day_of(command.last_day) >= case.day
            demand(is_ahead, "QUESTION_DAYS", "停用日不能早于今天")
        case PublishCourse():
            words = (command.course_id, command.title, command.body)
            demand(all(map(str.strip, words)), "COURSE_EMPTY", "课程须有编号、名称和内容")
            is_ahead = day_of(command.from_day) >= case.day
            demand(is_ahead, "COURSE_DAYS", "课程不能自过去的日期起开放")
            is_new = case.row(COURSE, COURSE.c.course_id == command.course_id) is None
            demand(is_new, "COURSE_EXISTS", f"课程 {command.course_id} 已存在")
        case LoadBank():
            demand(bool(command.questions or command.courses), "BANK_NOTHING_NEW")
            is_ahead = day_of(command.from_day) >= case.day
            demand(is_ahead, "QUESTION_DAYS", "题目不能自过去的日期起生效")
        case _:
            assert_never(command)


def _times(attempt: Row) -> Times:
    return Times(_moment(attempt, "due_at"), _moment(attempt, "closes_at"))


def _moment(attempt: Row, name: str) -> datetime:
    return datetime.fromisoformat(str(attempt[name]))
