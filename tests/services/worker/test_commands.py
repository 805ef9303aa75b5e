"""What each command does, and what is refused; every case through inbox and worker."""

from collections.abc import AsyncIterator

import pytest
from sqlalchemy.ext.asyncio import AsyncEngine

from models.trading.instruction import Instruction, InstructionChannel, PriceType
from models.trading.order import Side
from models.wire.commands import (
    AcknowledgeAlert,
    Command,
    FinishTask,
    LogContact,
    RecordDisplay,
    RecordInstruction,
    WithdrawInstruction,
)
from tests.support.central_work import apply, envelope
from tests.support.postgres import ask, engine_on

CLIENT = "C000001"
AT = "2023-02-01T10:00:00.000+08:00"


@pytest.fixture
async def engine(demo_central: str) -> AsyncIterator[AsyncEngine]:
    async with engine_on(demo_central) as engine:
        yield engine


def contact(**changed: object) -> LogContact:
    plain: dict[str, object] = {
        "contact_id": "K1",
        "client_id": CLIENT,
        "channel": "phone",
        "direction": "out",
        "summary": "回访",
        "happened_at": AT,
    }
    return LogContact(**(plain | changed))  # type: ignore[arg-type]


async def account_of(url: str, client_id: str = CLIENT) -> str:
    [(account,)] = await ask(url, "SELECT account FROM account WHERE client_id = $1", client_id)
    return str(account)


def instruction(**changed: object) -> Instruction:
    plain: dict[str, object] = {
        "instruction_id": "I1",
        "client_id": CLIENT,
        "day": "2023-02-01",
        "symbol": "600519.SH",
        "side": Side.BUY,
        "quantity": 100,
        "price_units": 18_600_000,
        "price_type": PriceType.LIMIT,
        "channel": InstructionChannel.RECORDED_CALL,
        "evidence_ref": "REC-1",
        "read_back": True,
        "identity_checked": True,
        "recorded_by": "M001",
        "recorded_at": AT,
    }
    return Instruction(**(plain | changed))  # type: ignore[arg-type]


async def answers(url: str) -> list[tuple[object, ...]]:
    return await ask(url, "SELECT outcome, code FROM command_answer ORDER BY answered_at, ctid")


async def test_a_contact_is_stored_and_moves_the_last_contact(
    engine: AsyncEngine, demo_central: str
) -> None:
    await apply(engine, envelope(contact(), CLIENT))
    assert await answers(demo_central) == [("applied", "")]
    assert await ask(
        demo_central,
        "SELECT channel, direction, summary, by_staff FROM contact WHERE contact_id='K1'",
    ) == [("phone", "out", "回访", "M001")]
    assert await ask(
        demo_central, "SELECT last_contact_at, version FROM client WHERE client_id = $1", CLIENT
    ) == [(AT, 2)]


async def test_an_older_contact_does_not_move_the_last_one_back(
    engine: AsyncEngine, demo_central: str
) -> None:
    await apply(engine, envelope(contact(happened_at="2001-01-01T00:00:00.000+08:00"), CLIENT))
    query = "SELECT version FROM client WHERE client_id = $1"
    assert await ask(demo_central, query, CLIENT) == [(1,)]


@pytest.mark.parametrize(
    ("command", "code"),
    [
        (contact(client_id="C000060"), "CLIENT_NOT_FOUND"),  # another manager's
        (contact(client_id="C999999"), "CLIENT_NOT_FOUND"),
        (contact(channel="pigeon"), "CONTACT_INVALID"),
        (contact(summary="  "), "CONTACT_EMPTY"),
        (contact(contact_id="K-C000001-001"), "CONTACT_EXISTS"),
        (WithdrawInstruction("I?", CLIENT, AT), "INSTRUCTION_NOT_FOUND"),
        (FinishTask("T?", "done", ""), "TASK_NOT_FOUND"),
        (FinishTask("T?", "sleeping", ""), "TASK_STATE"),
        (AcknowledgeAlert("A1", "C000060", "预警", "", AT), "CLIENT_NOT_FOUND"),
        (RecordDisplay("C000060", "product", AT), "CLIENT_NOT_FOUND"),
        (RecordDisplay(CLIENT, "friendship", AT), "DISPLAY_INVALID"),
    ],
)
async def test_a_refusal_comes_back_as_answer_and_task(
    engine: AsyncEngine, demo_central: str, command: Command, code: str
) -> None:
    sent = envelope(command, CLIENT)
    before = await ask(demo_central, "SELECT count(*) FROM contact")
    await apply(engine, sent)
    assert await answers(demo_central) == [("refused", code)]
    [(kind, body, client, state)] = await ask(
        demo_central,
        "SELECT kind, body, client_id, state FROM task WHERE about = $1",
        sent.command_id,
    )
    assert (kind, client, state) == ("command_refused", CLIENT, "open")
    assert code in str(body)
    assert await ask(demo_central, "SELECT count(*) FROM contact") == before


