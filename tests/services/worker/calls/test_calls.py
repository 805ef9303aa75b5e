"""Calls at the service line: matched, queued, taken by one agent, kept on the client."""

import asyncio
import json
from collections.abc import AsyncIterator
from datetime import timedelta

import asyncpg
import pytest

from models.errors import ExpectedFailure
from models.lives.teams.call import CallOutcome
from models.wire.commands import Envelope
from models.wire.service.teams.calls import (
    CallCommand,
    FinishCall,
    IdentifyCall,
    TakeCallBack,
    TakeNextCall,
)
from models.wire.service.teams.telephone import (
    CallAbandoned,
    CallAnswered,
    CallEnded,
    CallOffered,
)
from services.central.privacy.screen_pop import screen_pop
from services.central.session import Actor, acting
from services.worker.calls.figures import waiting_figures
from services.worker.calls.intake import Answer, Intake
from services.worker.calls.source import JsonLines
from services.worker.nights.run import Nights
from services.worker.nights.service.calls import CALLS
from services.worker.worker import Worker
from tests.services.central.test_row_security import Sql, connection, sql, work_sql
from tests.support.central_work import envelope, put
from tests.support.postgres import TODAY, FixedClock
from tests.support.service_work import CLIENT, Firm, open_firm

__all__ = ["connection", "sql", "work_sql"]

MAIN, DEDICATED = "95300", "4008009530"
NOW = FixedClock().now()
AGENTS = ("CC01", "CC02", "CC03", "CC04", "CC05")
STAFF = json.dumps({"call_centre": AGENTS, "dedicated_line": AGENTS})
TIER_OF = {"C000001": "gold", "C000002": "ordinary", "C000003": "platinum", "C000004": "silver"}
NUMBER_OF = {client: f"139000000{client[-2:]}" for client in TIER_OF}


@pytest.fixture
async def firm(demo_central: str) -> AsyncIterator[Firm]:
    """One client of each tier with a number of his own, five agents, no calls."""
    async with open_firm(demo_central) as opened:
        await opened.ask("DELETE FROM service_call")
        for client, tier in TIER_OF.items():
            await opened.ask(
                "UPDATE client SET tier = $2, mobile = $3 WHERE client_id = $1",
                client,
                tier,
                NUMBER_OF[client],
            )
        for agent in AGENTS[1:]:
            await opened.ask(
                "INSERT INTO staff (branch_id, staff_id, manager_id, name, role)"
                " VALUES ('HQ', $1, '*', $1, 'call_centre')",
                agent,
            )
        await opened.ask(
            "UPDATE firm_setting SET value = jsonb_set(value::jsonb, '{staff}', $1::jsonb)::text"
            " WHERE name = 'calls'",
            STAFF,
        )
        yield opened


def at(second: int) -> str:
    return f"2023-02-01T09:59:{second:02d}.000+08:00"


def offered(call_id: str, client: str, second: int = 0, line: str = MAIN) -> CallOffered:
    return CallOffered(call_id, at(second), NUMBER_OF.get(client, client), line)


async def tell(firm: Firm, *events: object) -> list[Answer]:
    intake = Intake(firm.engine, FixedClock())
    return [await intake.take(event) for event in events]  # type: ignore[arg-type]


async def lay_in(firm: Firm, command: CallCommand, agent: str = "CC01", **told: object) -> Envelope:
    own = {"branch_id": "HQ", "manager_id": agent, "author": agent}
    key = str(told.pop("key", agent))
    sent = envelope(command, key, **(own | told))
    await put(firm.engine, [sent])
    return sent


async def code(firm: Firm, command: CallCommand, agent: str = "CC01", **told: object) -> str:
    sent = await lay_in(firm, command, agent, **told)
    await firm.work()
    return await firm.code(sent)


async def call(firm: Firm, call_id: str, *names: str) -> tuple[object, ...]:
    query = f"SELECT {', '.join(names)} FROM service_call WHERE call_id = $1"
    [row] = await firm.ask(query, call_id)
    return row


