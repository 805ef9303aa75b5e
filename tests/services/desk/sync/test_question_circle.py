"""Questions from desk to desk, through a real hub and worker: manager, branch, head office."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest
from sqlalchemy import Connection, Table, select

from models.errors import ExpectedFailure
from models.tables.firm import CONTACT, TASK
from models.tables.staff.questions import ADVISORY_QUESTION, QUESTION_QUEUE
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
from services.desk.service.service_desk import ServiceDesk
from services.desk.storage.queries.teams.questions import (
    AskedQuestion,
    read_citable,
    read_desk_queue,
    read_questions,
)
from services.desk.storage.rows import Row
from services.worker.overdue import lapse_questions
from tests.services.desk.sync.test_whole_circle import linked, nothing_open, stored, working
from tests.support.desk_data import Desk, open_desk
from tests.support.hub_desk import running_hub
from tests.support.postgres import FixedClock
from tests.support.service_work import CLIENT, Firm, open_firm

ID = "Q1"
ASK = AskQuestion(ID, CLIENT, "如何分散持仓", "持有贵州茅台较多")
RELAY = RelayAnswer(ID, "K-Q1", "phone", "2023-02-01T10:00:00.000+08:00")


@pytest.fixture
async def firm(demo_central: str) -> AsyncIterator[Firm]:
    """Without the demo's own questions; a report of a third party's beside the demo's."""
    async with open_firm(demo_central) as opened:
        await opened.ask("DELETE FROM question_queue")
        await opened.ask("DELETE FROM advisory_question")
        await opened.ask("SELECT lay_questions('', '')")
        await opened.ask(
            "INSERT INTO security_event (branch_id, event_id, manager_id, symbol, kind,"
            " happened_at, title, source) VALUES ('*', 'E-THEIRS', '*', '600519.SH', 'research',"
            " '2023-01-31T08:00:00.000+08:00', '深度报告', '独立研究机构(演示数据)')"
        )
        await opened.ask(  # whom head office serves (S14)
            "INSERT INTO subscription (branch_id, subscription_id, manager_id, client_id, product,"
            " state, starts_on) VALUES ('B001', 'E1', 'M001', $1, 'E', 'active', '2023-01-03')",
            CLIENT,
        )
        yield opened


@asynccontextmanager
async def desk_of(tmp_path: Path, staff_id: str, branch_id: str = "B001") -> AsyncIterator[Desk]:
    (tmp_path / staff_id).mkdir()
    async with open_desk(tmp_path / staff_id, branch_id=branch_id, staff_id=staff_id) as opened:
        yield opened


@pytest.fixture
async def desk(tmp_path: Path) -> AsyncIterator[Desk]:
    async with desk_of(tmp_path, "M001") as opened:
        yield opened


@pytest.fixture
async def chief(tmp_path: Path) -> AsyncIterator[Desk]:
    async with desk_of(tmp_path, "BM01") as opened:
        yield opened


@pytest.fixture
async def adviser(tmp_path: Path) -> AsyncIterator[Desk]:
    """Head office's desk."""
    async with desk_of(tmp_path, "HQ01", "HQ") as opened:
        yield opened


@asynccontextmanager
async def central(firm: Firm) -> AsyncIterator[int]:
    async with running_hub(firm.url) as port, working(firm.url):
        yield port


def service_of(desk: Desk) -> ServiceDesk:
    return ServiceDesk(store=desk.store, outbox=desk.outbox, clock=desk.clock)


async def code(desk: Desk, command: QuestionCommand) -> str:
    """Why the desk refuses; "" = it is queued."""
    try:
        await service_of(desk).send(command)
    except ExpectedFailure as failure:
        return failure.code
    return ""


async def rows(desk: Desk, table: Table) -> list[Row]:
    return await desk.store.read(
        lambda c: [dict(row) for row in c.execute(select(table)).mappings()]
    )


def stands(connection: Connection, state: str, table: Table = ADVISORY_QUESTION) -> bool:
    """Everything answered, and the question in this state."""
    found = connection.execute(select(table.c.state).where(table.c.question_id == ID)).scalar()
    return found == state and nothing_open(connection)


