"""Training at the desk: judged by its own rows, shown at once, told what opens what (F25)."""

from collections.abc import AsyncIterator
from datetime import date, timedelta
from pathlib import Path

import msgspec
import pytest
from sqlalchemy import select

from models.errors import ExpectedFailure
from models.rules.access.exams.paper import Asked
from models.rules.basis.settings.words import Feature, QuestionKind
from models.tables.staff.training import EXAM_ATTEMPT
from models.wire.commands import ServiceCommand
from models.wire.service.training import (
    AddQuestion,
    BeginExam,
    CompleteCourse,
    PublishCourse,
    RetireQuestion,
    RevokeCertificate,
    SubmitExam,
)
from services.desk.service.service_desk import ServiceDesk
from services.desk.service.training.overview import TrainingOverview, read_training
from services.desk.storage.person import keep_person
from services.desk.storage.rows import Row
from services.rules.loader import load_profile
from tests.services.desk.service.test_service_desk import PERSON, setting
from tests.support.desk_data import Desk, a_row, open_desk

TIMES = {
    "begun_at": "2023-02-01T09:50:00.000+08:00",
    "due_at": "2023-02-01T10:20:00.000+08:00",
    "closes_at": "2023-02-02T10:20:00.000+08:00",
}
PAPER = msgspec.json.encode(
    (Asked("Q1", "适当性", QuestionKind.SINGLE, "问", ("一", "二"), 5),)
).decode()


def a_course(name: str, from_day: str = "2020-01-01") -> tuple[str, Row]:
    row = a_row("course", course_id=name, title=name, body="内容", from_day=from_day)
    return "course", row | {"branch_id": "*", "manager_id": "*"}


def an_attempt(name: str = "A1", **values: str | int) -> tuple[str, Row]:
    usual: dict[str, str | int] = {
        "attempt_id": name,
        "staff_id": "M001",
        "certificate": "suitability",
        "state": "begun",
        "paper": PAPER,
        **TIMES,
    }
    return "exam_attempt", a_row("exam_attempt", **(usual | values))


@pytest.fixture
async def desk(tmp_path: Path) -> AsyncIterator[Desk]:
    """M001 with the demo firm's settings, one of two courses read, no certificate."""
    settings = [setting(name, value) for name, value in load_profile(None).document.items()]
    courses = [a_course("suitability"), a_course("products"), a_course("later", "2023-03-01")]
    read = a_row("course_read", staff_id="M001", course_id="suitability")
    async with open_desk(tmp_path) as opened:
        await opened.receive(("course_read", read))
        await opened.receive(*settings, *courses, stream="*")
        await opened.store.write(lambda c: keep_person(c, PERSON))
        yield opened


async def code(desk: Desk, command: ServiceCommand) -> str:
    """Why it is refused; "" = it is queued."""
    service = ServiceDesk(store=desk.store, outbox=desk.outbox, clock=desk.clock)
    try:
        await service.send(command)
    except ExpectedFailure as failure:
        return failure.code
    return ""


async def overview(desk: Desk) -> TrainingOverview:
    now = desk.clock.now()
    return await desk.store.read(lambda c: read_training(c, PERSON, now))


ADD = AddQuestion("N1", "题", QuestionKind.SINGLE, "问", ("一", "二"), ("A",), "2023-02-01", "")


@pytest.mark.parametrize(
    ("command", "reason"),
    [
        (CompleteCourse("none"), "COURSE_NOT_FOUND"),
        (CompleteCourse("later"), "COURSE_NOT_BEGUN"),
        (CompleteCourse("suitability"), "DUPLICATE"),
        (CompleteCourse("products"), ""),
        (BeginExam("A1", "suitability"), "COURSE_NOT_COMPLETED"),
        (BeginExam("A1", "none"), "EXAM_NOT_CONFIGURED"),
        (SubmitExam("A9", {}), "EXAM_NOT_FOUND"),
        (ADD, "NOT_A_MAKER"),
        (RetireQuestion("N1", "2023-02-01", "有误"), "NOT_A_MAKER"),
        (PublishCourse("c", "课", "文", "2023-02-01"), "NOT_A_MAKER"),
        (RevokeCertificate("B1", "M002", "suitability", "违规"), "NOT_COMPLIANCE"),
    ],
)
async def test_what_the_desk_says(desk: Desk, command: ServiceCommand, reason: str) -> None:
    assert await code(desk, command) == reason


