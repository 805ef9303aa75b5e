"""A client goes from one manager to another: with all that is his, as approved, once."""

import asyncio
import json
from datetime import timedelta

import asyncpg
import pytest
from msgspec.structs import replace
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from models.lives.approval import Verdict
from models.lives.consent import ConsentForm
from models.lives.relation import RelationKind
from models.rules.basis.settings.words import Sms
from models.rules.messages.send_gate import Purpose
from models.trading.instruction import Instruction, InstructionChannel, PriceType
from models.trading.order import OrderState, Side
from models.wire.commands import (
    AcknowledgeAlert,
    Envelope,
    LogContact,
    RecordInstruction,
    RecordOrder,
    WithdrawInstruction,
)
from models.wire.service.approvals import DecideApproval, WithdrawApproval
from models.wire.service.clients import (
    EndRelation,
    FormHousehold,
    HandOverClients,
    RecordConsent,
    RelateClients,
    SplitHousehold,
    UndoHouseholdChange,
)
from models.wire.service.points import RedeemPoints
from services.central.connection import driver_url
from services.central.session import acting, at_work
from services.worker.worker import Worker
from tests.support.central_work import TradedOrder, put
from tests.support.file_work import ask_import, text_file
from tests.support.postgres import FixedClock
from tests.support.service_work import CLIENT, OTHER, Firm

TODAY, TOMORROW = "2023-02-01", "2023-02-02"
NEXT = FixedClock().now() + timedelta(days=1)
SPOKEN = LogContact("K1", CLIENT, "phone", "out", "谈了减仓", f"{TODAY}T10:00:00.000+08:00")
REDEEM = RedeemPoints("R1", CLIENT, Sms.SMS2, 3)

# Every table of central that has manager_id and client_id.
MOVED = frozenset({
    "client", "account", "holding", "points_entry", "points_hold", "subscription", "client_rate",
    "application", "approval", "tier_grant", "contact", "contact_revision", "timeline", "risk_test",
    "consent", "household_member", "relation", "instruction", "mandate", "trade_order",
    "trade_fill", "task", "client_alert", "campaign_invitation", "client_tier", "asset_day",
    "tier_rating", "tier_review", "commission_entry", "commission_baseline",
    "commission_increment", "ipo_ballot", "night_figure", "agenda_mark", "product_fee",
    "product_fee_row", "rate_exception", "advisory_question",
})  # fmt: skip
STAYING = {
    "assessment_row": "what a month's figures of the manager were made of",
    "client_manager": "who looked after him, by day: gets a row of its own",
    "client_hand_over": "who took him then",
    "approval_queue": "on the stream of who decides: queued anew",
    "question_queue": "an adviser's copy, laid anew by the question",
    "service_call": "on the stream of the call centre",
    "import_row": "of the import, which is its author's",
    "unmasking": "who looked at what then",
    "unmask_grant": "a person's leave, which ends where he sees the client no more",
}
WITH_CLIENT = """
    SELECT a.table_name FROM information_schema.columns a
    JOIN information_schema.columns b USING (table_schema, table_name)
    JOIN information_schema.tables t USING (table_schema, table_name)
    WHERE table_schema = 'public' AND t.table_type = 'BASE TABLE'
      AND a.column_name = 'manager_id' AND b.column_name = 'client_id'
"""
QUEUE = "SELECT checker FROM approval_queue WHERE client_id = $1 ORDER BY 1"


def wanted(*client_ids: str, to: str = "M002", **changed: str) -> HandOverClients:
    """The request as most tests want it."""
    plain = {"from_on": TODAY, "reason": "区域调整"}
    return HandOverClients(client_ids or (CLIENT,), to, **(plain | changed))


async def hand_over(firm: Firm, command: HandOverClients, by: str = "M001") -> str:
    """Ask, let BM01 (or compliance, where he asked) agree; return the code of the decision."""
    asked = await firm.do(command, by, key=command.client_ids[0], manager_id=by)
    assert await firm.code(asked) == "applied"
    return await decided(firm, asked, by)


async def decided(firm: Firm, asked: Envelope, by: str, at: object = None) -> str:
    checker = "CO01" if by == "BM01" else "BM01"
    return await firm.code(await firm.decide(asked, by=checker, key="", at=at))