async def online(
    desk: Desk, port: int, staff_id: str, state: str, *commands: QuestionCommand
) -> None:
    """What was done offline goes up; then the question is as told."""
    table = QUESTION_QUEUE if staff_id == "HQ01" else ADVISORY_QUESTION
    async with linked(desk, port, staff_id):
        await stored(desk, nothing_open)
        for command in commands:
            assert await code(desk, command) == "", command
        await stored(desk, lambda c: stands(c, state, table))


async def question(desk: Desk) -> AskedQuestion:
    [found] = await desk.store.read(read_questions)
    return found


async def test_from_the_manager_over_the_branch_to_head_office_and_back(
    firm: Firm, desk: Desk, chief: Desk, adviser: Desk
) -> None:
    async with central(firm) as port:
        async with linked(desk, port):
            await stored(desk, nothing_open)
        assert await code(desk, ASK) == ""  # offline
        shown = await question(desk)
        assert (shown.row["state"], shown.row["due_at"], shown.is_pending) == ("open", "", True)
        await online(desk, port, "M001", "open")
        assert (await question(desk)).row["due_at"] == "2023-02-01T13:30:00.000+08:00"
        await online(chief, port, "BM01", "open", EscalateQuestion(ID, "须总部意见"))
        assert [row["question_id"] for row in await chief.store.read(read_desk_queue)] == []
        async with linked(adviser, port, "HQ01"):
            await stored(adviser, lambda c: stands(c, "open", QUESTION_QUEUE))
        [waits] = await adviser.store.read(read_desk_queue)
        assert (waits["client_id"], waits["tier"], waits["asked_by"]) == (CLIENT, "gold", "M001")
        assert [row["kind"] for row in await rows(adviser, TASK)] == ["question_waiting"]
        assert await code(adviser, AnswerQuestion(ID, "分三步")) == "QUESTION_STATE"
        assert await code(adviser, TakeQuestion(ID)) == ""  # offline, and answered at once
        theirs = AnswerQuestion(ID, "见研报", ("E-THEIRS",))
        assert await code(adviser, theirs) == "REPORT_NOT_LICENSED"
        citable = await adviser.store.read(lambda c: read_citable(c, "600519.SH"))
        ours = next(str(row["event_id"]) for row in citable if row["event_id"] != "E-THEIRS")
        assert await code(adviser, AnswerQuestion(ID, "分三步", (ours,))) == ""
        async with linked(adviser, port, "HQ01"):
            await stored(adviser, lambda c: nothing_open(c) and not read_desk_queue(c))
        await online(desk, port, "M001", "answered")
        told = await question(desk)
        assert [one.event_id for one in told.reports] == [ours]
        assert "HQ01" not in str(told.row["advice"])  # the client is never told who
        assert f"{told.reports[0].publisher} {told.reports[0].date}" in str(told.row["advice"])
        assert await code(desk, RELAY) == ""
        [contact] = [row for row in await rows(desk, CONTACT) if row["contact_id"] == "K-Q1"]
        assert (contact["summary"], contact["by_staff"]) == (told.row["advice"], "M001")
        await online(desk, port, "M001", "relayed")
        assert not (await question(desk)).is_open


