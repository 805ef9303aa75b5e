"""Life cycles from desk to desk: judged here, applied at central, decided elsewhere, told back."""

import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest
from sqlalchemy import Table, select

from models.errors import ExpectedFailure
from models.lives.approval import Verdict
from models.lives.consent import ConsentForm
from models.rules.basis.settings.words import Product, Sms
from models.rules.messages.send_gate import Purpose
from models.tables.firm import CLIENT as CLIENT_TABLE
from models.tables.firm import SUBSCRIPTION, TASK
from models.tables.service import (
    APPLICATION,
    APPROVAL,
    APPROVAL_QUEUE,
    CONSENT,
    HOUSEHOLD_MEMBER,
    POINTS_HOLD,
)
from models.wire.service.approvals import DecideApproval, WithdrawApproval
from models.wire.service.clients import (
    FormHousehold,
    MergeHouseholds,
    RecordConsent,
    SplitHousehold,
    UndoHouseholdChange,
)
from models.wire.service.points import RedeemPoints, UpgradeTier
from models.wire.service.products import (
    ApplyForProduct,
    SignApplication,
    SubmitApplication,
    SubscribeSms,
    WithdrawApplication,
)
from services.desk.alerts.desk import LiveAlerts
from services.desk.board.firm_rules import FirmRules
from services.desk.clients.roll import ClientRoll
from services.desk.service.service_desk import ServiceDesk
from services.desk.storage.rows import Row
from services.worker.nights.run import Nights
from tests.services.desk.sync.test_whole_circle import linked, nothing_open, stored, working
from tests.support.desk_data import Desk, open_desk
from tests.support.hub_desk import running_hub
from tests.support.postgres import TODAY, FixedClock, engine_on
from tests.support.service_work import CLIENT, OTHER, Firm, open_firm

THIRD, FOURTH = "C000003", "C000004"
AT = "2023-02-01T10:00:00.000+08:00"
APPLY = ApplyForProduct("P1", CLIENT, Product.A, "new", 3, "client")
SIGN = SignApplication("P1", CLIENT, "AGR-1", "RS-1", "REC-1", True)
SUBMIT = SubmitApplication("P1", CLIENT)


@pytest.fixture
async def firm(demo_central: str) -> AsyncIterator[Firm]:
    """C000001 is a gold client with 10,000 points and no product."""
    async with open_firm(demo_central) as opened:
        yield opened


@pytest.fixture
async def desk(tmp_path: Path) -> AsyncIterator[Desk]:
    async with open_desk(tmp_path, branch_id="B001") as opened:
        yield opened


def service_of(desk: Desk) -> ServiceDesk:
    return ServiceDesk(store=desk.store, outbox=desk.outbox, clock=desk.clock)


async def rows(desk: Desk, table: Table) -> list[Row]:
    """All rows of a table on a desk."""
    return await desk.store.read(
        lambda connection: [dict(row) for row in connection.execute(select(table)).mappings()]
    )


async def once_online(desk: Desk, port: int) -> None:
    """Fetch everything and go offline again."""
    async with linked(desk, port):
        await stored(desk, nothing_open)


@asynccontextmanager
async def central(firm: Firm) -> AsyncIterator[int]:
    async with running_hub(firm.url) as port, working(firm.url):
        yield port


async def test_what_is_written_offline_shows_as_provisional_and_becomes_centrals(
    firm: Firm, desk: Desk
) -> None:
    async with central(firm) as port:
        await once_online(desk, port)
        service = service_of(desk)
        for command in (APPLY, SIGN, SUBMIT):
            await service.send(command)
        [application] = await rows(desk, APPLICATION)
        assert (application["state"], application["rate_units"]) == ("submitted", 0)
        [approval] = await rows(desk, APPROVAL)
        assert (approval["kind"], approval["state"], approval["due_at"]) == (
            "product", "pending", "",
        )  # fmt: skip
        await once_online(desk, port)
        [application] = await rows(desk, APPLICATION)
        assert (application["state"], application["rate_units"]) == ("submitted", 13_000)
        [approval] = await rows(desk, APPROVAL)
        assert approval["title"] == "产品 A(new)" and approval["due_at"]


