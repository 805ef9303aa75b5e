"""The checks of ``chaos sync`` are no ornaments: each fault they are for is found and named."""

from dataclasses import dataclass
from pathlib import Path

import pytest

from app.commands.chaos.stage.desk_line import DeskLine
from app.commands.chaos.stage.process import Broken, Child
from app.commands.chaos.stage.server import Server
from app.commands.chaos.verdict.checks import (
    Opening,
    check_after_night,
    check_central,
    open_firm,
)
from models.clients.tier import Tier
from models.files.kinds import ImportKind
from models.lives.approval import Verdict
from models.lives.consent import ConsentForm
from models.lives.relation import RelationKind
from models.rules.basis.settings.words import Product, Sms
from models.rules.messages.send_gate import Purpose
from models.trading.order import OrderState
from models.wire.commands import Command, FinishTask, LogContact
from models.wire.ledger import OrderChanged
from models.wire.service.approvals import DecideApproval, GrantTier
from models.wire.service.clients import EditContact, FormHousehold, RecordConsent, RelateClients
from models.wire.service.files import UndoImport
from models.wire.service.points import CorrectCommission, RedeemPoints, UpgradeTier
from models.wire.service.products import ApplyForProduct, SignApplication, SubmitApplication
from models.wire.service.tasks import AddReminder, MoveTask
from services.central.demo.cast import MANAGERS
from services.files.prepared import prepare_import
from tests.support.central_work import TradedOrder
from tests.support.postgres import FixedClock, ask
from tests.support.service_work import CLIENT, OTHER, Firm
from tests.support.service_work import open_firm as made_firm

AT = "2023-02-01T10:00:00.000+08:00"
CONTACT = LogContact("X1", CLIENT, "phone", "out", "回访", AT)
WISHES: tuple[Command, ...] = (
    CONTACT,
    CONTACT,  # refused: it is there
    EditContact("X1", CLIENT, "phone", "in", "更正"),
    RecordConsent("S1", CLIENT, Purpose.MARKETING, "sms", ConsentForm.EXPLICIT, "P1", AT),
    AddReminder("R1", CLIENT, "回访", "", AT),
    AddReminder("R2", CLIENT, "回访", "", AT),
    MoveTask("R1", "2023-02-03T09:00:00.000+08:00"),
    FinishTask("R1", "done", ""),
    FormHousehold("H1", "一家", (CLIENT, OTHER)),
    RelateClients("L1", CLIENT, OTHER, RelationKind.SPOUSE),
    ApplyForProduct("AP1", CLIENT, Product.A, "new", 0, "client"),
    SignApplication("AP1", CLIENT, "G1", "K1", "V1", True),
)
ASKED: tuple[Command, ...] = (
    RedeemPoints("Q1", CLIENT, Sms.SMS1, 1),
    GrantTier("GT1", CLIENT, Tier.PLATINUM, "2023-02-03", "2023-04-30", "重点客户"),
    CorrectCommission("K1", CLIENT, "O1-F2", 100, "结算"),
    SubmitApplication("AP1", CLIENT),
)
UNANSWERED = UpgradeTier("UP1", CLIENT)


@dataclass(frozen=True, slots=True)
class Lived:
    """A firm in which something of each kind was done, and what was there before."""

    server: Server
    desk: DeskLine
    opening: Opening

    async def check(self) -> None:
        await check_central(self.server, [self.desk], self.opening)

    async def damage(self, statement: str) -> None:
        """Change rows behind the back of every trigger."""
        quiet = f"DO $$ BEGIN SET LOCAL session_replication_role = replica; {statement}; END $$"
        await ask(self.server.url, quiet)


@pytest.fixture
async def lived(demo_central: str, tmp_path: Path) -> Lived:
    server = Server(tmp_path, demo_central)
    desk = DeskLine(Child("desk-1", tmp_path, ()), MANAGERS[0], "L-desk", tmp_path)
    async with made_firm(demo_central) as firm:
        opening = await open_firm(server, FixedClock().now().date())
        [(account,)] = await ask(
            demo_central, "SELECT account FROM account WHERE client_id = $1", CLIENT
        )
        order = TradedOrder(CLIENT, str(account), ledger="L-desk")
        for command in (*WISHES, *order.steps(100, 200)):
            await _do(firm, desk, command)
        for command in ASKED:
            await _approve(firm, await _do(firm, desk, command))
        await _do(firm, desk, UNANSWERED)
        await _import(firm, desk)
    return Lived(server, desk, opening)


async def _do(firm: Firm, desk: DeskLine, command: Command) -> str:
    sent = await firm.do(command)
    desk.accepted[sent.command_id] = command
    return sent.command_id