async def manager(firm: Firm, client_id: str = CLIENT) -> object:
    [(found,)] = await firm.ask("SELECT manager_id FROM client WHERE client_id = $1", client_id)
    return found


async def order_of(firm: Firm) -> TradedOrder:
    [(account,)] = await firm.ask("SELECT account FROM account WHERE client_id = $1", CLIENT)
    return TradedOrder(CLIENT, str(account))


async def test_every_table_of_clients_is_named_as_moved_or_as_staying(firm: Firm) -> None:
    found = {str(name) for (name,) in await firm.ask(WITH_CLIENT)}
    assert found == MOVED | STAYING.keys()


async def _plant(firm: Firm) -> None:
    """One row of the client in every table of his, past triggers and foreign keys."""
    kinds = {"bigint": "0", "integer": "0", "boolean": "false", "json": "'{}'", "jsonb": "'{}'"}
    connection = await asyncpg.connect(driver_url(firm.url))
    try:
        await connection.execute("SET session_replication_role = replica")
        for table in sorted(MOVED - {"client"}):
            columns = await connection.fetch(
                "SELECT column_name, data_type FROM information_schema.columns"
                " WHERE table_schema = 'public' AND table_name = $1",
                table,
            )
            told = {"branch_id": "'B001'", "manager_id": "'M001'", "client_id": f"'{CLIENT}'"}
            told |= {"keeper": "'M001'", "before": "'{}'", "after": "'{}'"}
            told |= dict.fromkeys(("client_branch", "credited_branch"), "'B001'")
            told |= {"state": "'approved'", "decided_by": "'BM01'"} if table == "approval" else {}
            told |= {"state": "'filled'"} if table == "trade_order" else {}
            values = [
                told.get(row["column_name"], kinds.get(row["data_type"], "'planted'"))
                for row in columns
            ]
            names = ", ".join(f'"{row["column_name"]}"' for row in columns)
            statement = f'INSERT INTO "{table}" ({names}) VALUES ({", ".join(values)})'
            await connection.execute(f"{statement} ON CONFLICT DO NOTHING")
    finally:
        await connection.close()


async def test_all_that_is_the_clients_goes_along_with_a_higher_version(firm: Firm) -> None:
    await _plant(firm)
    assert await hand_over(firm, wanted()) == "applied"
    for table in sorted(MOVED):
        rows = await firm.ask(
            f'SELECT DISTINCT manager_id FROM "{table}" WHERE client_id = $1', CLIENT
        )
        assert rows == [("M002",)], table
    for table in ("consent", "risk_test", "contact_revision", "tier_grant"):
        assert await firm.ask(
            f"SELECT DISTINCT version FROM {table} WHERE client_id = $1", CLIENT
        ) == [(1,)], table


async def test_the_hand_over_is_told_to_audit_client_and_both_managers(firm: Firm) -> None:
    asked = await firm.do(REDEEM)
    assert await hand_over(firm, wanted(CLIENT, OTHER)) == "applied"
    audit = "SELECT subject, chain, detail FROM audit_entry WHERE action = 'client.hand_over'"
    entries = await firm.ask(f"{audit} ORDER BY subject")
    assert [(subject, chain) for subject, chain, _ in entries] == [
        (CLIENT, "M002"),
        (OTHER, "M002"),
    ]
    detail = json.loads(str(entries[0][2]))
    assert (detail["from"], detail["to"], detail["from_on"]) == ("M001", "M002", TODAY)
    assert "待复核 1" in detail["open"]
    told = await firm.ask(
        "SELECT client_id, manager_id, title FROM timeline WHERE kind = 'hand_over' ORDER BY 1"
    )
    assert told == [
        (one, "M002", f"客户移交:M001 → M002,自 {TODAY} 起(区域调整)") for one in (CLIENT, OTHER)
    ]
    tasks = await firm.ask(
        "SELECT manager_id, title, body FROM task WHERE kind = 'hand_over' ORDER BY 1"
    )
    assert [(to, title) for to, title, _ in tasks] == [
        ("M001", "已移交客户 2 位给 M002"),
        ("M002", "接收移交客户 2 位"),
    ]
    for _, _, body in tasks:
        assert str(body).startswith(f"{CLIENT}:待复核 1")
    assert await firm.code(asked) == "applied"


