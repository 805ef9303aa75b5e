"""Questions to the advisory network: branch, head office, client; by hand and by the clock."""

from collections.abc import AsyncIterator
from datetime import timedelta

import asyncpg
import pytest

from models.wire.commands import Envelope
from models.wire.service.teams.questions import (
    AnswerQuestion,
    AskQuestion,
    EscalateQuestion,
    HandBackQuestion,
    QuestionCommand,
    RelayAnswer,
    ReopenQuestion,
    TakeQuestion,
    WithdrawQuestion,
)
from services.worker.overdue import lapse_questions
from tests.services.central.test_row_security import Sql, connection, sql, work_sql
from tests.support.postgres import FixedClock
from tests.support.service_work import CLIENT, Firm

__all__ = ["connection", "sql", "work_sql"]

ID = "Q1"
NOW = FixedClock().now()
ASK = AskQuestion(ID, CLIENT, "如何分散持仓", "持有贵州茅台较多")
RELAY = RelayAnswer(ID, "K-Q1", "phone", "2023-02-01T11:00:00.000+08:00")
OURS, THEIRS = "E-OURS", "E-THEIRS"
QUEUE = "SELECT adviser, branch_id, state, taken_by FROM question_queue WHERE question_id = 'Q1'"
TASKS = (
    "SELECT manager_id, kind, title FROM task WHERE about = 'Q1' AND kind ~ '^question'"
    " ORDER BY manager_id, title"
)


@pytest.fixture(autouse=True)
async def reports(firm: Firm) -> AsyncIterator[None]:
    """A report of the firm's own, one of a third party; a gold client with product E (S14)."""
    await firm.ask(
        "INSERT INTO subscription (branch_id, subscription_id, manager_id, client_id, product,"
        " state, starts_on) VALUES ('B001', 'E1', 'M001', $1, 'E', 'active', '2023-01-03')",
        CLIENT,
    )
    for event_id, publisher in ((OURS, "公司研究所(演示数据)"), (THEIRS, "独立研究机构(演示数据)")):
        await firm.ask(
            "INSERT INTO security_event (branch_id, event_id, manager_id, symbol, kind,"
            " happened_at, title, source) VALUES ('*', $1, '*', '600519.SH', 'research',"
            " '2023-01-31T08:00:00.000+08:00', '深度报告', $2)",
            event_id,
            publisher,
        )
    yield


async def do(firm: Firm, command: QuestionCommand, by: str = "M001", **told: object) -> Envelope:
    own = {"branch_id": "HQ"} if by == "HQ01" else {}
    return await firm.do(command, by, **({"manager_id": by} | own | told))


async def code(firm: Firm, command: QuestionCommand, by: str = "M001", **told: object) -> str:
    return await firm.code(await do(firm, command, by, **told))


async def asked(firm: Firm, *names: str) -> tuple[object, ...]:
    """Columns of the question."""
    query = f"SELECT {', '.join(names)} FROM advisory_question WHERE question_id = 'Q1'"
    [row] = await firm.ask(query)
    return row


async def at_head_office(firm: Firm) -> None:
    await do(firm, ASK)
    assert await code(firm, EscalateQuestion(ID, "须总部意见"), "BM01") == "applied"
    assert await code(firm, TakeQuestion(ID), "HQ01") == "applied"


async def test_a_branch_answers_and_the_client_is_told(firm: Firm) -> None:
    assert await code(firm, ASK) == "applied"
    assert await asked(firm, "state", "desk", "due_at") == (
        "open", "branch", "2023-02-01T13:30:00.000+08:00",
    )  # fmt: skip
    assert await firm.ask(TASKS) == [("BM01", "question_waiting", "待受理咨询:如何分散持仓")]
    assert await code(firm, TakeQuestion(ID), "BM01") == "applied"
    assert await code(firm, AnswerQuestion(ID, "分三步减持", (OURS,)), "BM01") == "applied"
    advice = "分三步减持\n依据:公司研究所(演示数据) 2023-01-31《深度报告》"
    assert await asked(firm, "state", "advice", "answered_by") == ("answered", advice, "BM01")
    told = await firm.ask(
        "SELECT manager_id, client_id, body FROM task WHERE kind = 'question_answered'"
    )
    assert told == [("M001", CLIENT, advice)]
    assert await code(firm, RELAY) == "applied"
    contact = "SELECT client_id, by_staff, summary FROM contact WHERE contact_id = 'K-Q1'"
    assert await firm.ask(contact) == [(CLIENT, "M001", advice)]
    timeline = "SELECT title, author FROM timeline WHERE kind = 'question' AND client_id = $1"
    assert set(await firm.ask(timeline, CLIENT)) >= {
        ("提出咨询:如何分散持仓", "M001"),
        ("咨询已答复:如何分散持仓", "BM01"),
        ("答复已转告客户:如何分散持仓", "M001"),
    }