async def _import(firm: Firm, desk: DeskLine) -> None:
    """One import that stands, one that was taken back, one of cash, one never asked for."""
    rows = f"客户号,姓名,手机\nN1,新客,13800000001\n{CLIENT},改名,13900000001\n"
    taken = f"客户号,姓名,手机\nN2,又一位,13800000002\n{CLIENT},再改,13900000002\n"
    [(account,)] = await firm.ask("SELECT account FROM account WHERE client_id = $1", OTHER)
    cash = f"资金账号,资金余额\n{account},12345.67\n"
    files = {"IM1": rows, "IM2": taken, "IM3": cash, "IM4": rows}
    for name, text in files.items():
        kind = ImportKind.CASH if name == "IM3" else ImportKind.CLIENTS
        part, asked = prepare_import(kind, "f.csv", text.encode()).commands(name, "2023-02-01")
        await _do(firm, desk, part)
        if name != "IM4":
            await _approve(firm, await _do(firm, desk, asked))
    await _approve(firm, await _do(firm, desk, UndoImport("IM2", "导错文件")))


async def _approve(firm: Firm, approval_id: str) -> None:
    await firm.do(DecideApproval(approval_id, Verdict.APPROVE, ""), "BM01")


async def test_a_whole_firm_passes_before_and_after_its_night(lived: Lived) -> None:
    judged = await check_central(lived.server, [lived.desk], lived.opening)
    assert {told.outcome for told in judged.story.told.values()} == {"applied", "CONTACT_EXISTS"}
    await lived.server.close_day(FixedClock().now())
    await check_after_night(lived.server, judged)


@pytest.mark.parametrize(
    ("damage", "words"),
    [
        ("UPDATE client SET points_milli = points_milli + 1 WHERE client_id = 'C000002'", "积分"),
        ("UPDATE account SET cash_cents = cash_cents + 1 WHERE client_id = 'C000002'", "cash"),
        ("UPDATE account SET cash_cents = cash_cents - 1 WHERE client_id = 'C000001'", "cash"),
        ("UPDATE holding SET quantity = quantity + 100 WHERE client_id = 'C000001'", "shares"),
        ("UPDATE client SET year_commission_cents = 7 WHERE client_id = 'C000001'", "commission"),
        ("UPDATE trade_order SET commission_cents = 1 WHERE client_order_id = 'O1'", "委托 O1"),
        ("DELETE FROM trade_fill WHERE fill_id = 'O1-F3'", "成交"),
        ("DELETE FROM commission_entry WHERE entry_id = 'O1-F2'", "佣金账"),
        ("DELETE FROM contact WHERE contact_id = 'X1'", "contact 少了 X1"),
        ("DELETE FROM contact_revision", "contact_revision 少了 X1"),
        ("UPDATE contact SET version = 3 WHERE contact_id = 'X1'", "contact X1 应改过 1 次"),
        ("DELETE FROM consent", "consent 少了 S1"),
        ("DELETE FROM task WHERE kind = 'command_refused'", "task 少了 refused-"),
        ("DELETE FROM task WHERE task_id = 'R2'", "task 少了 R2"),
        ("UPDATE task SET state = 'done' WHERE task_id = 'R2'", "任务 R2 应为 open"),
        ("UPDATE task SET state = 'open' WHERE task_id = 'R1'", "任务 R1 应为 done"),
        ("UPDATE task SET version = 4 WHERE task_id = 'R1'", "task R1 应改过 2 次"),
        ("DELETE FROM timeline WHERE kind = 'consent'", "timeline 少了"),
        ("DELETE FROM household_member WHERE client_id = 'C000002'", "household_member 少了 H1"),
        ("DELETE FROM relation WHERE client_id = 'C000002'", "relation 少了 L1"),
        ("UPDATE relation SET ended_at = 'x' WHERE client_id = 'C000002'", "关系只有一边"),
        ("DELETE FROM points_entry WHERE kind = 'redemption'", "积分余额"),
        ("DELETE FROM points_hold WHERE state = 'held'", "points_hold 少了"),
        ("UPDATE points_hold SET state = 'held' WHERE state = 'burned'", "积分冻结与复核不符"),
        ("UPDATE points_hold SET points_milli = 1 WHERE state = 'burned'", "冻结积分与扣减不符"),
        ("UPDATE points_hold SET points_milli = 10 ^ 12 WHERE state = 'held'", "冻结超过余额"),
        ("DELETE FROM tier_grant", "tier_grant 少了 GT1"),
        ("DELETE FROM client_rate WHERE approval_id <> ''", "client_rate 少了"),
        ("DELETE FROM subscription WHERE subscription_id = 'AP1'", "subscription 少了 AP1"),
        ("DELETE FROM subscription WHERE subscription_id = 'AP1-SMS2'", "少了 AP1-SMS2"),
        (
            "UPDATE subscription SET ends_on = '2023-02-09' WHERE subscription_id = 'AP1-SMS2'",
            "赠送短信与产品不符",
        ),
        ("UPDATE subscription SET state = 'ended' WHERE product = 'A'", "产品费率没有产品"),
        ("UPDATE application SET state = 'submitted'", "申请与复核不符"),
        ("UPDATE application SET version = 9", "application AP1"),
        ("DELETE FROM held_command", "held_command 少了"),
        ("UPDATE approval SET state = 'refused' WHERE kind = 'tier'", "tier_grant 多了 GT1"),
        (
            "ALTER TABLE approval DROP CONSTRAINT ck_approval_maker_is_not_checker;"
            " UPDATE approval SET decided_by = maker WHERE kind = 'tier'",
            "自己决定",
        ),
        ("UPDATE approval SET version = 3 WHERE kind = 'tier'", "为 approved,而受理的决定是"),
        ("UPDATE client SET mobile = '13900000002' WHERE client_id = 'C000001'", "mobile"),
        ("DELETE FROM client WHERE client_id = 'N1'", "N1"),
        ("UPDATE client SET id_no = '1' WHERE client_id IN ('N1', 'C000002')", "id_no"),
        ("DELETE FROM import_row WHERE import_id = 'IM1' AND outcome = 'new'", "IM1 应有"),
        ("UPDATE import_batch SET state = 'applied' WHERE import_id = 'IM2'", "IM2 应为 undone"),
        ("UPDATE import_batch SET approval_id = 'x' WHERE import_id = 'IM1'", "IM1 应等待"),
        ("UPDATE import_part SET import_id = 'IM1'", "不应还在等待"),
        ("DELETE FROM timeline WHERE kind = 'import' AND client_id = 'N1'", "时间线"),
        ("UPDATE account SET cash_cents = 1 WHERE cash_cents = 1234567", "cash"),
        ("DELETE FROM command_answer", "应答"),
        ("UPDATE inbox SET state = 'waiting'", "没有应答"),
        ("DELETE FROM change_log WHERE number = 3", "不连续"),
        ("UPDATE commission_entry SET booked_on = '2023-02-09' WHERE entry_id ~ '^O1'", "别的日子"),
        (
            "INSERT INTO stream_mark (branch_id, stream, day, number)"
            " VALUES ('B001', 'M001', '2023-03-13', 0)",
            "变更位置记在别的日子",
        ),
        (
            "INSERT INTO night_run (branch_id, day, step, state)"
            " VALUES ('*', '2023-02-02', 'release', 'done')",
            "没有到的日子",
        ),
        (
            "UPDATE approval SET state = 'expired', due_at = '2023-02-02T18:00:00.000+08:00'"
            " WHERE kind = 'tier'",
            "未到时限而失效",
        ),
        (
            "INSERT INTO contact (branch_id, contact_id, manager_id, client_id)"
            " VALUES ('B001', 'X9', 'M001', 'C000001')",
            "contact 多了 X9",
        ),
    ],
)  # fmt: skip
async def test_damage_is_found(lived: Lived, damage: str, words: str) -> None:
    await lived.damage(damage)
    with pytest.raises(Broken, match=words):
        await lived.check()


