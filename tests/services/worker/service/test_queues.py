"""Queues of those who decide: who gets what, by role, delegation and escalation; what expires."""

import json
from datetime import datetime, timedelta

from msgspec.structs import replace

from models.clients.tier import Tier
from models.rules.basis.settings.words import Sms
from models.wire.service.approvals import GrantTier, ProposeSetting, WithdrawApproval
from models.wire.service.points import RedeemPoints
from services.worker.overdue import end_approvals
from tests.support.postgres import FixedClock
from tests.support.service_work import CLIENT, Firm

NOW = FixedClock().now()
GRANT = GrantTier("G1", CLIENT, Tier.PLATINUM, "2023-02-03", "2023-04-30", "重点客户")
REDEEM = RedeemPoints("R1", CLIENT, Sms.SMS2, 3)
LATE = NOW + timedelta(hours=49)
QUEUES = (
    "SELECT checker, branch_id, as_role, from_on, until FROM approval_queue"
    " ORDER BY checker, approval_id"
)


async def look(firm: Firm, at: datetime = NOW) -> tuple[int, int]:
    """What the worker does by the clock."""
    return await end_approvals(firm.engine, FixedClock(at))


async def set_approvals(firm: Firm, **sections: object) -> None:
    """Change sections of the setting, and of the kind ``tier``."""
    for path, value in sections.items():
        await firm.ask(
            "UPDATE firm_setting SET value = jsonb_set(value::jsonb, string_to_array($1, '__'),"
            " $2::jsonb) WHERE name = 'approvals'",
            path,
            json.dumps(value),
        )


async def delegate(firm: Firm, to: str, since: str, until: str) -> None:
    told = {"to": to, "role": "branch_manager", "from": since, "until": until}
    await set_approvals(firm, delegations=[told])


async def test_who_may_decide_has_it_in_his_queue_until_it_is_decided(firm: Firm) -> None:
    asked = await firm.do(GRANT)
    assert await firm.ask(QUEUES) == [("BM01", "B001", "branch_manager", "", "")]
    [(stream, client, before)] = await firm.ask(
        "SELECT manager_id, client_id, before FROM approval_queue"
    )
    assert (stream, client, before) == ("queue:BM01", CLIENT, '{"tier":"gold"}')
    await firm.decide(asked)
    assert await firm.ask(QUEUES) == []


async def test_the_makers_own_request_is_in_no_queue_of_his(firm: Firm) -> None:
    await firm.do(GRANT, "BM01")
    assert ("BM01",) not in await firm.ask("SELECT checker FROM approval_queue")


async def test_a_maker_whom_nobody_may_check_is_told_at_once(firm: Firm) -> None:
    nobody = "SELECT manager_id, client_id, body FROM task WHERE kind = 'approval_nobody'"
    await firm.do(GRANT)
    assert await firm.ask(nobody) == []
    await firm.do(replace(GRANT, grant_id="G2"), "BM01")
    [(stream, client, body)] = await firm.ask(nobody)
    assert (stream, client) == ("BM01", CLIENT) and "代理复核人" in str(body)
    await delegate(firm, "M002", "2023-02-01", "2023-02-03")
    await firm.do(replace(GRANT, grant_id="G3"), "BM01")
    assert len(await firm.ask(nobody)) == 1


async def test_head_office_has_settings_in_its_queue(firm: Firm) -> None:
    value = json.dumps({"per_yuan": "1"})
    asked = await firm.do(ProposeSetting("points", value, "2023-03-01"), "BM01", key="")
    assert await firm.code(asked) == "applied"
    assert await firm.ask(QUEUES) == [("CO01", "HQ", "compliance", "", "")]


async def test_a_withdrawn_request_leaves_the_queue(firm: Firm) -> None:
    asked = await firm.do(REDEEM)
    assert len(await firm.ask(QUEUES)) == 1
    withdrawn = await firm.do(WithdrawApproval(asked.command_id, "客户改主意"))
    assert await firm.code(withdrawn) == "applied"
    assert await firm.ask(QUEUES) == []
    assert (await firm.balance())[1] == 0


