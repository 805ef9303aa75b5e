"""The checks of ``chaos sync`` are no ornaments: each fault they are for is found and named."""

from pathlib import Path

import pytest

from app.commands.chaos.stage.desk_line import DeskLine
from app.commands.chaos.stage.process import Broken, Child
from app.commands.chaos.stage.server import Server
from app.commands.chaos.verdict.books import Books, open_books
from app.commands.chaos.verdict.checks import check_central
from models.trading.order import OrderState
from models.wire.commands import Command, LogContact
from models.wire.ledger import OrderChanged
from tests.support.central_work import TradedOrder, apply, envelope
from tests.support.postgres import TODAY, ask, engine_on

AT = "2023-02-01T10:00:00.000+08:00"
CONTACT = LogContact("X1", "C000001", "phone", "out", "回访", AT)


async def lived(url: str, tmp_path: Path) -> tuple[Server, DeskLine, Books]:
    """A firm in which a contact and an order in two trades were recorded by one desk."""
    server = Server(tmp_path, url)
    books = await open_books(server, TODAY)
    [(account,)] = await ask(url, "SELECT account FROM account WHERE client_id = 'C000001'")
    order = TradedOrder("C000001", str(account), ledger="L-desk")
    commands: list[Command] = [CONTACT, *order.steps(100, 200)]
    sent = [envelope(command, "C000001") for command in commands]
    async with engine_on(url) as engine:
        await apply(engine, *sent, envelope(CONTACT, "C000001"))
    desk = DeskLine(Child("desk-1", tmp_path, ()), "M001", "L-desk")
    desk.accepted.update({one.command_id: one.command for one in sent})
    return server, desk, books


async def test_a_whole_firm_passes(demo_central: str, tmp_path: Path) -> None:
    server, desk, books = await lived(demo_central, tmp_path)
    await check_central(server, [desk], books)


@pytest.mark.parametrize(
    ("damage", "words"),
    [
        ("UPDATE client SET points_milli = points_milli + 1 WHERE client_id = 'C000002'", "积分"),
        ("UPDATE account SET cash_cents = cash_cents + 1 WHERE client_id = 'C000002'", "cash"),
        ("UPDATE account SET cash_cents = cash_cents - 1 WHERE client_id = 'C000001'", "cash"),
        ("UPDATE holding SET quantity = quantity + 100 WHERE client_id = 'C000001'", "shares"),
        ("DELETE FROM trade_fill WHERE fill_id = 'O1-F3'", "成交"),
        ("DELETE FROM contact WHERE contact_id = 'X1'", "联系记录"),
        ("DELETE FROM task WHERE kind = 'command_refused'", "拒绝任务"),
        ("DELETE FROM command_answer", "应答"),
        ("UPDATE inbox SET state = 'waiting'", "没有应答"),
        ("DELETE FROM change_log WHERE number = 3", "不连续"),
    ],
)
async def test_damage_is_found(demo_central: str, tmp_path: Path, damage: str, words: str) -> None:
    server, desk, books = await lived(demo_central, tmp_path)
    await ask(demo_central, damage)
    with pytest.raises(Broken, match=words):
        await check_central(server, [desk], books)


async def test_a_rewritten_audit_entry_is_found(demo_central: str, tmp_path: Path) -> None:
    server, desk, books = await lived(demo_central, tmp_path)
    await ask(demo_central, "ALTER TABLE audit_entry DISABLE TRIGGER USER")
    await ask(demo_central, "UPDATE audit_entry SET subject = 'C9' WHERE number = 2")
    with pytest.raises(Broken, match="审计链"):
        await check_central(server, [desk], books)


async def test_a_command_that_got_lost_or_changed_is_found(
    demo_central: str, tmp_path: Path
) -> None:
    server, desk, books = await lived(demo_central, tmp_path)
    desk.accepted["never-came"] = CONTACT
    with pytest.raises(Broken, match="丢失"):
        await check_central(server, [desk], books)
    del desk.accepted["never-came"]
    name = next(iter(desk.accepted))
    desk.accepted[name] = LogContact("X1", "C000001", "phone", "in", "回访", AT)
    with pytest.raises(Broken, match="变了"):
        await check_central(server, [desk], books)


async def test_an_engine_event_that_never_came_up_is_found(
    demo_central: str, tmp_path: Path
) -> None:
    server, desk, books = await lived(demo_central, tmp_path)
    order = TradedOrder("C000001", "A1").step(9, OrderState.WORKING)
    desk.events += [OrderChanged(number, AT, order) for number in (1, 2, 3, 4)]
    with pytest.raises(Broken, match="引擎事件 4"):
        await check_central(server, [desk], books)