async def test_who_looked_after_him_is_known_by_day_and_trades_of_the_day_are_credited_anew(
    firm: Firm,
) -> None:
    for step in (await order_of(firm)).steps(300):
        await firm.do(step)
    assert await hand_over(firm, wanted()) == "applied"
    days = "SELECT from_on, manager_id FROM client_manager WHERE client_id = $1 ORDER BY 1"
    assert (await firm.ask(days, CLIENT))[-1] == (TODAY, "M002")
    credited = (
        "SELECT DISTINCT credited_to FROM commission_entry WHERE client_id = $1 AND trade_date"
    )
    assert await firm.ask(f"{credited} >= '{TODAY}'", CLIENT) == [("M002",)]
    before = await firm.ask(f"{credited} < '{TODAY}'", CLIENT)
    assert before in ([("M001",)], [])


async def test_he_is_credited_from_the_first_day_whose_night_has_not_begun(firm: Firm) -> None:
    await firm.ask(
        "INSERT INTO night_run (branch_id, day, step, state) VALUES ('*', $1, 'assets', 'done')",
        TODAY,
    )
    assert await hand_over(firm, wanted()) == "applied"
    days = "SELECT max(from_on) FROM client_manager WHERE client_id = $1"
    assert await firm.ask(days, CLIENT) == [(TOMORROW,)]


async def test_he_comes_back_by_another_hand_over(firm: Firm) -> None:
    before = await firm.ask("SELECT version FROM client WHERE client_id = $1", CLIENT)
    assert await hand_over(firm, wanted()) == "applied"
    assert await hand_over(firm, wanted(to="M001"), by="M002") == "applied"
    assert await manager(firm) == "M001"
    days = "SELECT manager_id FROM client_manager WHERE client_id = $1 AND from_on = $2"
    assert await firm.ask(days, CLIENT, TODAY) == [("M001",)]
    [(version,)] = await firm.ask("SELECT version FROM client WHERE client_id = $1", CLIENT)
    assert int(str(version)) > int(str(before[0][0])) + 1
    assert await firm.code(await firm.do(SPOKEN)) == "applied"


async def test_a_household_goes_whole_or_not_at_all(firm: Firm) -> None:
    await firm.do(FormHousehold("H1", "一家", (CLIENT, OTHER)))
    asked = await firm.do(wanted())
    assert await firm.code(asked) == "HAND_OVER_HOUSEHOLD"
    [(message,)] = await firm.ask(
        "SELECT message FROM command_answer WHERE command_id = $1", asked.command_id
    )
    assert OTHER in str(message)
    assert await hand_over(firm, wanted(CLIENT, OTHER)) == "applied"
    assert await firm.ask("SELECT manager_id FROM household WHERE household_id = 'H1'") == [
        ("M002",)
    ]


async def test_who_left_a_household_is_not_brought_back_into_another_managers(firm: Firm) -> None:
    await firm.do(FormHousehold("H1", "一家", (CLIENT, OTHER)))
    await firm.do(SplitHousehold("S1", "H1", "H2", "分家", (OTHER,)), key=CLIENT)
    assert await hand_over(firm, wanted(OTHER)) == "applied"
    owners = "SELECT household_id, manager_id FROM household ORDER BY 1"
    assert await firm.ask(owners) == [("H1", "M001"), ("H2", "M002")]
    undo = UndoHouseholdChange("S1")
    assert await firm.code(await firm.do(undo)) == "CHANGE_NOT_FOUND"
    own = {"key": OTHER, "manager_id": "M002"}
    assert await firm.code(await firm.do(undo, "M002", **own)) == "HOUSEHOLD_NOT_FOUND"
    assert await firm.code(await firm.do(undo, "BM01", **own)) == "HOUSEHOLD_ONE_MANAGER"


