"""A second person decides: who may, what is done, what a changed world and the clock make of it."""

import asyncio
import json
from datetime import timedelta

import asyncpg
import pytest

from models.clients.tier import Tier
from models.files.kinds import ExportContent
from models.lives.approval import Verdict
from models.rules.basis.settings.words import Sms
from models.wire.service.approvals import (
    ActivateMandate,
    DecideApproval,
    GrantTier,
    RequestExport,
    WithdrawApproval,
)
from models.wire.service.points import AwardSuggestion, RedeemPoints
from tests.support.central_work import put
from tests.support.postgres import FixedClock
from tests.support.running_worker import running_worker
from tests.support.service_work import CLIENT, OTHER, Firm

GRANT = GrantTier("G1", CLIENT, Tier.PLATINUM, "2023-02-03", "2023-04-30", "重点客户")
NOW = FixedClock().now()


async def test_an_approval_shows_the_whole_difference_and_its_due_time(firm: Firm) -> None:
    asked = await firm.do(GRANT)
    assert await firm.code(asked) == "applied"
    [(kind, before, after, maker, due, state)] = await firm.ask(
        "SELECT kind, before, after, maker, due_at, state FROM approval WHERE approval_id = $1",
        asked.command_id,
    )
    assert (kind, maker, state) == ("tier", "M001", "pending")
    assert json.loads(str(before)) == {"tier": "gold"}
    assert json.loads(str(after))["tier"] == "platinum"
    assert due == "2023-02-03T10:00:00.000+08:00"  # 48 hours by the firm's setting
    assert await firm.ask("SELECT tier FROM client WHERE client_id = $1", CLIENT) == [("gold",)]


async def test_an_approved_grant_is_dated_and_ends_by_itself(firm: Firm) -> None:
    asked = await firm.do(GRANT)
    assert await firm.code(await firm.decide(asked)) == "applied"
    assert await firm.ask(
        "SELECT state, decided_by, note FROM approval WHERE approval_id = $1", asked.command_id
    ) == [("approved", "BM01", "已核对")]
    assert await firm.ask(
        "SELECT starts_on, tier, tier_by FROM client_tier WHERE client_id = $1"
        " AND starts_on >= '2023-02-01' ORDER BY 1",
        CLIENT,
    ) == [("2023-02-03", "platinum", "grant"), ("2023-05-01", "gold", "assets")]
    assert await firm.ask("SELECT tier FROM client WHERE client_id = $1", CLIENT) == [("gold",)]


async def test_every_step_is_in_audit_trail_and_timeline(firm: Firm) -> None:
    asked = await firm.do(GRANT)
    await firm.decide(asked)
    assert await firm.ask("SELECT author, action, outcome FROM audit_entry ORDER BY number") == [
        ("M001", "grant_tier", "applied"),
        ("BM01", "decide_approval", "applied"),
    ]
    kinds = await firm.ask("SELECT kind, author FROM timeline ORDER BY kind")
    assert kinds == [("approval", "M001"), ("approved", "M001"), ("tier", "M001")]


@pytest.mark.parametrize("by", ["M001", "M002"])
async def test_neither_the_maker_nor_a_colleague_decides(firm: Firm, by: str) -> None:
    asked = await firm.do(GRANT)
    stream = {"manager_id": by}
    decided = await firm.decide(asked, by=by, **stream)
    expected = "MAKER_IS_CHECKER" if by == "M001" else "APPROVAL_NOT_FOUND"
    assert await firm.code(decided) == expected
    assert await firm.ask("SELECT state FROM approval") == [("pending",)]


async def test_a_branch_manager_does_not_approve_what_he_asked_for(firm: Firm) -> None:
    asked = await firm.do(GRANT, "BM01")
    assert await firm.code(asked) == "applied"
    assert await firm.code(await firm.decide(asked)) == "MAKER_IS_CHECKER"