async def test_a_desk_that_does_not_know_the_clients_manager_yet_loses_nothing(
    engine: AsyncEngine, demo_central: str
) -> None:
    sent = envelope(contact(client_id="C000060"), "C000060", author="BM01", manager_id="BM01")
    await apply(engine, sent)
    assert await answers(demo_central) == [("applied", "")]
    [(manager_id,)] = await ask(
        demo_central, "SELECT manager_id FROM client WHERE client_id = 'C000060'"
    )
    query = "SELECT manager_id FROM contact WHERE contact_id = 'K1'"
    assert await ask(demo_central, query) == [(manager_id,)] != [("BM01",)]


async def test_an_older_version_is_refused(engine: AsyncEngine, demo_central: str) -> None:
    first = envelope(contact(), CLIENT, expected_version=1)
    second = envelope(contact(contact_id="K2"), CLIENT, expected_version=1)
    await apply(engine, first, second)
    assert await answers(demo_central) == [("applied", ""), ("refused", "VERSION_CONFLICT")]


async def test_instruction_is_recorded_once_and_withdrawn_once(
    engine: AsyncEngine, demo_central: str
) -> None:
    told = RecordInstruction(instruction(account=await account_of(demo_central)))
    back = WithdrawInstruction("I1", CLIENT, AT)
    await apply(engine, *(envelope(command, CLIENT) for command in (told, told, back, back)))
    assert await answers(demo_central) == [
        ("applied", ""),
        ("refused", "INSTRUCTION_EXISTS"),
        ("applied", ""),
        ("refused", "INSTRUCTION_WITHDRAWN"),
    ]
    assert await ask(
        demo_central,
        "SELECT side, price_type, withdrawn_at, version FROM instruction WHERE instruction_id='I1'",
    ) == [("buy", "limit", AT, 2)]


@pytest.mark.parametrize(
    ("changed", "code"),
    [
        ({"evidence_ref": ""}, "EVIDENCE_MISSING"),
        ({"quantity": 0}, "INSTRUCTION_INVALID"),
        ({"account": "999"}, "ACCOUNT_NOT_FOUND"),
    ],
)
async def test_an_instruction_without_ground_is_refused(
    engine: AsyncEngine, demo_central: str, changed: dict[str, object], code: str
) -> None:
    told = RecordInstruction(instruction(**({"account": await account_of(demo_central)} | changed)))
    await apply(engine, envelope(told, CLIENT))
    assert await answers(demo_central) == [("refused", code)]


async def test_an_acknowledged_alert_is_a_finished_task_whose_note_may_change(
    engine: AsyncEngine, demo_central: str
) -> None:
    first = AcknowledgeAlert("A1", CLIENT, "跌幅预警", "已电话", AT)
    second = AcknowledgeAlert("A1", CLIENT, "跌幅预警", "已面谈", AT)
    await apply(engine, envelope(first, CLIENT), envelope(second, CLIENT))
    query = "SELECT kind, state, note, version FROM task WHERE about = 'A1'"
    assert await ask(demo_central, query) == [("alert_follow_up", "done", "已面谈", 2)]


async def test_a_display_of_level_2_changes_nothing_and_stands_in_the_audit_trail(
    engine: AsyncEngine, demo_central: str
) -> None:
    shown = (RecordDisplay(CLIENT, "product", AT), RecordDisplay("", "staff", AT))
    await apply(engine, *(envelope(command, command.client_id) for command in shown))
    assert await answers(demo_central) == [("applied", ""), ("applied", "")]
    rows = await ask(demo_central, "SELECT author, action, subject, detail FROM audit_entry")
    assert [row[:3] for row in sorted(rows, key=lambda row: str(row[2]))] == [
        ("M001", "record_display", ""),
        ("M001", "record_display", CLIENT),
    ]
    assert all(AT in str(row[3]) for row in rows)


async def test_a_task_is_finished_once(engine: AsyncEngine, demo_central: str) -> None:
    [(task, client)] = await ask(
        demo_central,
        "SELECT task_id, client_id FROM task WHERE manager_id='M001' AND state='open' LIMIT 1",
    )
    done = FinishTask(str(task), "done", "已办")
    await apply(engine, envelope(done, str(client)), envelope(done, str(client)))
    assert await answers(demo_central) == [("applied", ""), ("refused", "TASK_CLOSED")]
    query = "SELECT state, note FROM task WHERE task_id = $1"
    assert await ask(demo_central, query, task) == [("done", "已办")]


async def test_a_stranger_is_refused(engine: AsyncEngine, demo_central: str) -> None:
    await apply(engine, envelope(contact(), CLIENT, author="X999", manager_id="X999"))
    assert await answers(demo_central) == [("refused", "UNKNOWN_AUTHOR")]


async def test_every_answer_leaves_a_sealed_audit_entry(
    engine: AsyncEngine, demo_central: str
) -> None:
    await apply(engine, envelope(contact(), CLIENT), envelope(contact(), CLIENT))
    assert await ask(
        demo_central, "SELECT number, author, action, subject, outcome FROM audit_entry ORDER BY 1"
    ) == [
        (1, "M001", "log_contact", CLIENT, "applied"),
        (2, "M001", "log_contact", CLIENT, "CONTACT_EXISTS"),
    ]
