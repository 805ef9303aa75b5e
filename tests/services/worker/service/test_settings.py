"""The firm's settings: read as a profile is, approved by compliance, in force from their day."""

import json
from datetime import timedelta

import pytest
from msgspec.structs import replace

from models.wire.service.approvals import ProposeSetting
from tests.support.central_work import TradedOrder
from tests.support.postgres import FixedClock
from tests.support.service_work import CLIENT, Firm

POINTS = {
    "per_yuan": "1",
    "ledger_unit": "0.001",
    "suggestion": "500",
    "multiplier": {"ordinary": "1", "silver": "1.1", "gold": "2", "platinum": "3"},
}


def proposal(value: object, name: str = "points", day: str = "2023-02-02") -> ProposeSetting:
    return ProposeSetting(name, json.dumps(value), day)


async def test_a_setting_is_approved_by_compliance_and_holds_from_its_day(firm: Firm) -> None:
    asked = await firm.do(proposal(POINTS), "BM01", manager_id="BM01")
    assert await firm.code(asked) == "applied"
    [(branch, stream, before, after)] = await firm.ask(
        "SELECT branch_id, manager_id, before, after FROM approval"
    )
    assert (branch, stream) == ("*", "*")
    assert json.loads(str(before))["points"]["suggestion"] == "300"
    assert json.loads(str(after))["points"]["suggestion"] == "500"
    assert await firm.code(await firm.decide(asked, by="CO01")) == "applied"
    assert await firm.ask(
        "SELECT effective_from, approved_by, approval_id = $1 FROM firm_setting"
        " WHERE name = 'points' ORDER BY 1",
        asked.command_id,
    ) == [("2020-01-01", "BM01", False), ("2023-02-02", "CO01", True)]


async def test_trades_of_either_side_of_the_day_are_counted_by_their_own_setting(
    firm: Firm,
) -> None:
    await firm.decide(await firm.do(proposal(POINTS), "BM01", manager_id="BM01"), by="CO01")
    [(account,)] = await firm.ask("SELECT account FROM account WHERE client_id = $1", CLIENT)
    [(before, *_)] = [await firm.balance()]
    order = TradedOrder(CLIENT, str(account))
    for name, day in (("O1", "2023-02-01"), ("O2", "2023-02-02")):
        for step in order.named(name).steps(300):
            fill = step.fill and replace(step.fill, filled_at=f"{day}T10:00:02.000+08:00")
            await firm.do(replace(step, fill=fill))
    [(first,), (second,)] = await firm.ask(
        "SELECT points_milli FROM points_entry WHERE entry_id ~ '^commission-O' ORDER BY entry_id"
    )
    assert (first, second) == (166_500 * 12 // 10, 166_500 * 2)  # 555,000 × 0.3 permille
    assert (await firm.balance())[0] == int(str(before)) + int(str(first)) + int(str(second))


@pytest.mark.parametrize(
    ("command", "code"),
    [
        (proposal(POINTS, name="pointz"), "SETTING_UNKNOWN"),
        (proposal({"per_yuan": 1}), "SETTING_INVALID"),  # a decimal is text
        (proposal({"per_yuann": "1"}), "SETTING_INVALID"),  # nothing reads it
        (proposal({"multiplier": {"gold": "1", "diamond": "2"}}), "SETTING_INVALID"),
        (ProposeSetting("points", "{", "2023-02-02"), "SETTING_INVALID"),
        (proposal(POINTS, day="2023-02-01"), "SETTING_IN_THE_PAST"),
        (proposal(POINTS, day="morgen"), "DATE_INVALID"),
    ],
)
async def test_a_setting_that_cannot_be_read_troubles_nobody(
    firm: Firm, command: ProposeSetting, code: str
) -> None:
    asked = await firm.do(command, "BM01", manager_id="BM01")
    assert await firm.code(asked) == code
    assert await firm.ask("SELECT count(*) FROM approval") == [(0,)]


async def test_a_manager_neither_proposes_nor_decides(firm: Firm) -> None:
    assert await firm.code(await firm.do(proposal(POINTS))) == "NOT_A_MAKER"
    asked = await firm.do(proposal(POINTS), "BM01", manager_id="BM01")
    assert await firm.code(await firm.decide(asked, by="M001")) == "NOT_A_CHECKER"


async def test_an_approval_that_comes_on_its_day_is_stale(firm: Firm) -> None:
    asked = await firm.do(proposal(POINTS), "BM01", manager_id="BM01")
    late = FixedClock().now() + timedelta(days=1)
    assert await firm.code(await firm.decide(asked, by="CO01", at=late)) == "APPROVAL_STALE"


async def test_null_takes_a_setting_away_and_the_rule_refuses(firm: Firm) -> None:
    asked = await firm.do(proposal(None, name="redeem"), "BM01", manager_id="BM01")
    assert await firm.code(await firm.decide(asked, by="CO01")) == "applied"
    assert await firm.ask(
        "SELECT value::text FROM firm_setting WHERE name = 'redeem' AND effective_from > '2023'"
    ) == [("null",)]