@pytest.mark.parametrize(
    ("end", "by"),
    [
        (EndRelation("L1", CLIENT), {"by": "M001"}),
        (EndRelation("L1", OTHER), {"by": "M002", "manager_id": "M002", "key": OTHER}),
        (EndRelation("L1", CLIENT), {"by": "BM01"}),
    ],
)
async def test_a_relation_over_two_managers_is_ended_by_either(
    firm: Firm, end: EndRelation, by: dict[str, str]
) -> None:
    await firm.do(RelateClients("L1", CLIENT, OTHER, RelationKind.SPOUSE))
    assert await hand_over(firm, wanted(OTHER)) == "applied"
    theirs = await firm.do(EndRelation("L1", OTHER), key=OTHER)
    assert await firm.code(theirs) == "CLIENT_HANDED_OVER"
    assert await firm.code(await firm.do(end, **by)) == "applied"
    ended = "SELECT client_id, manager_id, ended_at <> '' FROM relation ORDER BY 1"
    assert await firm.ask(ended) == [(CLIENT, "M001", True), (OTHER, "M002", True)]
    told = "SELECT client_id, manager_id FROM timeline WHERE title = '客户关系终止' ORDER BY 1"
    assert await firm.ask(told) == [(CLIENT, "M001"), (OTHER, "M002")]
    assert await firm.code(await firm.do(end, **by)) == "RELATION_NOT_FOUND"


@pytest.mark.parametrize(
    ("command", "code"),
    [
        (wanted(reason=" "), "REASON_MISSING"),
        (wanted(CLIENT, CLIENT), "HAND_OVER_CLIENTS"),
        (wanted(from_on="2023-01-31"), "HAND_OVER_DAYS"),
        (wanted(from_on="2023-03-01"), "HAND_OVER_DAYS"),
        (wanted(from_on="morgen"), "DATE_INVALID"),
        (wanted(to="M999"), "HAND_OVER_TAKER"),
        (wanted(to="CO01"), "HAND_OVER_TAKER"),
        (wanted(to="M001"), "HAND_OVER_SAME"),
        (wanted(CLIENT, "C000060"), "CLIENT_NOT_FOUND"),
    ],
)
async def test_what_may_not_be_asked_for_is_refused(
    firm: Firm, command: HandOverClients, code: str
) -> None:
    assert await firm.code(await firm.do(command)) == code
    assert await manager(firm) == "M001"


async def test_without_its_setting_nobody_may_ask(firm: Firm) -> None:
    await firm.ask(
        "UPDATE firm_setting SET value = (value::jsonb #- '{kinds,hand_over}')::text"
        " WHERE name = 'approvals'"
    )
    assert await firm.code(await firm.do(wanted())) == "APPROVAL_NOT_CONFIGURED"


async def test_nobody_is_handed_over_while_an_order_works_or_is_unknown(firm: Firm) -> None:
    order = await order_of(firm)
    pending = await firm.do(wanted())
    await firm.do(RecordOrder("J1", 1, order.step(1, OrderState.UNKNOWN)))
    assert await firm.code(await firm.do(wanted())) == "HAND_OVER_WORKING_ORDERS"
    assert await decided(firm, pending, "M001") == "APPROVAL_STALE"
    assert await manager(firm) == "M001"
    for step in order.steps(300):
        await firm.do(step)
    assert await decided(firm, pending, "M001") == "applied"
    assert await manager(firm) == "M002"


async def test_it_is_decided_on_its_day_and_while_no_night_runs(firm: Firm) -> None:
    asked = await firm.do(wanted(from_on=TOMORROW))
    assert await decided(firm, asked, "M001") == "APPROVAL_STALE"
    night = await asyncpg.connect(driver_url(firm.url))
    try:
        await night.execute("SELECT pg_advisory_lock(20230202)")
        assert await decided(firm, asked, "M001", at=NEXT) == "APPROVAL_STALE"
        await night.execute("SELECT pg_advisory_unlock(20230202)")
    finally:
        await night.close()
    assert await decided(firm, asked, "M001", at=NEXT) == "applied"
    days = "SELECT max(from_on) FROM client_manager WHERE client_id = $1"
    assert await firm.ask(days, CLIENT) == [(TOMORROW,)]


async def test_of_two_requests_the_later_one_finds_another_world(firm: Firm) -> None:
    first = await firm.do(wanted())
    second = await firm.do(wanted(to="M003"), "BM01")
    assert await decided(firm, first, "M001") == "applied"
    assert await decided(firm, second, "BM01") == "APPROVAL_STALE"
    assert await manager(firm) == "M002"
    assert await decided(firm, first, "M001") == "APPROVAL_CLOSED"


