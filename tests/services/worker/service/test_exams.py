"""Exams at central: a paper comes down, answers are judged there, a pass unlocks at once (F25)."""

from datetime import datetime, timedelta
from typing import cast

import msgspec
import pytest
from sqlalchemy.exc import DBAPIError

from models.rules.basis.settings.words import QuestionKind
from models.wire.service.clients import RecordRiskTest
from models.wire.service.training import (
    AddQuestion,
    BeginExam,
    CompleteCourse,
    PublishCourse,
    RetireQuestion,
    RevokeCertificate,
)
from services.central.session import APP_ROLE, Actor, acting, at_work
from services.worker.overdue import end_exams
from tests.support.exam_work import hand_in, right_answers, sit
from tests.support.postgres import FixedClock
from tests.support.service_work import CLIENT, Firm

NOW = FixedClock().now()
LATER = NOW + timedelta(minutes=20)
TEST = RecordRiskTest("T1", CLIENT, 65, False, "2023-02-01", "E1")
M003: dict[str, object] = {"manager_id": "M003", "key": ""}
HQ: dict[str, object] = {"branch_id": "HQ", "manager_id": "HQ01", "key": ""}
ADD = AddQuestion("N1", "适当性", QuestionKind.SINGLE, "题", ("一", "二"), ("B",), "2023-02-01", "")


async def attempt(firm: Firm, attempt_id: str, columns: str = "state") -> tuple[object, ...]:
    [row] = await firm.ask(f"SELECT {columns} FROM exam_attempt WHERE attempt_id = $1", attempt_id)
    return row


async def fail(firm: Firm, attempt_id: str, at: datetime, by: str = "M001") -> None:
    await sit(firm, attempt_id, by, at)
    await hand_in(firm, attempt_id, {}, by, at + timedelta(minutes=20))


async def test_who_fails_waits_and_who_passes_is_unlocked_at_once(firm: Firm) -> None:
    await firm.ask("DELETE FROM staff_certificate WHERE staff_id = 'M001'")
    assert await firm.code(await firm.do(TEST)) == "CERTIFICATE_MISSING"
    await fail(firm, "A1", NOW)
    assert await attempt(firm, "A1") == ("failed",)
    assert await firm.code(await sit(firm, "A2", "M001", LATER)) == "EXAM_WAIT"
    day = NOW + timedelta(days=1)
    assert await firm.code(await sit(firm, "A3", "M001", day)) == "applied"
    answers = await right_answers(firm, "A3")
    await hand_in(firm, "A3", answers, "M001", day + timedelta(minutes=30))
    state, points, most, topics = await attempt(firm, "A3", "state, points, most, topics")
    assert (state, points) == ("passed", most)
    assert set(msgspec.json.decode(cast(str, topics))) == {"适当性", "增值产品", "积分"}
    [(passed, valid, of)] = await firm.ask(
        "SELECT passed_on, valid_to, attempt_id FROM staff_certificate WHERE staff_id = 'M001'"
    )
    assert (passed, valid, of) == ("2023-02-02", "2025-02-02", "A3")
    assert await firm.code(await firm.do(TEST, at=day)) == "applied"
    told = await firm.ask(
        "SELECT action FROM audit_entry WHERE subject IN ('A1', 'A3') ORDER BY at"
    )
    assert told == [("exam.failed",), ("certificate.granted",)]


async def test_no_right_answer_leaves_central(firm: Firm) -> None:
    await sit(firm, "A1", "M001", NOW)
    (paper,) = await attempt(firm, "A1", "paper")
    asked = msgspec.json.decode(cast(str, paper))
    named = {"question_id", "topic", "kind", "text", "options", "points"}
    assert all(set(one) == named for one in asked)
    tables = await firm.ask("SELECT DISTINCT table_name FROM change_log")
    assert not {("question",), ("question_key",)} & set(tables)
    for role, person, branch in (
        ("manager", "M001", "B001"),
        ("branch_manager", "BM01", "B001"),
        ("adviser", "HQ01", "HQ"),
        ("call_centre", "CC01", "HQ"),
    ):
        for actor in (Actor(branch, person, role, APP_ROLE), at_work(branch, person, role)):
            async with acting(firm.engine, actor) as connection:
                found = await connection.exec_driver_sql("SELECT * FROM question_key")
                assert found.all() == []


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE exam_attempt SET state = 'passed' WHERE attempt_id = 'A1' RETURNING 1",
        "UPDATE staff_certificate SET valid_to = '2030-01-01' RETURNING 1",
        "UPDATE question SET until_day = '2023-02-01' RETURNING 1",
    ],
)
async def test_nobody_passes_himself_with_sql(firm: Firm, statement: str) -> None:
    await sit(firm, "A1", "M001", NOW)
    async with acting(firm.engine, at_work("B001", "M001", "manager")) as connection:
        assert (await connection.exec_driver_sql(statement)).all() == []