async def test_a_delegate_decides_in_the_delegated_role(firm: Firm) -> None:
    await firm.ask(
        "UPDATE firm_setting SET value = jsonb_set(value::jsonb, '{delegations}', $1::jsonb)"
        " WHERE name = 'approvals'",
        json.dumps(
            [
                {
                    "to": "M002",
                    "role": "branch_manager",
                    "from": "2023-02-01",
                    "until": "2023-02-01",
                }
            ]
        ),
    )
    asked = await firm.do(GRANT)
    assert await firm.code(await firm.decide(asked, by="M002", manager_id="M002")) == "applied"
    late = await firm.do(AwardSuggestion("S1", CLIENT, "夜市委托"))
    tomorrow = NOW + timedelta(days=1)
    decided = await firm.decide(late, by="M002", manager_id="M002", at=tomorrow)
    assert await firm.code(decided) == "APPROVAL_NOT_FOUND"


async def test_a_kind_that_is_not_set_cannot_be_asked_for(firm: Firm) -> None:
    await firm.ask("DELETE FROM firm_setting WHERE name = 'approvals'")
    assert await firm.code(await firm.do(GRANT)) == "APPROVAL_NOT_CONFIGURED"


async def test_a_refusal_goes_back_as_a_task_and_changes_nothing(firm: Firm) -> None:
    asked = await firm.do(GRANT)
    await firm.decide(asked, "refuse")
    assert await firm.ask(
        "SELECT kind, title, body FROM task WHERE about = $1", asked.command_id
    ) == [("approval_refused", "复核退回:授予等级 platinum 至 2023-04-30", "已核对")]
    assert await firm.ask("SELECT count(*) FROM tier_grant") == [(0,)]


async def test_a_late_decision_finds_the_approval_expired(firm: Firm) -> None:
    asked = await firm.do(GRANT)
    await firm.decide(asked, at=NOW + timedelta(hours=49))
    assert await firm.ask("SELECT state FROM approval") == [("expired",)]
    assert await firm.ask("SELECT count(*) FROM tier_grant") == [(0,)]


async def test_an_escalated_approval_is_open_to_the_higher_role_only(firm: Firm) -> None:
    await firm.ask(
        "UPDATE firm_setting SET value = jsonb_set(value::jsonb, '{kinds,tier}', (value::jsonb"
        ' #> \'{kinds,tier}\') || \'{"on_timeout": "escalate", "escalate_to":'
        " [\"compliance\"]}') WHERE name = 'approvals'"
    )
    asked = await firm.do(GRANT)
    late = NOW + timedelta(hours=49)
    assert await firm.code(await firm.decide(asked, at=late)) == "NOT_A_CHECKER"
    assert await firm.code(await firm.decide(asked, by="CO01", at=late)) == "applied"
    assert await firm.ask("SELECT state, decided_by FROM approval") == [("approved", "CO01")]
    assert await firm.ask("SELECT tier FROM tier_grant") == [("platinum",)]


async def test_what_is_stale_stays_pending_and_says_why(firm: Firm) -> None:
    asked = await firm.do(GRANT)
    await firm.ask("UPDATE client SET tier = 'platinum' WHERE client_id = $1", CLIENT)
    decided = await firm.decide(asked)
    assert await firm.code(decided) == "APPROVAL_STALE"
    [(body,)] = await firm.ask("SELECT body FROM task WHERE about = $1", decided.command_id)
    assert "GRANT_NOT_HIGHER" in str(body)
    assert await firm.ask("SELECT state FROM approval") == [("pending",)]
    assert await firm.ask("SELECT count(*) FROM tier_grant") == [(0,)]


async def test_the_maker_withdraws_and_nobody_else(firm: Firm) -> None:
    asked = await firm.do(RedeemPoints("R1", CLIENT, Sms.SMS1, 1))
    back = WithdrawApproval(asked.command_id, "客户改主意")
    assert await firm.code(await firm.do(back, "BM01")) == "NOT_THE_MAKER"
    assert await firm.balance() == (10_000_000, 300_000, 10_000_000)
    assert await firm.code(await firm.do(back)) == "applied"
    assert await firm.balance() == (10_000_000, 0, 10_000_000)
    assert await firm.code(await firm.decide(asked)) == "APPROVAL_CLOSED"


