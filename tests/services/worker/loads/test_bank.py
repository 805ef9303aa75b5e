"""A file of questions or courses: every line judged, what is new asked for as one approval."""

from datetime import date
from typing import cast

import msgspec
import pytest

from models.errors import ExpectedFailure
from models.wire.service.training import LoadBank, NewQuestion
from services.central.session import Actor, acting
from services.files.bank import read_bank
from services.files.table import read_table
from services.worker.loads.bank import BankReport, judge_bank_file
from tests.support.service_work import Firm

DAY = date(2023, 2, 1)
HEAD = "question_id,topic,kind,text,options,right,source"
KNOWN = "SUIT-02,适当性,single,客户风险测评的有效期是?,一年|两年|三年|五年,{right},§ 2.10"
FRESH = "N-{n},积分,single,第 {n} 题?,甲|乙,B,S8"
ADVISER = Actor("HQ", "HQ01", "adviser")


async def judged(firm: Firm, *lines: str, head: str = HEAD) -> BankReport:
    """What becomes of a file, as head office's adviser sees it."""
    table = read_table("q.csv", "\n".join((head, *lines)).encode())
    async with acting(firm.engine, ADVISER) as connection:
        return await judge_bank_file(connection, read_bank(table), DAY)


def asked(report: BankReport) -> LoadBank:
    """The request for what is new."""
    day = DAY.isoformat()
    return LoadBank("LB1", "q.csv", "hash", day, report.courses, report.questions)


async def test_every_line_is_added_known_or_rejected_with_its_reason(firm: Firm) -> None:
    report = await judged(
        firm,
        FRESH.format(n=1),
        KNOWN.format(right="B"),
        KNOWN.format(right="B").replace("有效期", "期限").replace("SUIT-02", "SUIT-01"),
        "N-2,积分,multiple,选两项,甲|乙,A,S8",
        "N-3,积分,oracle,不认识,甲|乙,A,S8",
        FRESH.format(n=1),
        "N-4,积分,single",
        "",
        "N-5,积分,single,题,甲,A,S8",
    )
    assert [one.question_id for one in report.questions] == ["N-1"]
    assert (report.read, report.known) == (8, 1)
    assert {fault.line: fault.reason for fault in report.faults} == {
        4: "QUESTION_EXISTS",
        5: "RIGHT_INVALID",
        6: "KIND_UNKNOWN",
        7: "TWICE_IN_FILE",
        8: "COLUMNS",
        10: "OPTIONS_INVALID",
    }


@pytest.mark.parametrize("right", ["A", "B", "C", "D"])
async def test_a_known_question_does_not_tell_whether_an_answer_is_right(
    firm: Firm, right: str
) -> None:
    report = await judged(firm, KNOWN.format(right=right))
    assert (report.known, report.faults) == (1, ())


async def test_courses_are_told_apart_by_the_header(firm: Firm) -> None:
    report = await judged(
        firm, "new,新课,内容", "suitability,改名,别的内容", "empty,,", head="course_id,title,body"
    )
    assert [one.course_id for one in report.courses] == ["new"]
    assert {fault.reason for fault in report.faults} == {"COURSE_EXISTS", "COURSE_EMPTY"}


def test_another_header_is_refused() -> None:
    with pytest.raises(ExpectedFailure) as refused:
        read_bank(read_table("q.csv", b"a,b\n1,2\n"))
    assert refused.value.code == "BANK_HEADER"


async def test_a_file_is_one_approval_and_its_answers_are_in_no_stream(firm: Firm) -> None:
    report = await judged(firm, *(FRESH.format(n=n) for n in range(1, 4)))
    request = await firm.do(asked(report), "HQ01", key="", branch_id="HQ", manager_id="HQ01")
    assert await firm.code(request) == "applied"
    [(title, after)] = await firm.ask("SELECT title, after FROM approval WHERE kind = 'training'")
    told = msgspec.json.decode(cast(str, after))
    assert title == "题库载入 q.csv(题目 3、课程 0)"
    assert [one["question_id"] for one in told["questions"]] == ["N-1", "N-2", "N-3"]
    logged = await firm.ask("SELECT row::text FROM change_log WHERE row IS NOT NULL")
    assert all("right" not in str(row) for (row,) in logged)
    assert await firm.ask("SELECT FROM question WHERE question_id LIKE 'N-%'") == []
    own = await firm.decide(request, by="HQ01", key="", branch_id="HQ", manager_id="HQ01")
    assert await firm.code(own) in ("MAKER_IS_CHECKER", "NOT_A_CHECKER")
    await firm.decide(request, by="CO01", key="")
    rows = await firm.ask(
        "SELECT question_id, answers, q.approval_id FROM question q JOIN question_key k"
        " USING (branch_id, question_id) WHERE question_id LIKE 'N-%' ORDER BY 1"
    )
    assert rows == [(f"N-{n}", '["B"]', request.command_id) for n in range(1, 4)]


async def test_a_question_that_came_meanwhile_refuses_the_whole(firm: Firm) -> None:
    report = await judged(firm, FRESH.format(n=1), FRESH.format(n=2))
    one = await firm.do(asked(report), "HQ01", key="", branch_id="HQ", manager_id="HQ01")
    two = await firm.do(asked(report), "HQ01", key="", branch_id="HQ", manager_id="HQ01")
    await firm.decide(one, by="CO01", key="")
    assert await firm.code(await firm.decide(two, by="CO01", key="")) == "APPROVAL_STALE"
    [(count,)] = await firm.ask("SELECT count(*) FROM question WHERE question_id LIKE 'N-%'")
    assert count == 2


async def test_only_head_office_may_ask_and_not_for_nothing(firm: Firm) -> None:
    report = await judged(firm, FRESH.format(n=1))
    by_manager = await firm.do(asked(report), key="")
    assert await firm.code(by_manager) == "NOT_A_MAKER"
    nothing = LoadBank("LB2", "q.csv", "hash", DAY.isoformat(), (), ())
    empty = await firm.do(nothing, "HQ01", key="", branch_id="HQ", manager_id="HQ01")
    assert await firm.code(empty) == "BANK_NOTHING_NEW"
    [question] = report.questions
    twice = LoadBank("LB3", "q.csv", "hash", DAY.isoformat(), (), (question, question))
    sent = await firm.do(twice, "HQ01", key="", branch_id="HQ", manager_id="HQ01")
    assert await firm.code(sent) == "BANK_TWICE"
    assert isinstance(question, NewQuestion)


async def test_who_asked_in_vain_sees_his_task_by_his_own_rights(firm: Firm) -> None:
    report = await judged(firm, FRESH.format(n=1))
    sent = await firm.do(asked(report), "HQ01", key="", branch_id="HQ", manager_id="HQ01")
    await firm.decide(sent, "refuse", by="CO01", key="")
    async with acting(firm.engine, ADVISER) as connection:
        found = await connection.exec_driver_sql("SELECT task_id FROM task WHERE branch_id = 'HQ'")
        assert [row.task_id for row in found] == [f"approval-{sent.command_id}"]