async def test_a_rule_says_no_before_anything_is_queued(firm: Firm, desk: Desk) -> None:
    async with central(firm) as port:
        await once_online(desk, port)
    service = service_of(desk)
    for command, code in (
        (SubscribeSms("S1", CLIENT, Sms.SMS1, 3, ""), "PAYMENT_MISSING"),
        (SubscribeSms("S1", CLIENT, Sms.SMS1, 0, "PAY-1"), "MONTHS_INVALID"),
        (SUBMIT, "APPLICATION_NOT_FOUND"),
        (replace_product(Product.E), "FEE_NOT_CONFIGURED"),
        (RedeemPoints("R1", CLIENT, Sms.SMS2, 120), "INSUFFICIENT_POINTS"),
        (RedeemPoints("R1", "C999999", Sms.SMS2, 1), "CLIENT_NOT_FOUND"),
        (DecideApproval("A9", Verdict.APPROVE, ""), "NOT_IN_QUEUE"),
        (WithdrawApproval("A9", ""), "APPROVAL_NOT_FOUND"),
        (
            RecordConsent("N1", CLIENT, Purpose.MARKETING, "sms", ConsentForm.EXPLICIT, "", AT),
            "PROOF_MISSING",
        ),
    ):
        with pytest.raises(ExpectedFailure) as failure:
            await service.send(command)
        assert failure.value.code == code
    assert await desk.store.read(nothing_open)
    assert await rows(desk, APPLICATION) == []
    assert "N1" not in {row["consent_id"] for row in await rows(desk, CONSENT)}


def replace_product(product: Product) -> ApplyForProduct:
    return ApplyForProduct("P2", CLIENT, product, "new", 3, "client")


async def test_no_state_of_an_application_is_skipped_offline(firm: Firm, desk: Desk) -> None:
    async with central(firm) as port:
        await once_online(desk, port)
    service = service_of(desk)
    await service.send(APPLY)
    with pytest.raises(ExpectedFailure) as failure:
        await service.send(SUBMIT)
    assert failure.value.code == "APPLICATION_STATE"
    await service.send(WithdrawApplication("P1", CLIENT, "客户改主意"))
    with pytest.raises(ExpectedFailure):
        await service.send(SIGN)


async def test_what_central_refuses_goes_and_a_task_tells_why(firm: Firm, desk: Desk) -> None:
    """The points were spent elsewhere while this desk was away."""
    async with central(firm) as port:
        await once_online(desk, port)
        await service_of(desk).send(RedeemPoints("R1", CLIENT, Sms.SMS2, 3))
        assert len(await rows(desk, APPROVAL)) == 1
        [hold] = await rows(desk, POINTS_HOLD)
        assert (hold["state"], int(str(hold["points_milli"])) > 0) == ("held", True)
        await firm.ask(
            "INSERT INTO points_entry (branch_id, entry_id, manager_id, client_id, kind,"
            " points_milli) VALUES ('B001', 'gone', 'M001', $1, 'redemption', -10000000)",
            CLIENT,
        )
        await once_online(desk, port)
        assert await rows(desk, APPROVAL) == await rows(desk, POINTS_HOLD) == []
        told = [row for row in await rows(desk, TASK) if row["kind"] == "command_refused"]
        assert [str(row["title"]) for row in told] == ["积分兑换申请未被受理"]
        assert "INSUFFICIENT_POINTS" in str(told[0]["body"])


async def test_the_desk_holds_the_points_that_central_holds(firm: Firm, desk: Desk) -> None:
    async with central(firm) as port:
        await once_online(desk, port)
        await service_of(desk).send(RedeemPoints("R1", CLIENT, Sms.SMS2, 3))
        await service_of(desk).send(UpgradeTier("U1", CLIENT))
        shown = {row["hold_id"]: row["points_milli"] for row in await rows(desk, POINTS_HOLD)}
        with pytest.raises(ExpectedFailure) as failure:
            await service_of(desk).send(UpgradeTier("U2", CLIENT))
        assert failure.value.code == "APPLICATION_PENDING"
        await once_online(desk, port)
        held = {row["hold_id"]: row["points_milli"] for row in await rows(desk, POINTS_HOLD)}
        assert held == shown and len(held) == 2
        await service_of(desk).send(WithdrawApproval(str(next(iter(held))), "不换了"))
        states = [row["state"] for row in await rows(desk, POINTS_HOLD)]
        assert sorted(map(str, states)) == ["held", "released"]


async def test_changes_of_households_written_offline_become_centrals(
    firm: Firm, desk: Desk
) -> None:
    async with central(firm) as port:
        await once_online(desk, port)
        service = service_of(desk)
        await service.send(FormHousehold("H1", "张家", (CLIENT, OTHER)))
        await service.send(FormHousehold("H2", "李家", (THIRD,)))
        await once_online(desk, port)
        for command in (
            MergeHouseholds("M1", "H1", "H2"),
            UndoHouseholdChange("M1"),
            SplitHousehold("P1", "H1", "H3", "新家", (OTHER,)),
        ):
            await service.send(command)
        shown = [without_version(row) for row in await rows(desk, HOUSEHOLD_MEMBER)]
        with pytest.raises(ExpectedFailure) as failure:
            await service.send(FormHousehold("H4", "两家", (FOURTH, "C000060")))
        assert failure.value.code == "HOUSEHOLD_ONE_MANAGER"
        await once_online(desk, port)
        assert [without_version(row) for row in await rows(desk, HOUSEHOLD_MEMBER)] == shown
        refused = [row for row in await rows(desk, TASK) if row["kind"] == "command_refused"]
        assert refused == []
        homes = {row["client_id"]: row["household_id"] for row in shown if not row["left_by"]}
        assert homes == {CLIENT: "H1", OTHER: "H3", THIRD: "H2"}