async def test_what_central_would_refuse_never_leaves_the_desk(
    firm: Firm, desk: Desk, adviser: Desk
) -> None:
    async with central(firm) as port:
        await firm.do(ASK)
        await online(desk, port, "M001", "open")
        async with linked(adviser, port, "HQ01"):
            await stored(adviser, nothing_open)
    for command, reason in (
        (ASK, "DUPLICATE"),
        (AskQuestion("Q2", "", " ", "x"), "QUESTION_BLANK"),
        (AskQuestion("Q2", "C999999", "x", "x"), "CLIENT_NOT_FOUND"),
        (TakeQuestion(ID), "QUESTION_DESK"),
        (TakeQuestion("Q9"), "QUESTION_NOT_FOUND"),
        (AnswerQuestion(ID, "x"), "QUESTION_STATE"),
        (AnswerQuestion(ID, " "), "ANSWER_EMPTY"),
        (AnswerQuestion(ID, "x", ("E1", "E1")), "REPORT_TWICE"),
        (EscalateQuestion(ID, "x"), "QUESTION_DESK"),
        (HandBackQuestion(ID, "x"), "QUESTION_STATE"),
        (WithdrawQuestion(ID, " "), "REASON_MISSING"),
        (ReopenQuestion(ID, "x"), "QUESTION_STATE"),
        (RELAY, "QUESTION_STATE"),
        (RelayAnswer(ID, "K", "pigeon", RELAY.happened_at), "CONTACT_INVALID"),
    ):
        assert await code(desk, command) == reason, command
    assert await code(adviser, AskQuestion("Q2", "", "x", "x")) == "QUESTION_ROLE"
    assert await code(adviser, TakeQuestion(ID)) == "QUESTION_NOT_FOUND"
    assert await desk.store.read(nothing_open)


async def test_of_two_who_take_it_offline_the_later_is_told(
    firm: Firm, chief: Desk, tmp_path: Path
) -> None:
    await firm.ask("INSERT INTO staff (branch_id, staff_id, manager_id, name, role)"
        " VALUES ('B001', 'AD01', '*', '何问之', 'adviser')")  # fmt: skip
    await firm.ask(
        "INSERT INTO staff_credential (branch_id, staff_id, passphrase_hash)"
        " SELECT 'B001', 'AD01', passphrase_hash FROM staff_credential WHERE staff_id = 'BM01'"
    )
    async with central(firm) as port, desk_of(tmp_path, "AD01") as second:
        await firm.do(ASK)
        await online(chief, port, "BM01", "open")
        async with linked(second, port, "AD01"):  # an adviser of the branch's own
            await stored(second, lambda c: stands(c, "open", QUESTION_QUEUE))
        assert await code(chief, TakeQuestion(ID)) == ""
        assert await code(second, TakeQuestion(ID)) == ""
        await online(chief, port, "BM01", "taken")
        async with linked(second, port, "AD01"):
            await stored(second, lambda c: stands(c, "taken", QUESTION_QUEUE))
        [waits] = await second.store.read(read_desk_queue)
        assert waits["taken_by"] == "BM01"
        told = [row["body"] for row in await rows(second, TASK) if row["kind"] == "command_refused"]
        assert [str(body).partition("(")[0] for body in told] == ["咨询当前状态不允许该操作"]


async def test_the_clock_reaches_every_desk(firm: Firm, desk: Desk, adviser: Desk) -> None:
    async with central(firm) as port:
        await firm.do(ASK)
        await online(desk, port, "M001", "open")
        late = FixedClock(FixedClock().now().replace(hour=14))
        assert (await lapse_questions(firm.engine, late))[0] == 1
        async with linked(adviser, port, "HQ01"):
            await stored(adviser, lambda c: stands(c, "open", QUESTION_QUEUE))
        async with linked(desk, port):
            await stored(
                desk, lambda c: any(q.row["desk"] == "head_office" for q in read_questions(c))
            )
    shown = await question(desk)
    assert (shown.row["escalated_by"], shown.row["taken_by"]) == ("clock", "")


async def test_the_demo_shows_something_to_every_post(
    demo_central: str, desk: Desk, chief: Desk, adviser: Desk
) -> None:
    async with running_hub(demo_central) as port:
        for one, staff_id in ((desk, "M001"), (chief, "BM01"), (adviser, "HQ01")):
            async with linked(one, port, staff_id):
                await stored(one, nothing_open)
    asked = await desk.store.read(read_questions)
    assert {(one.row["state"], one.row["desk"]) for one in asked} == {
        ("open", "branch"),
        ("open", "head_office"),
        ("answered", "branch"),
    }
    assert [row["desk"] for row in await chief.store.read(read_desk_queue)] == ["branch"]
    assert [row["desk"] for row in await adviser.store.read(read_desk_queue)] == ["head_office"]