async def test_a_delegation_opens_and_closes_a_queue_by_date(firm: Firm) -> None:
    await delegate(firm, "M002", "2023-02-02", "2023-02-02")
    await firm.do(GRANT)
    own = ("BM01", "B001", "branch_manager", "", "")
    assert await firm.ask(QUEUES) == [own]
    assert await look(firm, NOW + timedelta(days=1)) == (0, 1)
    delegated = ("M002", "B001", "branch_manager", "2023-02-02", "2023-02-02")
    assert await firm.ask(QUEUES) == [own, delegated]
    assert await look(firm, NOW + timedelta(days=1)) == (0, 0)  # again: nothing to do
    assert await look(firm, datetime.fromisoformat("2023-02-03T00:01:00+08:00")) == (0, 1)
    assert await firm.ask(QUEUES) == [own]


async def test_a_delegate_gets_no_request_of_his_own_clients(firm: Firm) -> None:
    """The manager of the client does not decide, delegated or not."""
    await delegate(firm, "M001", "2023-02-01", "2023-02-28")
    await firm.do(GRANT, "BM01")
    assert await firm.ask(QUEUES) == []


async def test_what_nobody_decides_expires_by_itself(firm: Firm) -> None:
    asked = await firm.do(REDEEM)
    balance, held, entries = await firm.balance()
    assert held
    assert await look(firm, NOW + timedelta(hours=47)) == (0, 0)
    assert await look(firm, LATE) == (1, 0)
    assert await firm.ask(
        "SELECT state, decided_by, note FROM approval WHERE approval_id = $1", asked.command_id
    ) == [("expired", "", "超过复核时限,无人复核")]
    assert await firm.balance() == (balance, 0, entries)  # the points are free again
    assert await firm.ask(QUEUES) == []
    assert await firm.ask(
        "SELECT manager_id, kind, state FROM task WHERE about = $1", asked.command_id
    ) == [("M001", "approval_refused", "open")]
    assert ("expired",) in await firm.ask("SELECT kind FROM timeline WHERE client_id = $1", CLIENT)
    assert await firm.ask(
        "SELECT author, action, outcome, command_id FROM audit_entry ORDER BY number DESC LIMIT 1"
    ) == [("worker", "expire_approval", "expired", asked.command_id)]
    assert await look(firm, LATE) == (0, 0)
    assert await firm.code(await firm.decide(asked, at=LATE)) == "APPROVAL_CLOSED"


async def test_a_maker_without_clients_is_told_too(firm: Firm) -> None:
    value = json.dumps({"per_yuan": "1"})
    asked = await firm.do(ProposeSetting("points", value, "2023-03-01"), "CO01", key="")
    assert await firm.code(asked) == "applied"
    assert await look(firm, NOW + timedelta(hours=73)) == (1, 0)
    assert await firm.ask(
        "SELECT branch_id, manager_id FROM task WHERE about = $1 AND kind = 'approval_refused'",
        asked.command_id,
    ) == [("HQ", "CO01")]


async def test_the_request_of_somebody_who_left_expires_and_frees_its_points(firm: Firm) -> None:
    asked = await firm.do(REDEEM, "BM01")
    assert (await firm.balance())[1]
    for named in ("course_read", "staff_certificate", "staff_credential", "staff"):
        await firm.ask(f"DELETE FROM {named} WHERE staff_id = 'BM01'")
    assert await look(firm, LATE) == (1, 0)
    assert (await firm.balance())[1] == 0
    assert await firm.ask(
        "SELECT state FROM approval WHERE approval_id = $1", asked.command_id
    ) == [("expired",)]


async def test_an_escalated_approval_changes_queues_and_does_not_expire(firm: Firm) -> None:
    await set_approvals(
        firm, kinds__tier__on_timeout="escalate", kinds__tier__escalate_to=["compliance"]
    )
    asked = await firm.do(GRANT)
    assert await look(firm, LATE) == (0, 2)
    assert await firm.ask(QUEUES) == [("CO01", "HQ", "compliance", "", "")]
    assert await firm.code(await firm.decide(asked, by="CO01", at=LATE)) == "applied"
    assert await firm.ask(QUEUES) == []