def without_version(row: Row) -> Row:
    return {name: value for name, value in row.items() if name != "version"}


async def test_a_delegate_decides_from_his_own_desk(firm: Firm, desk: Desk, tmp_path: Path) -> None:
    """He gets the request and its dates, not the client; the maker gets what came of it."""
    told = {"to": "M002", "role": "branch_manager", "from": "2023-02-01", "until": "2023-02-03"}
    await firm.ask(
        "UPDATE firm_setting SET value = jsonb_set(value::jsonb, '{delegations}', $1::jsonb)"
        " WHERE name = 'approvals'",
        json.dumps([told]),
    )
    async with central(firm) as port, open_desk(tmp_path, "B001", "M002") as delegate:
        async with linked(delegate, port, "M002"):
            await once_online(desk, port)
            service = service_of(desk)
            for command in (APPLY, SIGN, SUBMIT):
                await service.send(command)
            await once_online(desk, port)
            queue = select(APPROVAL_QUEUE)
            await stored(delegate, lambda c: c.execute(queue).first())
            [row] = await rows(delegate, APPROVAL_QUEUE)
            assert (row["checker"], row["as_role"], row["until"]) == (
                "M002", "branch_manager", "2023-02-03",
            )  # fmt: skip
            assert (row["client_id"], row["maker"]) == (CLIENT, "M001")
            seen = await rows(delegate, CLIENT_TABLE)
            assert CLIENT not in [client["client_id"] for client in seen]
            decision = DecideApproval(str(row["approval_id"]), Verdict.APPROVE, "已核对")
            with pytest.raises(ExpectedFailure):
                await service.send(decision)  # it is not in the maker's queue
            await service_of(delegate).send(decision)
            await stored(delegate, lambda c: c.execute(queue).first() is None)
            await stored(delegate, nothing_open)
        async with linked(desk, port):
            state = select(APPROVAL.c.state)
            await stored(desk, lambda c: c.execute(state).scalar_one() != "pending")
        [approval] = await rows(desk, APPROVAL)
        assert (approval["state"], approval["decided_by"]) == ("approved", "M002")
        products = [
            row["product"] for row in await rows(desk, SUBSCRIPTION) if row["about"] == "P1"
        ]
        assert sorted(map(str, products)) == ["A", "SMS1", "SMS2", "SMS3"]


async def test_an_alert_of_the_night_is_in_the_list_of_the_desk(firm: Firm, desk: Desk) -> None:
    [(symbol,)] = await firm.ask(
        "SELECT symbol FROM holding WHERE client_id = $1 AND quantity > 0 LIMIT 1", CLIENT
    )
    await firm.ask(
        "INSERT INTO subscription (branch_id, subscription_id, manager_id, client_id, product,"
        " state, starts_on) VALUES ('B001', 'S1', 'M001', $1, 'SMS2', 'active', '2023-01-01')",
        CLIENT,
    )
    await firm.ask(
        "INSERT INTO corporate_action (branch_id, action_id, symbol, kind, announced_on, title,"
        " per_ten_milli, price_units) VALUES ('*', 'R9', $1, 'rights', '2023-02-01', '配股公告',"
        " 3000, 50000)",
        symbol,
    )
    async with engine_on(firm.url) as engine:
        await Nights(engine, FixedClock()).run(TODAY)
    async with central(firm) as port:
        await once_online(desk, port)
    roll, rules = ClientRoll(desk.store, desk.prices), FirmRules(desk.store)
    alerts = LiveAlerts(
        store=desk.store, roll=roll, prices=desk.prices, outbox=desk.outbox, clock=desk.clock,
        changes=desk.changes, settings=rules,
    )  # fmt: skip
    await rules.load()
    await roll.load()
    await alerts.load()
    of_client = [one for one in await alerts.alerts() if one.client_id == CLIENT]
    [rights] = [one for one in of_client if one.kind == "rights" and one.title == "配股公告"]
    assert "每十股配 3 股" in rights.reason and "约可配" in rights.reason
    assert rights.entitled