async def test_head_office_answers_what_was_passed_on(firm: Firm) -> None:
    await at_head_office(firm)
    assert await firm.ask(QUEUE) == [("HQ01", "HQ", "taken", "HQ01")]
    assert await code(firm, AnswerQuestion(ID, "分三步减持"), "HQ01") == "applied"
    assert await firm.ask(QUEUE) == []
    assert await asked(firm, "state", "answered_by", "escalated_by") == ("answered", "HQ01", "BM01")
    chains = "SELECT chain FROM audit_entry WHERE action = 'answer_question'"
    assert await firm.ask(chains) == [("HQ01",)]
    author = (
        "SELECT manager_id, author FROM timeline WHERE title ~ '^咨询已答复' AND client_id = $1"
    )
    assert ("M001", "HQ01") in await firm.ask(author, CLIENT)


@pytest.mark.parametrize(
    ("tier", "report", "outcome"),
    [("gold", THEIRS, "REPORT_NOT_LICENSED"), ("platinum", THEIRS, "applied"),
     ("gold", OURS, "applied"), ("gold", "E-NONE", "REPORT_NOT_FOUND")],
)  # fmt: skip
async def test_an_answer_cites_what_the_client_may_read(
    firm: Firm, tier: str, report: str, outcome: str
) -> None:
    await firm.ask("UPDATE client SET tier = $2 WHERE client_id = $1", CLIENT, tier)
    await at_head_office(firm)
    assert await code(firm, AnswerQuestion(ID, "见研报", (report,)), "HQ01") == outcome


async def test_what_is_refused_changes_nothing(firm: Firm) -> None:
    await do(firm, ASK)
    assert await code(firm, ASK) == "DUPLICATE"
    assert await code(firm, AskQuestion("Q2", "", " ", "x")) == "QUESTION_BLANK"
    assert await code(firm, AskQuestion("Q2", "", "x", "x"), "HQ01") == "QUESTION_ROLE"
    assert await code(firm, TakeQuestion(ID), "HQ01") == "QUESTION_NOT_FOUND"  # not passed on
    assert await code(firm, TakeQuestion(ID), "M002") == "QUESTION_NOT_FOUND"
    assert await code(firm, TakeQuestion(ID)) == "QUESTION_DESK"
    assert await code(firm, AnswerQuestion(ID, "x"), "BM01") == "QUESTION_STATE"
    await do(firm, TakeQuestion(ID), "BM01")
    assert await code(firm, AnswerQuestion(ID, "保本"), "BM01") == "PROMISE_OF_RETURN"
    assert await code(firm, HandBackQuestion(ID, " "), "BM01") == "REASON_MISSING"
    assert await code(firm, TakeQuestion(ID), "BM01", expected_version=1) == "VERSION_CONFLICT"
    assert await asked(firm, "state", "version") == ("taken", 2)


async def test_without_hours_nothing_is_asked(firm: Firm) -> None:
    await firm.ask("DELETE FROM firm_setting WHERE name = 'questions'")
    assert await code(firm, ASK) == "QUESTIONS_NOT_CONFIGURED"


