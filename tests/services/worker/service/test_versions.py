"""Whoever saw an older row changes nothing: every command that names the version it saw."""

import pytest

from models.clients.tier import Tier
from models.rules.basis.settings.words import Product, Sms
from models.wire.commands import Command, FinishTask, RecordInstruction, WithdrawInstruction
from models.wire.service.approvals import ActivateMandate, GrantTier, WithdrawApproval
from models.wire.service.clients import RecordRiskTest
from models.wire.service.points import AwardSuggestion, RedeemPoints, UpgradeTier
from models.wire.service.products import (
    ApplyForProduct,
    CancelSubscription,
    ChangeBaseRate,
    SignApplication,
    SubscribeSms,
)
from models.wire.service.tasks import AddReminder, MoveTask
from tests.services.worker.test_commands import instruction
from tests.support.service_work import CLIENT, Firm

AT = "2023-02-01T10:00:00.000+08:00"
TODAY = "2023-02-01"
NO_SUCH = 99
REMINDER = AddReminder("T1", CLIENT, "回电", "", AT)
REDEEM = RedeemPoints("R1", CLIENT, Sms.SMS2, 2)

OF_CLIENT: list[Command] = [
    REDEEM,
    UpgradeTier("U1", CLIENT),
    AwardSuggestion("S1", CLIENT, "建议"),
    GrantTier("G1", CLIENT, Tier.PLATINUM, TODAY, "2023-12-31", "特批"),
    RecordRiskTest("RT1", CLIENT, 60, False, TODAY, "EV-1"),
    ChangeBaseRate(CLIENT, 2_500, "2023-02-02", "议价"),
]
OF_ROW: list[tuple[Command, Command]] = [
    (REMINDER, FinishTask("T1", "done", "已办")),
    (REMINDER, MoveTask("T1", "2023-02-03T09:00:00.000+08:00")),
    (
        ApplyForProduct("AP1", CLIENT, Product.A, "new", 3, "client"),
        SignApplication("AP1", CLIENT, "AGR-1", "RISK-1", "", False),
    ),
    (
        SubscribeSms("SU1", CLIENT, Sms.SMS1, 1, "PAY-1"),
        CancelSubscription("SU1", CLIENT, "2023-02-10", "客户要求"),
    ),
]


def name(command: Command) -> str:
    return type(command).__name__


async def judged(firm: Firm, command: Command) -> str:
    """Refused for the version that was seen, and for nothing else."""
    stale = await firm.code(await firm.do(command, expected_version=NO_SUCH))
    assert await firm.code(await firm.do(command)) == "applied"
    return stale


@pytest.mark.parametrize("command", OF_CLIENT, ids=name)
async def test_of_a_client_who_has_changed_nothing_is_asked(firm: Firm, command: Command) -> None:
    assert await judged(firm, command) == "VERSION_CONFLICT"


@pytest.mark.parametrize(("begun", "command"), OF_ROW, ids=name)
async def test_a_row_that_has_changed_stays_as_it_is(
    firm: Firm, begun: Command, command: Command
) -> None:
    assert await firm.code(await firm.do(begun)) == "applied"
    assert await judged(firm, command) == "VERSION_CONFLICT"


async def test_an_approval_that_has_changed_is_not_withdrawn(firm: Firm) -> None:
    asked = await firm.do(REDEEM)
    assert await judged(firm, WithdrawApproval(asked.command_id, "")) == "VERSION_CONFLICT"


async def test_an_instruction_that_has_changed_is_not_withdrawn(firm: Firm) -> None:
    [(account,)] = await firm.ask("SELECT account FROM account WHERE client_id = $1", CLIENT)
    told = RecordInstruction(instruction(account=str(account)))
    assert await firm.code(await firm.do(told)) == "applied"
    back = WithdrawInstruction("I1", CLIENT, AT)
    assert await judged(firm, back) == "VERSION_CONFLICT"


async def test_a_mandate_that_has_changed_is_not_started(firm: Firm) -> None:
    await firm.ask(
        "INSERT INTO mandate (branch_id, mandate_id, manager_id, client_id, strategy, ends_on,"
        " state, report_state) VALUES ('B001', 'MD1', 'M001', $1, 'TWAP', '2023-12-31', 'signed',"
        " 'confirmed')",
        CLIENT,
    )
    await firm.ask(
        "INSERT INTO subscription (branch_id, subscription_id, manager_id, client_id, product,"
        " state, starts_on) VALUES ('B001', 'S-C', 'M001', $1, 'C', 'active', '2023-01-03')",
        CLIENT,
    )
    assert await judged(firm, ActivateMandate("MD1", CLIENT)) == "VERSION_CONFLICT"