async def test_a_caller_is_matched_by_number_or_account_and_never_guessed(firm: Firm) -> None:
    await firm.ask(
        "UPDATE client SET mobile = '13911112222' WHERE client_id IN ('C000005', 'C000006')"
    )
    [(account,)] = await firm.ask("SELECT account FROM account WHERE client_id = 'C000004'")
    answers = await tell(
        firm,
        CallOffered("K1", at(1), "+86 " + NUMBER_OF["C000001"], MAIN),
        CallOffered("K2", at(2), "13911112222", MAIN),
        CallOffered("K3", at(3), "13999999999", MAIN),
        CallOffered("K4", at(4), "", MAIN, str(account)),
        CallOffered("K5", at(5), NUMBER_OF["C000001"], MAIN, str(account)),  # two clients
    )
    assert [one.result for one in answers] == ["queued"] * 5
    found = await firm.ask("SELECT call_id, match, client_id, tier FROM service_call ORDER BY 1")
    assert found == [
        ("K1", "found", "C000001", "gold"),
        ("K2", "several", None, ""),
        ("K3", "unknown", None, ""),
        ("K4", "found", "C000004", "silver"),
        ("K5", "several", None, ""),
    ]


async def test_no_number_is_kept_in_clear(firm: Firm) -> None:
    await tell(firm, offered("K1", "C000001"), CallOffered("K2", at(1), "13999999999", MAIN))
    for table in ("service_call", "change_log", "audit_entry"):
        rows = await firm.ask(f"SELECT row_to_json(t)::text FROM {table} t WHERE t::text ~ 'K[12]'")
        told = "".join(str(row[0]) for row in rows)
        assert NUMBER_OF["C000001"] not in told and "13999999999" not in told
    assert await call(firm, "K2", "caller") == ("139****9999",)


async def test_highest_tier_first_then_who_came_first(firm: Firm) -> None:
    order = ("C000002", "C000004", "C000001", "C000003", "13999999999", "C000003", "C000004")
    await tell(firm, *(offered(f"K{n}", client, n) for n, client in enumerate(order)))
    taken = []
    for agent in ("CC01", "CC02", "CC03", "CC04", "CC05"):
        assert await code(firm, TakeNextCall(), agent) == "applied"
        [(call_id,)] = await firm.ask("SELECT call_id FROM service_call WHERE taken_by = $1", agent)
        taken.append(call_id)
    assert taken == ["K3", "K5", "K2", "K1", "K6"]  # platinum, gold, silver by arrival
    assert await call(firm, "K3", "waited_ms") == (57_000,)


async def test_an_agent_may_serve_one_line_only(firm: Firm) -> None:
    await tell(firm, offered("K1", "C000001"), offered("K2", "C000002"))
    assert await code(firm, TakeNextCall("call_centre")) == "applied"
    assert await call(firm, "K2", "taken_by") == ("CC01",)
    assert await code(firm, TakeNextCall("call_centre"), "CC02") == "CALL_NONE"


async def test_of_many_at_once_each_gets_another_call(firm: Firm) -> None:
    await tell(firm, *(offered(f"K{n}", "C000001", n) for n in range(3)))
    for agent in AGENTS:
        await lay_in(firm, TakeNextCall(), agent)
    workers = [Worker(firm.engine, FixedClock()) for _ in AGENTS]
    await asyncio.gather(*(worker.work_once() for worker in workers))
    await firm.work()
    taken = await firm.ask("SELECT taken_by, count(*) FROM service_call GROUP BY 1")
    assert [row[1] for row in taken] == [1, 1, 1]
    codes = await firm.ask("SELECT code FROM command_answer WHERE outcome = 'refused'")
    assert codes == [("CALL_NONE",), ("CALL_NONE",)]