async def test_handed_back_withdrawn_and_opened_again(firm: Firm) -> None:
    await at_head_office(firm)
    assert await code(firm, HandBackQuestion(ID, "非本组"), "HQ01") == "applied"
    assert await asked(firm, "state", "desk", "taken_by") == ("open", "head_office", "")
    await do(firm, TakeQuestion(ID), "HQ01")
    await do(firm, AnswerQuestion(ID, "分三步减持"), "HQ01")
    later = NOW + timedelta(hours=5)
    assert await code(firm, ReopenQuestion(ID, "客户另有持仓"), at=later) == "applied"
    assert await asked(firm, "state", "note", "due_at", "answer") == (
        "open", "客户另有持仓", "2023-02-02T11:00:00.000+08:00", "分三步减持",
    )  # fmt: skip
    await do(firm, TakeQuestion(ID), "HQ01")
    assert await code(firm, WithdrawQuestion(ID, "不再需要")) == "applied"
    assert ("HQ01", "question_waiting", "咨询已撤回:如何分散持仓") in await firm.ask(TASKS)
    assert await firm.ask(QUEUE) == []
    assert await code(firm, ReopenQuestion(ID, "又要了")) == "QUESTION_STATE"


async def hire(firm: Firm, *people: tuple[str, str]) -> None:
    """More advisers: staff id and branch."""
    for person, branch in people:
        await firm.ask(
            "INSERT INTO staff (branch_id, staff_id, manager_id, name, role)"
            " VALUES ($2, $1, '*', $1, 'adviser')",
            person,
            branch,
        )


NOTICES = (
    "SELECT manager_id, state, note FROM task WHERE about = 'Q1' AND kind = 'question_waiting'"
    " ORDER BY manager_id, due_at, task_id"
)


async def test_what_one_takes_is_no_longer_before_the_others(firm: Firm) -> None:
    await hire(firm, ("AD01", "B001"), ("HQ02", "HQ"))
    await do(firm, ASK)
    assert await firm.ask(NOTICES) == [("AD01", "open", ""), ("BM01", "open", "")]
    await do(firm, TakeQuestion(ID), "BM01")
    by_branch = [("AD01", "dismissed", "已受理(BM01)"), ("BM01", "done", "已受理(BM01)")]
    assert await firm.ask(NOTICES) == by_branch
    await do(firm, EscalateQuestion(ID, "须总部意见"), "BM01")
    assert await firm.ask(NOTICES) == [*by_branch, ("HQ01", "open", ""), ("HQ02", "open", "")]
    await do(firm, TakeQuestion(ID), "HQ01")
    told = [(row[0], row[1]) for row in await firm.ask(NOTICES)]
    assert told[2:] == [("HQ01", "done"), ("HQ02", "dismissed")]


async def test_what_is_over_leaves_no_notice(firm: Firm) -> None:
    waiting = NOTICES.replace("ORDER BY", "AND state = 'open' ORDER BY")
    await do(firm, ASK)
    assert await lapse(firm, 4) == 1  # passed on: the branch need not look any more
    assert [row[0] for row in await firm.ask(waiting)] == ["HQ01"]
    assert await lapse(firm, 25) == 1  # overdue there: its manager is told
    assert [row[0] for row in await firm.ask(waiting)] == ["HQ01", "M001"]
    await do(firm, TakeQuestion(ID), "HQ01")
    await do(firm, AnswerQuestion(ID, "分三步减持"), "HQ01")
    assert await firm.ask(waiting) == []
    answered = "SELECT state FROM task WHERE about = 'Q1' AND kind = 'question_answered'"
    assert await firm.ask(answered) == [("open",)]
    await do(firm, RELAY)
    assert await firm.ask(answered) == [("done",)]
    await do(firm, ReopenQuestion(ID, "再问"))
    await do(firm, WithdrawQuestion(ID, "不再需要"))
    assert await firm.ask(waiting) == []


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        ("UPDATE client SET tier = 'silver' WHERE client_id = 'C000001'", "QUESTION_NOT_SERVED"),
        ("UPDATE subscription SET ends_on = '2023-01-31' WHERE subscription_id = 'E1'",
         "QUESTION_NOT_SERVED"),
        ("UPDATE subscription SET starts_on = '2023-02-02' WHERE subscription_id = 'E1'",
         "QUESTION_NOT_SERVED"),
        ("UPDATE subscription SET product = 'A' WHERE subscription_id = 'E1'", "applied"),
    ],
)  # fmt: skip
async def test_head_office_serves_gold_and_platinum_with_a_product(
    firm: Firm, change: str, reason: str
) -> None:
    await firm.ask(change)
    await do(firm, ASK)
    assert await code(firm, EscalateQuestion(ID, "须总部意见"), "BM01") == reason
    assert await lapse(firm, 4) == (1 if reason != "applied" else 0)
    desk = "head_office" if reason == "applied" else "branch"
    assert await asked(firm, "desk") == (desk,)  # the clock passes on nobody else either