async def test_neither_manager_of_a_hand_over_decides_it(firm: Firm) -> None:
    await firm.ask(
        "UPDATE firm_setting SET value = jsonb_set(value::jsonb, '{delegations}', $1::jsonb)"
        " WHERE name = 'approvals'",
        json.dumps(
            [
                {"to": to, "role": "branch_manager", "from": TODAY, "until": TOMORROW}
                for to in ("M001", "M002", "M003")
            ]
        ),
    )
    await firm.do(wanted(), "BM01")
    checkers = "SELECT checker FROM approval_queue ORDER BY 1"
    assert await firm.ask(checkers) == [("CO01",), ("M003",)]


async def test_what_waits_for_a_second_person_is_queued_anew_and_done_for_the_new_manager(
    firm: Firm,
) -> None:
    await firm.ask(
        "UPDATE firm_setting SET value = jsonb_set(value::jsonb, '{delegations}', $1::jsonb)"
        " WHERE name = 'approvals'",
        json.dumps([{"to": "M002", "role": "branch_manager", "from": TODAY, "until": TOMORROW}]),
    )
    asked = await firm.do(REDEEM)
    assert await firm.ask(QUEUE, CLIENT) == [("BM01",), ("M002",)]
    assert await hand_over(firm, wanted()) == "applied"
    assert await firm.ask(QUEUE, CLIENT) == [("BM01",)]
    assert await firm.code(await firm.decide(asked)) == "applied"
    held = "SELECT manager_id, state FROM points_hold"
    assert await firm.ask(held) == [("M002", "burned")]
    sold = "SELECT manager_id, product FROM subscription WHERE client_id = $1"
    assert await firm.ask(sold, CLIENT) == [("M002", "SMS2")]
    assert (await firm.balance())[0] == (await firm.balance())[2]


async def test_what_is_refused_after_the_hand_over_is_let_go_and_told_to_the_new_manager(
    firm: Firm,
) -> None:
    asked = await firm.do(REDEEM)
    assert await hand_over(firm, wanted()) == "applied"
    assert await firm.code(await firm.decide(asked, "refuse")) == "applied"
    assert await firm.ask("SELECT manager_id, state FROM points_hold") == [("M002", "released")]
    tasks = "SELECT manager_id FROM task WHERE kind = 'approval_refused'"
    assert await firm.ask(tasks) == [("M002",)]
    back = WithdrawApproval(asked.command_id, "")
    assert await firm.code(await firm.do(back)) == "CLIENT_HANDED_OVER"


async def test_who_took_the_client_over_takes_back_what_was_asked_for_before(firm: Firm) -> None:
    asked = await firm.do(REDEEM)
    back = WithdrawApproval(asked.command_id, "客户不要了")
    own = {"manager_id": "M002"}
    assert await firm.code(await firm.do(back, "M002", **own)) == "APPROVAL_NOT_FOUND"
    assert await hand_over(firm, wanted()) == "applied"
    assert await hand_over(firm, wanted(to="M003"), by="M002") == "applied"
    assert await firm.code(await firm.do(back)) == "CLIENT_HANDED_OVER"
    assert await firm.code(await firm.do(back, "BM01")) == "NOT_THE_MAKER"
    assert await firm.code(await firm.do(back, "M003", manager_id="M003")) == "applied"
    held = "SELECT manager_id, state FROM points_hold"
    assert await firm.ask(held) == [("M003", "released")]
    end = "SELECT state, decided_by FROM approval WHERE approval_id = $1"
    assert await firm.ask(end, asked.command_id) == [("withdrawn", "")]
    assert await firm.ask(QUEUE, CLIENT) == []
    assert (await firm.balance())[0] == (await firm.balance())[2]


async def test_what_the_branch_manager_asked_for_stays_his_to_take_back(firm: Firm) -> None:
    assert await hand_over(firm, wanted()) == "applied"
    asked = await firm.do(REDEEM, "BM01")
    back = WithdrawApproval(asked.command_id, "")
    assert await firm.code(asked) == "applied"
    assert await firm.code(await firm.do(back, "M002", manager_id="M002")) == "NOT_THE_MAKER"
    assert await firm.code(await firm.do(back, "BM01")) == "applied"