async def test_an_agent_at_two_desks_has_one_call_in_hand(firm: Firm, work_sql: Sql) -> None:
    await tell(firm, offered("K1", "C000001"), offered("K2", "C000001", 1))
    for key in ("CC01", "another"):
        await lay_in(firm, TakeNextCall(), key=key)
    await asyncio.gather(*(Worker(firm.engine, FixedClock()).work_once() for _ in range(2)))
    await firm.work()
    assert await firm.ask("SELECT count(*) FROM service_call WHERE taken_by = 'CC01'") == [(1,)]
    second = "UPDATE service_call SET state = 'taken', taken_by = 'CC01' WHERE state = 'waiting'"
    with pytest.raises(asyncpg.ExclusionViolationError):
        await work_sql("call_centre", "CC01", "HQ", second)


async def test_what_is_refused(firm: Firm) -> None:
    assert await code(firm, TakeNextCall()) == "CALL_NONE"
    await tell(firm, offered("K1", "C000001"), offered("K2", "C000001", 1))
    old = {"created_at": (NOW - timedelta(minutes=2)).isoformat()}
    assert await code(firm, TakeNextCall(), **old) == "CALL_STALE"
    assert await code(firm, FinishCall("K1", CallOutcome.RESOLVED, "x")) == "CALL_NOT_FOUND"
    assert await code(firm, TakeNextCall("pigeon")) == "CHANNEL_UNKNOWN"
    assert await firm.code(await firm.do(TakeNextCall())) == "CALL_ROLE"
    await code(firm, TakeNextCall())
    assert await code(firm, TakeNextCall()) == "CALL_IN_HAND"
    assert await code(firm, FinishCall("K1", CallOutcome.RESOLVED, "x"), "CC02") == "CALL_NOT_FOUND"
    assert await code(firm, FinishCall("K1", CallOutcome.RESOLVED, " ")) == "CONTACT_EMPTY"
    assert await code(firm, IdentifyCall("K1", "A1")) == "CALL_KNOWN_CLIENT"
    await code(firm, FinishCall("K1", CallOutcome.RESOLVED, "x"))
    assert await code(firm, FinishCall("K1", CallOutcome.RESOLVED, "x")) == "CALL_STATE"


async def test_a_finished_call_is_a_contact_of_its_client(firm: Firm) -> None:
    await tell(firm, offered("K1", "C000001"))
    await code(firm, TakeNextCall())
    await tell(firm, CallAnswered("K1", at(59), "CC01"), CallEnded("K1", at(59)))
    assert await call(firm, "K1", "state") == ("ended",)
    assert await code(firm, FinishCall("K1", CallOutcome.CALL_BACK, "问佣金构成")) == "applied"
    contact = (
        "SELECT client_id, manager_id, by_staff, channel, direction, summary FROM contact"
        " WHERE contact_id = 'call-K1'"
    )
    told = "来电(需回电,等候 60 秒):问佣金构成"
    assert await firm.ask(contact) == [(CLIENT, "M001", "CC01", "phone", "in", told)]
    timeline = "SELECT title, author, manager_id FROM timeline WHERE kind = 'call'"
    assert await firm.ask(timeline) == [("来电需回电(等候 60 秒)", "CC01", "M001")]
    task = "SELECT manager_id, client_id, kind, body FROM task WHERE task_id = 'call-K1'"
    assert await firm.ask(task) == [("M001", CLIENT, "call_back", "问佣金构成")]


async def test_who_was_not_known_tells_his_account(firm: Firm) -> None:
    [(account,)] = await firm.ask("SELECT account FROM account WHERE client_id = 'C000004'")
    await tell(firm, CallOffered("K1", at(1), "13999999999", MAIN))
    await code(firm, TakeNextCall())
    assert await code(firm, IdentifyCall("K1", "nobody")) == "CALLER_UNKNOWN"
    assert await code(firm, IdentifyCall("K1", str(account))) == "applied"
    assert await call(firm, "K1", "match", "client_id", "tier") == ("told", "C000004", "silver")