async def test_a_stale_version_is_refused(firm: Firm) -> None:
    asked = await firm.do(GRANT)
    decided = await firm.decide(asked, expected_version=7)
    assert await firm.code(decided) == "VERSION_CONFLICT"


async def test_two_who_decide_at_once_do_it_once(firm: Firm) -> None:
    await firm.ask("INSERT INTO staff VALUES ('B001', 'BM09', '*', '副经理', 'branch_manager')")
    asked = await firm.do(AwardSuggestion("S1", CLIENT, "夜市委托"))
    command = DecideApproval(asked.command_id, Verdict.APPROVE, "")
    both = [firm.enclose(command, by, key=f"K-{by}") for by in ("BM01", "BM09")]
    await put(firm.engine, both)
    async with running_worker(firm.url), running_worker(firm.url):
        async with asyncio.timeout(60):
            while await firm.ask("SELECT 1 FROM inbox WHERE state = 'waiting'"):
                await asyncio.sleep(0.02)
    assert sorted([await firm.code(one) for one in both]) == ["APPROVAL_CLOSED", "applied"]
    assert await firm.balance() == (10_300_000, 0, 10_300_000)


async def test_a_replayed_request_asks_once(firm: Firm) -> None:
    asked = firm.enclose(GRANT)
    for _ in range(2):
        await put(firm.engine, [asked])
        await firm.work()
        await firm.ask("DELETE FROM inbox")
    assert await firm.ask("SELECT count(*) FROM approval") == [(1,)]


async def test_a_mandate_starts_after_approval_and_confirmed_report(firm: Firm) -> None:
    await firm.ask(
        "INSERT INTO mandate (branch_id, mandate_id, manager_id, client_id, strategy, ends_on,"
        " report_state, state) VALUES ('B001', 'MD1', 'M001', $1, 'TWAP', '2023-12-31', 'filed',"
        " 'signed')",
        CLIENT,
    )
    command = ActivateMandate("MD1", CLIENT)
    assert await firm.code(await firm.do(command)) == "PROGRAM_REPORT_NOT_CONFIRMED"
    await firm.ask("UPDATE mandate SET report_state = 'confirmed' WHERE mandate_id = 'MD1'")
    assert await firm.code(await firm.do(command)) == "PROGRAM_NOT_ENTITLED"
    await firm.ask(
        "INSERT INTO subscription (branch_id, subscription_id, manager_id, client_id, product,"
        " state, starts_on) VALUES ('B001', 'S-C', 'M001', $1, 'C', 'active', '2023-01-03')",
        CLIENT,
    )
    asked = await firm.do(command)
    await firm.decide(asked)
    assert await firm.ask("SELECT state FROM mandate WHERE mandate_id = 'MD1'") == [("active",)]


async def test_an_export_names_its_clients_who_must_be_the_makers(firm: Firm) -> None:
    good = await firm.do(RequestExport("E1", (CLIENT, OTHER), ExportContent.CLIENTS, "年度回访"))
    bad = await firm.do(RequestExport("E2", (CLIENT, "C000060"), ExportContent.CLIENTS, "年度回访"))
    assert await firm.code(good) == "applied"
    assert await firm.code(bad) == "CLIENT_NOT_FOUND"
    await firm.decide(good)
    assert await firm.ask("SELECT kind, state FROM approval") == [("export", "approved")]


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE approval SET state = 'approved', decided_by = 'M001'",
        "UPDATE approval SET state = 'refused', decided_by = 'BM01'",
    ],
)
async def test_the_database_refuses_a_maker_who_checks(firm: Firm, statement: str) -> None:
    await firm.do(GRANT)
    with pytest.raises(asyncpg.CheckViolationError):
        await firm.ask("UPDATE approval SET state = 'approved', decided_by = maker")
    with pytest.raises(asyncpg.InsufficientPrivilegeError):
        await firm.ask(
            "DO $$ BEGIN SET LOCAL ROLE workstation_work;"
            " PERFORM set_config('app.role', 'manager', true),"
            " set_config('app.manager_id', 'M001', true),"
            f" set_config('app.branch_id', 'B001', true); {statement}; END $$"
        )