async def test_who_is_served_no_more_is_answered_by_his_branch_when_he_asks_again(
    firm: Firm,
) -> None:
    await at_head_office(firm)
    await firm.ask("UPDATE subscription SET ends_on = '2023-01-31' WHERE subscription_id = 'E1'")
    assert await code(firm, AnswerQuestion(ID, "分三步减持"), "HQ01") == "applied"  # was accepted
    assert await code(firm, ReopenQuestion(ID, "再问")) == "applied"
    assert await asked(firm, "desk", "state") == ("branch", "open")
    assert await firm.ask(QUEUE) == []


async def test_an_adviser_of_another_branch_is_not_head_office(firm: Firm, sql: Sql) -> None:
    await hire(firm, ("AD02", "B002"))
    await firm.ask(
        "INSERT INTO staff (branch_id, staff_id, manager_id, name, role)"
        " VALUES ('B002', 'M900', '*', '外部', 'manager')"
    )
    await do(firm, ASK)
    await do(firm, EscalateQuestion(ID, "须总部意见"), "BM01")
    assert [row[0] for row in await firm.ask(QUEUE)] == ["HQ01"]
    assert "AD02" not in {row[0] for row in await firm.ask(NOTICES)}
    assert await sql("adviser", "AD02", "B002", SEEN) == []
    taken = await do(firm, TakeQuestion(ID), "AD02", branch_id="B002")
    assert await firm.code(taken) == "QUESTION_NOT_FOUND"


async def lapse(firm: Firm, hours: float) -> int:
    """What the worker does so many hours later, to questions of this test."""
    await firm.ask("UPDATE advisory_question SET due_at = '' WHERE question_id <> 'Q1'")
    lapsed, _ = await lapse_questions(firm.engine, FixedClock(NOW + timedelta(hours=hours)))
    return lapsed


async def test_the_clock_passes_on_and_then_marks(firm: Firm) -> None:
    await do(firm, ASK)
    await do(firm, TakeQuestion(ID), "BM01")
    assert await lapse(firm, 3.4) == 0
    assert await lapse(firm, 4) == 1  # 14:00: since 13:30 the branch's two hours are over
    assert await asked(firm, "desk", "state", "taken_by", "escalated_by", "due_at") == (
        "head_office", "open", "", "clock", "2023-02-02T10:00:00.000+08:00",
    )  # fmt: skip
    assert ("HQ01", "question_waiting", "营业部超时,咨询转总部:如何分散持仓") in await firm.ask(
        TASKS
    )
    assert await lapse(firm, 20) == 0
    assert await lapse(firm, 25) == 1
    assert await asked(firm, "overdue_at") == ("2023-02-02T11:00:00.000+08:00",)
    assert await lapse(firm, 30) == 0  # once
    assert ("M001", "question_waiting", "咨询超时未答复:如何分散持仓") in await firm.ask(TASKS)
    audit = "SELECT action, subject FROM audit_entry WHERE action ~ '^question' ORDER BY 1"
    assert await firm.ask(audit) == [("question.escalated", CLIENT), ("question.overdue", CLIENT)]
    assert await code(firm, TakeQuestion(ID), "HQ01") == "applied"  # late is better than never


async def test_where_nobody_is_set_over_it_the_branchs_question_is_marked(firm: Firm) -> None:
    await do(firm, ASK)
    await firm.ask("DELETE FROM firm_setting WHERE name = 'questions'")
    assert await lapse(firm, 4) == 1
    assert await asked(firm, "desk", "overdue_at") == ("branch", "2023-02-01T14:00:00.000+08:00")