async def test_fills_of_the_former_managers_engine_are_never_lost(firm: Firm) -> None:
    """Central knew nothing of the order when the client was handed over."""
    steps = (await order_of(firm)).steps(100, 200)
    assert await hand_over(firm, wanted()) == "applied"
    for step in steps:
        assert await firm.code(await firm.do(step)) == "applied"
    for step in steps:  # from another desk of the same engine
        assert await firm.code(await firm.do(step)) == "applied"
    fills = "SELECT manager_id, quantity FROM trade_fill WHERE client_id = $1 ORDER BY 2"
    assert await firm.ask(fills, CLIENT) == [("M002", 100), ("M002", 200)]
    order = "SELECT manager_id, state, filled FROM trade_order WHERE client_id = $1"
    assert await firm.ask(order, CLIENT) == [("M002", "filled", 300)]
    booked = "SELECT DISTINCT manager_id, credited_to FROM commission_entry WHERE source = 'fill'"
    assert await firm.ask(booked) == [("M002", "M002")]
    held = "SELECT DISTINCT manager_id FROM holding WHERE client_id = $1"
    assert await firm.ask(held, CLIENT) == [("M002",)]


async def test_an_order_entered_after_the_hand_over_is_counted_and_told(firm: Firm) -> None:
    order = await order_of(firm)
    assert await hand_over(firm, wanted()) == "applied"
    [entered] = [step.order for step in order.steps()]
    late = RecordOrder("J1", 1, replace(entered, entered_at=f"{TODAY}T10:00:01.000+08:00"))
    assert await firm.code(await firm.do(late)) == "applied"
    tasks = "SELECT manager_id, kind, about FROM task WHERE task_id = 'former-O1'"
    assert await firm.ask(tasks) == [("M002", "reconcile", "O1")]


async def test_what_happened_before_the_hand_over_is_recorded_after_it(firm: Firm) -> None:
    [(account,)] = await firm.ask("SELECT account FROM account WHERE client_id = $1", CLIENT)
    given = Instruction(
        "I1", CLIENT, str(account), TODAY, "600519.SH", Side.BUY, 100, 18_500_000, PriceType.LIMIT,
        InstructionChannel.IM, "E1", True, True, "M001", f"{TODAY}T09:50:00.000+08:00",
    )  # fmt: skip
    off = RecordConsent(
        "S1", CLIENT, Purpose.MARKETING, "sms", ConsentForm.WITHDRAWN, "",
        f"{TODAY}T09:50:00.000+08:00",
    )  # fmt: skip
    assert await hand_over(firm, wanted()) == "applied"
    earlier = {"created_at": f"{TODAY}T09:59:00.000+08:00"}
    for command in (RecordInstruction(given), SPOKEN, off):
        assert await firm.code(await firm.do(command, **earlier)) == "applied", command
        later = await firm.do(command, created_at=f"{TODAY}T10:00:00.000+08:00")
        assert await firm.code(later) == "CLIENT_HANDED_OVER", command
    withdrawn = WithdrawInstruction("I1", CLIENT, f"{TODAY}T10:05:00.000+08:00")
    assert await firm.code(await firm.do(withdrawn)) == "applied"
    for table, key, by in (
        ("instruction", "instruction_id = 'I1'", "recorded_by"),
        ("contact", "contact_id = 'K1'", "by_staff"),
        ("consent", "consent_id = 'S1'", "recorded_by"),
    ):
        rows = await firm.ask(f"SELECT manager_id, {by} FROM {table} WHERE {key}")
        assert rows == [("M002", "M001")], table


async def test_anything_else_of_the_former_manager_is_refused_with_a_task(firm: Firm) -> None:
    assert await hand_over(firm, wanted()) == "applied"
    sent = await firm.do(REDEEM, created_at=f"{TODAY}T09:00:00.000+08:00")
    assert await firm.code(sent) == "CLIENT_HANDED_OVER"
    refused = "SELECT manager_id FROM task WHERE kind = 'command_refused'"
    assert await firm.ask(refused) == [("M001",)]
    stranger = await firm.do(SPOKEN, "M003", manager_id="M003")
    assert await firm.code(stranger) == "CLIENT_NOT_FOUND"


