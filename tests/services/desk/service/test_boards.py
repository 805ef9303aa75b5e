"""What a desk shows of questions, calls and fees, and what it judges of calls before asking."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from models.lives.teams.call import CallOutcome
from models.wire.hub import SignedIn
from models.wire.service.teams.calls import CallCommand, FinishCall, TakeCallBack, TakeNextCall
from models.wire.service.teams.questions import EscalateQuestion, TakeQuestion
from services.desk.board.fees import FeeBook
from services.desk.service.teams.call_board import CallBoard
from services.desk.service.teams.question_board import QuestionBoard
from services.desk.service.teams.screen_pop import ScreenPops
from services.desk.storage.person import keep_person
from services.desk.storage.rows import Row
from services.desk.sync.hub_client import SignInFacts
from services.rules.loader import load_profile
from tests.services.desk.service.test_service_desk import code, setting
from tests.support.desk_data import Desk, a_client, a_row, open_desk
from tests.support.trusting import PLAIN

AGENT = SignedIn("HQ", "CC01", "江一帆", "call_centre", ("CC01", "*"), "postgresql", "26")
HEAD = SignedIn("B1", "BM01", "周启明", "branch_manager", ("M001", "*"), "postgresql", "26")
FACTS = SignInFacts(("ws://127.0.0.1:1",), "CC01", "x", "desk", trust=PLAIN)


def a_call(call_id: str, **told: str | int | None) -> tuple[str, Row]:
    usual: Row = {
        "branch_id": "HQ", "call_id": call_id, "channel": "call_centre", "caller": "139****0001",
        "match": "unknown", "client_id": None, "offered_at": f"2023-02-01T09:0{call_id[1]}:00",
        "state": "waiting",
    }  # fmt: skip
    return "service_call", a_row("service_call", **(usual | told))


CALLS = (
    a_call("K1"),
    a_call("K2", channel="dedicated_line", rank=2, client_id="C1"),
    a_call("K3", state="abandoned"),
    a_call("K4", state="abandoned", client_id="C1"),
    a_call("K5", state="done", outcome="complaint", taken_by="CC02"),
    a_call("K6", state="done", outcome="resolved", taken_by="CC02"),
)


@pytest.fixture
async def desk(tmp_path: Path) -> AsyncIterator[Desk]:
    settings = [setting(name, value) for name, value in load_profile(None).document.items()]
    async with open_desk(tmp_path, branch_id="HQ", staff_id="CC01") as opened:
        await opened.receive(*CALLS, stream="branch:HQ")
        await opened.receive(*settings, stream="*")
        await opened.store.write(lambda c: keep_person(c, AGENT))
        yield opened


def board(desk: Desk) -> CallBoard:
    return CallBoard(store=desk.store, staff_id="CC01", screens=ScreenPops(FACTS))


def names(rows: tuple[Row, ...]) -> list[object]:
    return [row["call_id"] for row in rows]


async def test_an_agent_sees_who_waits_and_whom_to_call_back(desk: Desk) -> None:
    shown = board(desk)
    assert names(await shown.queue()) == ["K2", "K1"]
    assert names(await shown.queue("call_centre")) == ["K1"]
    assert names(await shown.call_backs()) == ["K3", "K5"]
    assert await code(desk, TakeCallBack("K3")) == ""
    assert names(await shown.in_hand()) == ["K3"]  # at once, before central has answered
    assert names(await shown.call_backs()) == ["K5"]
    assert await code(desk, TakeNextCall()) == "CALL_IN_HAND"
    assert await code(desk, FinishCall("K3", CallOutcome.CALL_BACK, "未接通")) == ""
    assert names(await shown.call_backs()) == ["K3", "K5"]


@pytest.mark.parametrize(
    ("command", "reason"),
    [
        (TakeNextCall(), ""),
        (TakeNextCall("dedicated_line"), "CALL_LINE_OTHERS"),
        (TakeCallBack("K4"), "CALL_NOT_TO_CALL_BACK"),
        (TakeCallBack("K6"), "CALL_NOT_TO_CALL_BACK"),
        (TakeCallBack("K9"), "CALL_NOT_FOUND"),
    ],
)
async def test_a_command_of_an_agent_is_judged_before_it_is_queued(
    desk: Desk, command: CallCommand, reason: str
) -> None:
    staff = {"call_centre": ["CC01"], "dedicated_line": ["CC02"]}
    calls = load_profile(None).document["calls"]
    assert isinstance(calls, dict)
    await desk.receive(
        setting("calls", calls | {"staff": staff}, "2023-01-02"),
        stream="*",
        after=len(load_profile(None).document),
    )
    assert await code(desk, command) == reason


async def test_where_nobody_is_named_for_the_lines_nothing_is_asked_for(desk: Desk) -> None:
    calls = load_profile(None).document["calls"]
    assert isinstance(calls, dict)
    bare = {name: value for name, value in calls.items() if name != "staff"}
    await desk.receive(
        setting("calls", bare, "2023-01-02"), stream="*", after=len(load_profile(None).document)
    )
    assert await code(desk, TakeNextCall()) == "CALL_STAFF_NOT_CONFIGURED"


async def test_questions_and_fees_are_read_from_the_store(tmp_path: Path) -> None:
    question = a_row(
        "advisory_question", question_id="Q1", client_id="C1", title="如何分散持仓", desk="branch",
        state="open", asked_by="M001", due_at="2023-02-01T11:00:00",
    )  # fmt: skip
    notice = a_row(
        "task", task_id="T1", manager_id="BM01", kind="question_waiting", about="Q1", state="open",
        client_id=None,
    )  # fmt: skip
    fee = a_row("product_fee", fee_id="F1", client_id="C1", product="D", kind="fee")
    settings = [setting(name, value) for name, value in load_profile(None).document.items()]
    async with open_desk(tmp_path, branch_id="B1", staff_id="BM01") as desk:
        await desk.receive(
            ("client", a_client("C1", tier="gold")), ("advisory_question", question),
            ("task", notice), ("product_fee", fee),
        )  # fmt: skip
        await desk.receive(*settings, stream="*")
        await desk.store.write(lambda c: keep_person(c, HEAD))
        shown = QuestionBoard(desk.store)
        assert [one.row["question_id"] for one in await shown.asked("C1")] == ["Q1"]
        assert [row["question_id"] for row in await shown.queue()] == ["Q1"]
        assert await shown.citable() == ()
        assert [one.fee_id for one in await FeeBook(desk.store).of_client("C1")] == ["F1"]
        escalated = EscalateQuestion("Q1", "须总部意见")
        assert await code(desk, escalated) == "QUESTION_NOT_SERVED"  # gold, but without a product
        assert await code(desk, TakeQuestion("Q1")) == ""
        [(state,)] = await desk.store.read(
            lambda c: c.exec_driver_sql("SELECT state FROM task WHERE task_id = 'T1'").all()
        )
        assert state == "done"