async def test_an_abandoned_call_is_called_back_by_the_clients_manager(firm: Firm) -> None:
    await tell(firm, offered("K1", "C000001", 10), CallOffered("K2", at(11), "1399", MAIN))
    answers = await tell(firm, CallAbandoned("K1", at(50)), CallAbandoned("K1", at(50)))
    assert [one.result for one in answers] == ["told", "known"]
    await tell(firm, CallEnded("K2", at(40)))
    assert await call(firm, "K1", "state", "waited_ms") == ("abandoned", 40_000)
    assert await call(firm, "K2", "state", "waited_ms") == ("abandoned", 29_000)
    tasks = (
        "SELECT task_id, manager_id, client_id, left(due_at, 16) FROM task WHERE kind = 'call_back'"
    )
    assert await firm.ask(tasks) == [("call-K1", "M001", CLIENT, "2023-02-01T10:30")]


async def test_the_wrong_line_is_told_the_allowed_ones(firm: Firm) -> None:
    [answer] = await tell(firm, offered("K1", "C000002", 1, DEDICATED))
    assert (answer.result, answer.code) == ("redirected", "CHANNEL_NOT_ENTITLED")
    assert answer.told == {"allowed": ("counter", "call_centre", "network")}
    assert await call(firm, "K1", "state") == ("redirected",)
    assert await code(firm, TakeNextCall()) == "CALL_NONE"


async def test_a_telephone_system_may_repeat_itself_and_talk_nonsense(firm: Firm) -> None:
    lines = [
        b'{"type": "offered", "call_id": "K1", "at": "2023-02-01T09:59:01+08:00",'
        b' "number": "13900000001", "line": "95300"}\n',
        b"\n", b"hello\n", b'{"type": "sang", "call_id": "K1"}\n', b"[" * 4_000, b"x" * 9_000,
        b'{"type": "ended", "call_id": "K9", "at": "2023-02-01T09:59:01+08:00"}',
        b'{"type": "ended", "call_id": "K1", "at": "yesterday"}',
        b'{"type": "offered", "call_id": "K2", "at": "2023-02-01T09:59:01+08:00",'
        b' "number": "1", "line": "110"}',
        b'{"type": "answered", "call_id": "K1", "at": "2023-02-01T09:59:03+08:00",'
        b' "agent": "M001"}',
    ]  # fmt: skip
    intake = Intake(firm.engine, FixedClock())
    for _ in range(2):
        await intake.take_all(JsonLines(lines))
    assert intake.counts == {
        "queued": 1, "known": 1, "EVENT_UNREADABLE": 6, "EVENT_TOO_LONG": 2,
        "CALL_NOT_FOUND": 2, "DATE_INVALID": 2, "LINE_UNKNOWN": 2, "CALL_AGENT_UNKNOWN": 2,
    }  # fmt: skip


async def test_the_telephone_may_connect_an_agent_by_itself(firm: Firm) -> None:
    await tell(firm, offered("K1", "C000001", 10), CallAnswered("K1", at(30), "CC02"))
    assert await call(firm, "K1", "state", "taken_by", "waited_ms") == ("taken", "CC02", 20_000)
    [other] = await tell(firm, CallAnswered("K1", at(30), "CC01"))
    assert other.code == "CALL_AGENT_DIFFERS"
    [late] = await tell(firm, CallAbandoned("K1", at(40)))
    assert late.code == "CALL_STATE"  # somebody spoke to him


async def test_without_lines_nothing_is_taken_in(firm: Firm) -> None:
    await firm.ask("DELETE FROM firm_setting WHERE name = 'calls'")
    [answer] = await tell(firm, offered("K1", "C000001"))
    assert (answer.result, answer.code) == ("rejected", "CALLS_NOT_CONFIGURED")