async def test_no_certificate_without_a_passed_exam(firm: Firm) -> None:
    forged = (
        "INSERT INTO staff_certificate (branch_id, staff_id, certificate, manager_id, attempt_id)"
        " VALUES ('B001', 'M001', 'forged', 'M001', 'A1')"
    )
    await sit(firm, "A1", "M001", NOW)
    for actor in (at_work("B001", "M001", "manager"), at_work("", "", "worker")):
        with pytest.raises(DBAPIError, match="row-level security"):
            async with acting(firm.engine, actor) as connection:
                await connection.exec_driver_sql(forged)


async def test_answers_given_in_time_count_also_when_they_come_a_day_later(firm: Firm) -> None:
    await sit(firm, "A1", "M001", NOW)
    answers = await right_answers(firm, "A1")
    came = NOW + timedelta(hours=24)
    await hand_in(firm, "A1", answers, "M001", came, "2023-02-01T10:29:00.000+08:00")
    assert await attempt(firm, "A1") == ("passed",)


async def test_answers_given_late_end_the_exam_without_a_certificate(firm: Firm) -> None:
    before = await firm.ask("SELECT valid_to FROM staff_certificate WHERE staff_id = 'M001'")
    await sit(firm, "A1", "M001", NOW)
    answers = await right_answers(firm, "A1")
    sent = await hand_in(firm, "A1", answers, "M001", NOW + timedelta(minutes=31))
    assert await firm.code(sent) == "applied"
    assert await attempt(firm, "A1", "state, points") == ("expired", 0)
    after = await firm.ask("SELECT valid_to FROM staff_certificate WHERE staff_id = 'M001'")
    assert before == after


async def test_a_worker_ends_what_cannot_arrive_any_more(firm: Firm) -> None:
    await sit(firm, "A1", "M001", NOW)
    last = NOW + timedelta(hours=24, minutes=30)
    assert await end_exams(firm.engine, FixedClock(last)) == 0
    assert await end_exams(firm.engine, FixedClock(last + timedelta(seconds=1))) == 1
    assert await attempt(firm, "A1") == ("expired",)
    sent = await hand_in(firm, "A1", {}, "M001", LATER)
    assert await firm.code(sent) == "EXAM_ENDED"


async def test_an_exam_is_sat_once_at_a_time_and_by_him_who_began_it(firm: Firm) -> None:
    await sit(firm, "A1", "M001", NOW)
    assert await firm.code(await sit(firm, "A2", "M001", NOW)) == "EXAM_RUNNING"
    assert await firm.code(await sit(firm, "A1", "M002", NOW)) == "DUPLICATE"
    assert await firm.code(await hand_in(firm, "A1", {}, "M002", LATER)) == "EXAM_NOT_FOUND"
    wrong = await hand_in(firm, "A1", {"X": ("A",)}, "M001", LATER)
    assert await firm.code(wrong) == "ANSWERS_INVALID"
    before = await hand_in(firm, "A1", {}, "M001", LATER, "2023-02-01T09:59:00.000+08:00")
    assert await firm.code(before) == "EXAM_CLOCK"


async def test_courses_come_first(firm: Firm) -> None:
    begin = BeginExam("A1", "program")
    await firm.ask("DELETE FROM staff_certificate WHERE staff_id = 'M003'")
    assert await firm.code(await firm.do(begin, "M003", **M003)) == "COURSE_NOT_COMPLETED"
    read = CompleteCourse("program")
    assert await firm.code(await firm.do(CompleteCourse("none"), "M003", **M003)) == (
        "COURSE_NOT_FOUND"
    )
    assert await firm.code(await firm.do(read, "M003", **M003)) == "applied"
    assert await firm.code(await firm.do(read, "M003", **M003)) == "DUPLICATE"
    assert await firm.code(await firm.do(begin, "M003", **M003)) == "applied"


async def test_a_firm_without_exams_says_so(firm: Firm) -> None:
    await firm.ask("DELETE FROM firm_setting WHERE name = 'training'")
    assert await firm.code(await sit(firm, "A1", "M001", NOW)) == "EXAM_NOT_CONFIGURED"


async def test_a_bank_that_is_too_small_says_of_what(firm: Firm) -> None:
    await firm.ask("UPDATE question SET until_day = '2023-01-31' WHERE topic = '积分'")
    sent = await sit(firm, "A1", "M001", NOW)
    assert await firm.code(sent) == "BANK_TOO_SMALL"