async def test_a_general_question_is_on_no_client(firm: Firm) -> None:
    general = AskQuestion(ID, "", "新股申购规则", "哪些账户可以申购")
    assert await code(firm, general, key=ID) == "applied"
    await do(firm, TakeQuestion(ID), "BM01", key=ID)
    assert await code(firm, AnswerQuestion(ID, "见规则", (THEIRS,)), "BM01", key=ID) == "applied"
    assert await code(firm, RELAY, key=ID) == "QUESTION_NO_CLIENT"
    assert await firm.ask("SELECT count(*) FROM timeline WHERE about = 'Q1'") == [(0,)]


async def test_a_question_goes_with_its_client(firm: Firm) -> None:
    """As a hand-over moves it: the new manager has it, the former one sees it no more."""
    await at_head_office(firm)
    await firm.ask("UPDATE client SET manager_id = 'M002' WHERE client_id = $1", CLIENT)
    await firm.ask("UPDATE advisory_question SET manager_id = 'M002' WHERE question_id = 'Q1'")
    assert await code(firm, AnswerQuestion(ID, "分三步减持"), "HQ01") == "applied"
    told = "SELECT manager_id FROM task WHERE kind = 'question_answered'"
    assert await firm.ask(told) == [("M002",)]
    assert await code(firm, ReopenQuestion(ID, "x"), "M001") == "QUESTION_NOT_FOUND"
    assert await code(firm, RELAY, "M002") == "applied"


SEEN = "SELECT question_id FROM advisory_question WHERE question_id IN ('Q1', 'Q2')"


async def test_each_sees_what_is_his_to_see(firm: Firm, sql: Sql) -> None:
    await do(firm, ASK)
    seen = {
        "M001": ("manager", "B001"), "M002": ("manager", "B001"),
        "BM01": ("branch_manager", "B001"),
        "HQ01": ("adviser", "HQ"), "CC01": ("call_centre", "HQ"), "CO01": ("compliance", "HQ"),
    }  # fmt: skip

    async def who() -> set[str]:
        return {one for one, (role, at) in seen.items() if await sql(role, one, at, SEEN)}

    assert await who() == {"M001", "BM01", "CO01"}
    await do(firm, EscalateQuestion(ID, "须总部意见"), "BM01")
    assert await who() == {"M001", "BM01", "HQ01", "CO01"}
    queue = "SELECT question_id FROM question_queue WHERE question_id = 'Q1'"
    assert await sql("adviser", "HQ01", "HQ", queue) == [("Q1",)]
    assert await sql("adviser", "HQ02", "HQ", queue) == []
    assert await sql("compliance", "CO01", "HQ", queue) == []


@pytest.mark.parametrize(
    ("role", "person", "branch", "statement"),
    [
        ("adviser", "HQ01", "HQ", "UPDATE advisory_question SET state = 'answered', answer = 'x',"
         " taken_by = 'HQ01', answered_by = 'HQ02' WHERE question_id = 'Q1'"),
        ("manager", "M001", "B001", "UPDATE advisory_question SET state = 'answered', answer = 'x',"
         " answered_by = 'HQ01' WHERE question_id = 'Q1'"),
        ("manager", "M001", "B001", "UPDATE advisory_question SET title = 'x'"),
        ("manager", "M001", "B001", "DELETE FROM advisory_question"),
        ("manager", "M001", "B001", "INSERT INTO question_queue (branch_id, question_branch,"
         " question_id, adviser) VALUES ('HQ', 'B001', 'Q1', 'M001')"),
        ("manager", "M001", "B001", "INSERT INTO advisory_question (branch_id, question_id,"
         " manager_id, asked_by, state, desk) VALUES ('B001', 'Q9', 'M002', 'M001', 'open',"
         " 'branch')"),
    ],
)  # fmt: skip
async def test_an_answer_cannot_be_forged(
    firm: Firm, work_sql: Sql, role: str, person: str, branch: str, statement: str
) -> None:
    await at_head_office(firm)
    with pytest.raises((asyncpg.InsufficientPrivilegeError, asyncpg.CheckViolationError)):
        await work_sql(role, person, branch, statement)