async def test_the_screen_pop_is_one_read_of_the_masked_card(firm: Firm) -> None:
    await firm.ask(
        "INSERT INTO advisory_question (branch_id, question_id, manager_id, client_id, title,"
        " state, desk) VALUES ('B001', 'Q1', 'M001', $1, '如何分散持仓', 'open', 'branch')",
        CLIENT,
    )
    await tell(firm, offered("K1", "C000001"))
    agent = Actor("HQ", "CC01", "call_centre")
    with pytest.raises(ExpectedFailure, match="CALL_NOT_FOUND"):
        await screen_pop(firm.engine, agent, "K1", NOW)  # not in his hand yet
    await code(firm, TakeNextCall())
    shown = await screen_pop(firm.engine, agent, "K1", NOW)
    assert shown.card is not None
    assert (shown.card.client_id, shown.card.mobile) == (CLIENT, "139****0001")
    assert shown.call.tier == "gold"
    assert [one.title for one in shown.questions] == ["如何分散持仓"]
    assert len(shown.contacts) > 0 and "dedicated_line" in shown.services
    for other in (Actor("HQ", "CC02", "call_centre"), Actor("B001", "CC01", "manager")):
        with pytest.raises(ExpectedFailure, match="CALL_NOT_FOUND"):
            await screen_pop(firm.engine, other, "K1", NOW)


async def test_figures_by_tier_and_day(firm: Firm) -> None:
    await tell(
        firm,
        offered("K1", "C000003", 10), CallAnswered("K1", at(20), "CC02"),
        offered("K2", "C000003", 10), CallAnswered("K2", at(40), "CC03"),
        offered("K3", "C000002", 10), CallAbandoned("K3", at(55)),
        offered("K4", "C000002", 12),
    )  # fmt: skip
    async with acting(firm.engine, Actor("HQ", "CO01", "compliance")) as connection:
        figures = await waiting_figures(connection, TODAY)
    told = [(f.tier, f.offered, f.taken, f.abandoned, f.waiting, f.mean_ms, f.nine_of_ten_ms,
        f.longest_ms) for f in figures]  # fmt: skip
    assert told == [
        ("platinum", 2, 2, 0, 0, 20_000, 30_000, 30_000),
        ("ordinary", 2, 0, 1, 1, 0, 0, 45_000),
    ]


async def test_each_sees_what_is_his_to_see(firm: Firm, sql: Sql, work_sql: Sql) -> None:
    await tell(firm, offered("K1", "C000001"))
    query = "SELECT call_id FROM service_call WHERE call_id = 'K1'"
    assert await sql("call_centre", "CC01", "HQ", query) == [("K1",)]
    assert await sql("compliance", "CO01", "HQ", query) == [("K1",)]
    for role, person, branch in (
        ("manager", "M001", "B001"), ("branch_manager", "BM01", "B001"), ("adviser", "HQ01", "HQ"),
        ("call_centre", "CC09", "B001"),
    ):  # fmt: skip
        assert await sql(role, person, branch, query) == []
    matched = "SELECT found FROM match_caller('13900000001', '')"
    assert await work_sql("manager", "M001", "B001", matched) == []  # nobody looks numbers up
    steal = "UPDATE service_call SET taken_by = 'CC02', state = 'taken' WHERE call_id = 'K1'"
    with pytest.raises(asyncpg.InsufficientPrivilegeError):
        await work_sql("call_centre", "CC01", "HQ", steal)
    with pytest.raises(asyncpg.InsufficientPrivilegeError):
        await sql("call_centre", "CC01", "HQ", matched)  # only with a command in hand


async def staffed(firm: Firm, staff: object) -> None:
    """Who serves which line; None = the firm has not said."""
    change = "value::jsonb - 'staff'" if staff is None else "jsonb_set(value::jsonb, '{staff}', $1)"
    told = () if staff is None else (json.dumps(staff),)
    query = f"UPDATE firm_setting SET value = ({change})::text WHERE name = 'calls'"
    await firm.ask(query.replace("$1", "$1::jsonb"), *told)