async def test_a_point_from_nowhere_is_found(lived: Lived) -> None:
    """Balance and sum agree, as the trigger sees to; but nobody has earned it."""
    await ask(
        lived.server.url,
        "INSERT INTO points_entry (branch_id, entry_id, manager_id, client_id, kind, points_milli)"
        " VALUES ('B001', 'gift', 'M001', 'C000001', 'suggestion', 1)",
    )
    with pytest.raises(Broken, match="points_entry 多了 gift"):
        await lived.check()


async def test_commission_at_a_factor_of_no_tier_is_found(lived: Lived) -> None:
    await lived.damage("UPDATE points_entry SET factor = '9' WHERE entry_id = 'commission-O1-F2'")
    with pytest.raises(Broken, match="积分倍数 9"):
        await lived.check()


async def test_a_rewritten_audit_entry_is_found(lived: Lived) -> None:
    await lived.damage("UPDATE audit_entry SET subject = 'C9' WHERE number = 2")
    with pytest.raises(Broken, match="审计链"):
        await lived.check()


async def test_a_command_that_got_lost_or_changed_is_found(lived: Lived) -> None:
    lived.desk.accepted["never-came"] = CONTACT
    with pytest.raises(Broken, match="丢失"):
        await lived.check()
    del lived.desk.accepted["never-came"]
    name = next(iter(lived.desk.accepted))
    lived.desk.accepted[name] = LogContact("X1", CLIENT, "phone", "in", "回访", AT)
    with pytest.raises(Broken, match="变了"):
        await lived.check()


async def test_an_engine_event_that_never_came_up_is_found(lived: Lived) -> None:
    order = TradedOrder(CLIENT, "A1").step(9, OrderState.WORKING)
    lived.desk.events += [OrderChanged(number, AT, order) for number in (1, 2, 3, 4)]
    with pytest.raises(Broken, match="引擎事件 4"):
        await lived.check()


@pytest.mark.parametrize(
    ("damage", "words"),
    [
        ("UPDATE holding SET sellable = sellable - 1 WHERE client_id = 'C000001'", "sellable"),
        ("UPDATE client SET year_commission_cents = 7 WHERE client_id = 'C000001'", "commission"),
        ("UPDATE night_run SET state = 'running' WHERE step = 'tiers'", "没有做完"),
    ],
)
async def test_what_a_night_did_not_do_is_found(lived: Lived, damage: str, words: str) -> None:
    judged = await check_central(lived.server, [lived.desk], lived.opening)
    await lived.server.close_day(FixedClock().now())
    await lived.damage(damage)
    with pytest.raises(Broken, match=words):
        await check_after_night(lived.server, judged)