@pytest.mark.parametrize(
    ("command", "reason"),
    [
        (ADD, ""),
        (msgspec.structs.replace(ADD, right=("C",)), "RIGHT_INVALID"),
        (msgspec.structs.replace(ADD, from_day="2023-01-31"), "QUESTION_DAYS"),
        (RetireQuestion("N1", "2023-02-01", " "), "REASON_MISSING"),
        (RetireQuestion("N1", "2023-01-31", "有误"), "QUESTION_DAYS"),
        (PublishCourse("products", "课", "文", "2023-02-01"), "COURSE_EXISTS"),
        (PublishCourse("c", "课", " ", "2023-02-01"), "COURSE_EMPTY"),
        (RevokeCertificate("B1", "M002", "suitability", " "), "REASON_MISSING"),
    ],
)
async def test_what_it_says_to_compliance(desk: Desk, command: ServiceCommand, reason: str) -> None:
    compliance = msgspec.structs.replace(PERSON, staff_id="CO01", role="compliance")
    await desk.store.write(lambda c: keep_person(c, compliance))
    assert await code(desk, command) == reason


async def test_a_paper_that_is_asked_for_is_shown_as_waiting(desk: Desk) -> None:
    await code(desk, CompleteCourse("products"))
    assert await code(desk, BeginExam("A1", "suitability")) == ""
    assert await code(desk, BeginExam("A2", "suitability")) == "EXAM_RUNNING"
    assert await code(desk, SubmitExam("A1", {})) == "EXAM_WITHOUT_PAPER"
    exam = (await overview(desk)).exams[0]
    assert (exam.reason, exam.attempts[0].state, exam.attempts[0].paper) == ("EXAM_RUNNING", "", ())


@pytest.mark.parametrize(
    ("answers", "minutes", "reason"),
    [
        ({"Q1": ("A",)}, 0, ""),
        ({"Q1": ("A", "B")}, 0, "ANSWERS_INVALID"),
        ({}, 20, ""),
        ({}, 21, "EXAM_TIME_OVER"),
        ({}, -11, "EXAM_CLOCK"),
    ],
)
async def test_answers_go_up_while_there_is_time(
    desk: Desk, answers: dict[str, tuple[str, ...]], minutes: int, reason: str
) -> None:
    await desk.receive(an_attempt(), after=1)
    desk.clock.moment += timedelta(minutes=minutes)
    assert await code(desk, SubmitExam("A1", answers)) == reason
    if not reason:
        assert await code(desk, SubmitExam("A1", answers)) == "EXAM_ENDED"
        query = select(EXAM_ATTEMPT.c.state, EXAM_ATTEMPT.c.submitted_at)
        [(state, submitted)] = await desk.store.read(lambda c: c.execute(query).all())
        assert state == "begun" and submitted  # handed in, central has not judged it


async def test_the_overview_tells_what_is_locked_why_and_what_opens_it(desk: Desk) -> None:
    topics = '{"适当性":{"points":10,"most":30}}'
    over = an_attempt("A0", state="failed", points=10, most=30, topics=topics)
    held = a_row("staff_certificate", staff_id="M001", certificate="program", valid_to="2023-01-31")
    await desk.receive(over, ("staff_certificate", held), after=1)
    await code(desk, CompleteCourse("products"))
    told = await overview(desk)
    assert {one.course_id: (one.is_open, one.is_read) for one in told.courses} == {
        "later": (False, False),
        "products": (True, True),
        "suitability": (True, True),
    }
    locks = {one.feature: (one.reason, one.opened_by) for one in told.features}
    assert locks == {
        Feature.PRODUCTS: ("CERTIFICATE_MISSING", "suitability"),
        Feature.RISK_TEST: ("CERTIFICATE_MISSING", "suitability"),
        Feature.PROGRAM: ("CERTIFICATE_EXPIRED", "program"),
    }
    exams = {one.certificate: one for one in told.exams}
    assert exams["suitability"].reason == "EXAM_WAIT"
    assert exams["suitability"].numbers == {"可考日": date(2023, 2, 2)}
    assert exams["suitability"].attempts[0].topics["适当性"].points == 10
    assert exams["program"].reason == "COURSE_NOT_COMPLETED"