async def test_a_line_is_served_by_whom_the_firm_named_for_it(firm: Firm) -> None:
    await staffed(firm, {"call_centre": ["CC01"], "dedicated_line": ["CC02"]})
    await tell(firm, offered("K1", "C000003"), offered("K2", "C000002", 1))
    assert await code(firm, TakeNextCall("dedicated_line")) == "CALL_LINE_OTHERS"
    assert await code(firm, TakeNextCall(), "CC03") == "CALL_LINE_OTHERS"
    [answer] = await tell(firm, CallAnswered("K1", at(30), "CC01"))
    assert (answer.result, answer.code) == ("rejected", "CALL_LINE_OTHERS")
    assert await code(firm, TakeNextCall()) == "applied"  # platinum waits longer, but not for him
    assert await code(firm, TakeNextCall(), "CC02") == "applied"
    taken = "SELECT call_id, taken_by FROM service_call ORDER BY 1"
    assert await firm.ask(taken) == [("K1", "CC02"), ("K2", "CC01")]


@pytest.mark.parametrize(
    ("staff", "channel"),
    [
        (None, ""),
        ({}, ""),
        ({"call_centre": ["CC01"]}, "dedicated_line"),
        ({"call_centre": ["CC01"], "dedicated_line": []}, "dedicated_line"),
    ],
)
async def test_where_nobody_is_named_for_a_line_nobody_takes_a_call(
    firm: Firm, staff: object, channel: str
) -> None:
    await staffed(firm, staff)
    [answer] = await tell(firm, offered("K1", "C000003"))
    assert answer.result == "queued"  # the caller is there all the same
    assert await code(firm, TakeNextCall(channel)) == "CALL_STAFF_NOT_CONFIGURED"
    if staff is None:
        [told] = await tell(firm, CallAnswered("K1", at(30), "CC01"))
        assert (told.result, told.code) == ("rejected", "CALL_STAFF_NOT_CONFIGURED")


BACKS = (
    "SELECT manager_id, state, title, left(due_at, 16) FROM task WHERE kind = 'unknown_caller'"
    " ORDER BY task_id"
)


async def test_whom_nobody_knows_is_called_back_and_known_by_then(firm: Firm) -> None:
    await staffed(firm, {"call_centre": ["CC01", "CC02", "CC09"], "dedicated_line": ["CC03"]})
    [(account,)] = await firm.ask("SELECT account FROM account WHERE client_id = 'C000004'")
    await tell(
        firm, CallOffered("K1", at(1), "13999999999", MAIN), CallAbandoned("K1", at(21)),
        CallAbandoned("K1", at(21)),
    )  # fmt: skip
    title, due = "未识别来电待回电:139****9999", "2023-02-01T10:30"
    assert await firm.ask(BACKS) == [(one, "open", title, due) for one in ("CC01", "CC02")]
    assert await code(firm, TakeCallBack("K1"), "CC03") == "CALL_LINE_OTHERS"
    assert await code(firm, TakeCallBack("K1")) == "applied"
    assert [row[1] for row in await firm.ask(BACKS)] == ["done", "dismissed"]
    assert await code(firm, TakeCallBack("K1"), "CC02") == "CALL_NOT_FOUND"  # he is too late
    await tell(firm, offered("K2", "C000002"))
    assert await code(firm, TakeNextCall()) == "CALL_IN_HAND"
    assert await code(firm, IdentifyCall("K1", str(account))) == "applied"
    pop = await screen_pop(firm.engine, Actor("HQ", "CC01", "call_centre"), "K1", NOW)
    assert pop.card is not None and pop.card.client_id == "C000004"
    assert await code(firm, FinishCall("K1", CallOutcome.CALL_BACK, "问佣金构成")) == "applied"
    assert await call(firm, "K1", "state", "match", "waited_ms") == ("called_back", "told", 20_000)
    contact = "SELECT client_id, direction, summary FROM contact WHERE contact_id = 'call-K1'"
    told = "回电(需回电,等候 20 秒):问佣金构成"
    assert await firm.ask(contact) == [("C000004", "out", told)]
    task = "SELECT client_id, kind FROM task WHERE task_id = 'call-K1'"
    assert await firm.ask(task) == [("C000004", "call_back")]
    [late] = await tell(firm, CallAbandoned("K1", at(21)))
    assert late.result == "known"
    async with acting(firm.engine, Actor("HQ", "CO01", "compliance")) as connection:
        [figure] = [f for f in await waiting_figures(connection, TODAY) if f.tier == "silver"]
    assert (figure.offered, figure.taken, figure.abandoned) == (1, 0, 1)