async def test_fills_and_hand_over_at_the_same_moment_are_both_done(firm: Firm) -> None:
    """Two workers: whichever is first, no fill is lost or counted twice."""
    asked = await firm.do(wanted())
    steps = (await order_of(firm)).steps(100, 200)
    fills = [firm.enclose(step) for step in steps[1:]]
    decision = firm.enclose(_approve(asked), "BM01", key="")
    await put(firm.engine, [fills[0], decision, fills[1]])
    await asyncio.gather(_work(firm), _work(firm))
    assert [await firm.code(one) for one in fills] == ["applied", "applied"]
    expected = await manager(firm)
    counted = (
        "SELECT sum(quantity)::int, min(manager_id), max(manager_id) FROM trade_fill"
        " WHERE client_id = $1"
    )
    assert await firm.ask(counted, CLIENT) == [(300, expected, expected)]


def _approve(asked: Envelope) -> DecideApproval:
    return DecideApproval(asked.command_id, Verdict.APPROVE, "")


async def _work(firm: Firm) -> None:
    worker = Worker(firm.engine, FixedClock())
    while await worker.work_once():
        continue


async def test_a_hand_over_waits_for_the_commands_in_hand(firm: Firm) -> None:
    asked = await firm.do(wanted())
    await put(firm.engine, [firm.enclose(_approve(asked), "BM01", key="")])
    other = await asyncpg.connect(driver_url(firm.url))
    try:
        turn = other.transaction()
        await turn.start()
        await other.execute("SELECT pg_advisory_xact_lock_shared(20230217)")  # as take_command does
        working = asyncio.create_task(_work(firm))
        waiting = "SELECT 1 FROM pg_locks WHERE locktype = 'advisory' AND NOT granted"
        async with asyncio.timeout(30):
            while not await firm.ask(waiting):
                await asyncio.sleep(0)
        assert await manager(firm) == "M001"
        await turn.commit()
        await working
    finally:
        await other.close()
    assert await manager(firm) == "M002"


async def test_nothing_is_handed_over_without_an_approval_and_nothing_twice(firm: Firm) -> None:
    pending = await firm.do(wanted())
    done = await firm.do(wanted(OTHER), key=OTHER)
    assert await decided(firm, done, "M001") == "applied"
    maker = at_work("B001", "M001", "manager")
    for approval_id in (pending.command_id, done.command_id, "made up"):
        with pytest.raises(DBAPIError, match="NOT_HANDED_OVER"):
            async with acting(firm.engine, maker) as connection:
                call = text("SELECT hand_over('B001', :approval, '2023-02-01')")
                await connection.execute(call, {"approval": approval_id})


async def test_the_former_managers_log_keeps_nothing_of_him(firm: Firm) -> None:
    await firm.do(SPOKEN)
    assert await hand_over(firm, wanted()) == "applied"
    kept = "SELECT count(*)::int FROM change_log WHERE stream = $1 AND row ->> 'client_id' = $2"
    assert await firm.ask(kept, "M001", CLIENT) == [(0,)]
    name = "SELECT row ->> 'name' FROM change_log WHERE stream = 'M002' AND table_name = 'client'"
    [(stored,)] = await firm.ask("SELECT name FROM client WHERE client_id = $1", CLIENT)
    assert (stored,) in await firm.ask(name)


async def test_alerts_are_acknowledged_by_the_new_manager(firm: Firm) -> None:
    assert await hand_over(firm, wanted()) == "applied"
    seen = AcknowledgeAlert("A1", CLIENT, "大宗交易", "已告知", f"{TODAY}T10:00:00.000+08:00")
    assert await firm.code(await firm.do(seen)) == "CLIENT_HANDED_OVER"
    assert await firm.code(await firm.do(seen, "M002", manager_id="M002")) == "applied"


async def test_an_import_judged_for_the_former_manager_is_not_let_in(firm: Firm) -> None:
    """Its rows would come in on a stream that the client is not on any more."""
    await firm.ask(
        "UPDATE firm_setting SET value = jsonb_set(value::jsonb, '{kinds,import,checkers}',"
        " '[\"compliance\"]') WHERE name = 'approvals'"
    )
    raw = text_file("客户号,姓名,手机", f"{CLIENT},改名,13900001234")
    _, asked = await ask_import(firm, raw, by="BM01")
    assert await firm.code(asked) == "applied"
    assert await hand_over(firm, wanted()) == "applied"
    assert await firm.code(await firm.decide(asked, by="CO01", key="")) == "APPROVAL_STALE"
    assert await firm.ask("SELECT mobile FROM client WHERE client_id = $1", CLIENT) != [
        ("13900001234",)
    ]