async def test_a_question_is_taken_in_when_compliance_agrees(firm: Firm) -> None:
    asked = await firm.do(ADD, "HQ01", **HQ)
    assert await firm.code(asked) == "applied"
    assert await firm.ask("SELECT 1 FROM question WHERE question_id = 'N1'") == []
    refused = await firm.decide(asked, by="BM01", key="")
    assert await firm.code(refused) == "APPROVAL_NOT_FOUND"
    assert await firm.code(await firm.decide(asked, by="CO01", key="")) == "applied"
    assert await firm.ask(
        "SELECT q.topic, k.answers FROM question q JOIN question_key k USING (question_id)"
        " WHERE question_id = 'N1'"
    ) == [("适当性", '["B"]')]
    retire = await firm.do(RetireQuestion("N1", "2023-02-01", "有误"), "HQ01", **HQ)
    assert await firm.code(await firm.decide(retire, by="CO01", key="")) == "applied"
    assert await firm.ask("SELECT until_day FROM question WHERE question_id = 'N1'") == [
        ("2023-02-01",)
    ]


async def test_what_is_asked_of_the_bank_is_seen_by_maker_and_checker_only(firm: Firm) -> None:
    await firm.do(ADD, "HQ01", **HQ)
    seen = set()
    for role, person, branch in (
        ("manager", "M001", "B001"),
        ("branch_manager", "BM01", "B001"),
        ("adviser", "HQ01", "HQ"),
        ("call_centre", "CC01", "HQ"),
        ("compliance", "CO01", "HQ"),
    ):
        async with acting(firm.engine, Actor(branch, person, role, APP_ROLE)) as connection:
            query = "SELECT kind FROM approval WHERE kind = 'training'"
            if (await connection.exec_driver_sql(query)).all():
                seen.add(role)
    assert seen == {"adviser", "compliance"}
    streams = await firm.ask(
        "SELECT DISTINCT stream FROM change_log WHERE row::text LIKE '%\"N1\"%'"
        " OR row::text LIKE '%N1:%'"
    )
    assert set(streams) <= {("HQ01",), ("queue:CO01",)}


@pytest.mark.parametrize(
    ("command", "by", "code"),
    [
        (ADD, "M001", "NOT_A_MAKER"),
        (msgspec.structs.replace(ADD, right=("C",)), "HQ01", "RIGHT_INVALID"),
        (msgspec.structs.replace(ADD, from_day="2023-01-31"), "HQ01", "QUESTION_DAYS"),
        (msgspec.structs.replace(ADD, question_id="SUIT-01"), "HQ01", "QUESTION_EXISTS"),
        (RetireQuestion("N9", "2023-02-01", "有误"), "HQ01", "QUESTION_NOT_FOUND"),
        (RetireQuestion("SUIT-01", "2023-02-01", " "), "HQ01", "REASON_MISSING"),
        (PublishCourse("program", "题", "文", "2023-02-01"), "HQ01", "COURSE_EXISTS"),
        (PublishCourse("new", " ", "文", "2023-02-01"), "HQ01", "COURSE_EMPTY"),
        (RevokeCertificate("B001", "M002", "suitability", "违规"), "BM01", "NOT_COMPLIANCE"),
        (RevokeCertificate("B001", "M002", "none", "违规"), "CO01", "CERTIFICATE_NOT_FOUND"),
    ],
)
async def test_what_may_not_be_asked(
    firm: Firm, command: AddQuestion | RetireQuestion | PublishCourse, by: str, code: str
) -> None:
    place = HQ if by == "HQ01" else {"key": ""}
    assert await firm.code(await firm.do(command, by, **place)) == code


async def test_a_course_goes_to_everybody_when_compliance_agrees(firm: Firm) -> None:
    asked = await firm.do(PublishCourse("new", "新课", "内容", "2023-02-03"), "HQ01", **HQ)
    await firm.decide(asked, by="CO01", key="")
    [(stream,)] = await firm.ask(
        "SELECT stream FROM change_log WHERE table_name = 'course' AND row->>'course_id' = 'new'"
    )
    assert stream == "*"
    early = await firm.do(CompleteCourse("new"), "M001", key="")
    assert await firm.code(early) == "COURSE_NOT_BEGUN"


async def test_compliance_revokes_and_a_new_exam_restores(firm: Firm) -> None:
    revoke = RevokeCertificate("B001", "M001", "suitability", "违规代客操作")
    assert await firm.code(await firm.do(revoke, "CO01", key="")) == "applied"
    assert await firm.code(await firm.do(revoke, "CO01", key="")) == "CERTIFICATE_REVOKED"
    assert await firm.code(await firm.do(TEST)) == "CERTIFICATE_REVOKED"
    [(body, stream)] = await firm.ask(
        "SELECT body, manager_id FROM task WHERE kind = 'certificate_revoked'"
    )
    assert "违规代客操作" in str(body) and stream == "M001"
    await sit(firm, "A1", "M001", NOW)
    await hand_in(firm, "A1", await right_answers(firm, "A1"), "M001", LATER)
    [(valid,)] = await firm.ask(
        "SELECT valid_to FROM staff_certificate WHERE staff_id = 'M001'"
        " AND certificate = 'suitability'"
    )
    assert valid == "2025-02-01"  # nothing of the revoked one is added
    assert await firm.code(await firm.do(TEST)) == "applied"