async def test_who_was_promised_a_call_and_is_not_known_is_called_again_until_reached(
    firm: Firm,
) -> None:
    await tell(firm, CallOffered("K1", at(1), "", MAIN))
    await code(firm, TakeNextCall())
    assert await code(firm, FinishCall("K1", CallOutcome.COMPLAINT, "要求回复")) == "applied"
    assert await call(firm, "K1", "state") == ("done",)
    assert {row[1:3] for row in await firm.ask(BACKS)} == {("open", "未识别来电待回电:号码未显示")}
    for outcome, after in ((CallOutcome.CALL_BACK, 5), (CallOutcome.RESOLVED, 0)):
        assert await code(firm, TakeCallBack("K1"), "CC02") == "applied"
        assert await code(firm, FinishCall("K1", outcome, "未接通"), "CC02") == "applied"
        waiting = [row for row in await firm.ask(BACKS) if row[1] == "open"]
        assert len(waiting) == after
    assert await code(firm, TakeCallBack("K1")) == "CALL_NOT_TO_CALL_BACK"
    assert await firm.ask("SELECT count(*) FROM contact WHERE contact_id = 'call-K1'") == [(0,)]


async def test_what_an_agent_may_not_call_back(firm: Firm) -> None:
    await tell(firm, offered("K1", "C000001", 10), CallAbandoned("K1", at(50)))
    assert await code(firm, TakeCallBack("K1")) == "CALL_NOT_TO_CALL_BACK"  # his manager does
    assert await code(firm, TakeCallBack("K9")) == "CALL_NOT_FOUND"
    await tell(firm, CallOffered("K2", at(1), "", MAIN), CallAbandoned("K2", at(2)))
    old = {"created_at": (NOW - timedelta(minutes=2)).isoformat()}
    assert await code(firm, TakeCallBack("K2"), **old) == "CALL_STALE"
    await staffed(firm, None)
    assert await code(firm, TakeCallBack("K2")) == "CALL_STAFF_NOT_CONFIGURED"


KEPT = "SELECT call_id FROM service_call ORDER BY 1"


async def test_a_night_lets_go_what_was_kept_long_enough(firm: Firm) -> None:
    await tell(
        firm, offered("K1", "C000001", 1), CallAbandoned("K1", at(5)),
        CallOffered("K2", at(1), "", MAIN), CallAbandoned("K2", at(2)),
        offered("K3", "C000002", 1), offered("K4", "C000002", 1, DEDICATED),
    )  # fmt: skip
    for back, left in ((90, ["K1", "K2", "K3", "K4"]), (91, ["K3"])):  # one still waits
        night = FixedClock(NOW + timedelta(days=back))
        await Nights(firm.engine, night, [CALLS]).run(night.now().date())
        assert [row[0] for row in await firm.ask(KEPT)] == left
    assert {row[1] for row in await firm.ask(BACKS)} == {"dismissed"}
    assert await firm.ask("SELECT state FROM task WHERE task_id = 'call-K1'") == [("open",)]
    intake = Intake(firm.engine, FixedClock(NOW + timedelta(days=91)))
    assert (await intake.take(offered("K1", "C000001", 1))).code == "CALL_TOO_OLD"


async def test_without_a_time_to_keep_nothing_goes(firm: Firm) -> None:
    await firm.ask(
        "UPDATE firm_setting SET value = (value::jsonb - 'keep_days')::text WHERE name = 'calls'"
    )
    await tell(firm, offered("K1", "C000001", 1), CallAbandoned("K1", at(5)))
    night = FixedClock(NOW + timedelta(days=900))
    report = await Nights(firm.engine, night, [CALLS]).run(night.now().date())
    assert report.steps[0].trouble == "CALL_KEEPING_NOT_CONFIGURED"
    assert await firm.ask(KEPT) == [("K1",)]
