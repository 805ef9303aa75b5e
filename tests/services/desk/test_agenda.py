"""The agenda over a real store: rows, their order, what was put off."""

from collections.abc import AsyncIterator
from dataclasses import dataclass, replace
from datetime import timedelta
from pathlib import Path

import pytest

from models.clients.agenda.row import AgendaAction, AgendaKind, AgendaRow, row_id
from models.clients.alert import HoldingAlert, Severity
from models.clients.tier import Tier
from models.rules.basis.settings.service import AgendaSettings
from models.status import ChangeSet
from models.wire.service.plans import DismissAgenda, RestoreAgenda, SnoozeAgenda
from services.desk.agenda.agenda import Agenda, Today
from services.desk.clients.roll import ClientRoll
from services.desk.clients.segments import SegmentClients
from services.desk.storage.rows import Row
from tests.support.desk_data import TEN, Desk, FakePrices, FakeRules, a_client, a_row, open_desk

LATER = "2023-02-01T14:00:00.000+08:00"
BALLOT = HoldingAlert(
    "C1:787001.SH:ipo_ballot:2023-01-31", "C1", "张三", Tier.GOLD, "787001.SH", "某某",
    "ipo_ballot", Severity.WARNING, "2023-01-31T19:00:00.000+08:00", "某某中签",
    "中签 500 股,应缴款 9,000.00 元", "", 0, True, False,
)  # fmt: skip


@dataclass(slots=True)
class Office:
    """An agenda over an open desk."""

    desk: Desk
    agenda: Agenda
    rules: FakeRules
    alerts: list[HoldingAlert]
    came: int = 0

    async def receive(self, *rows: tuple[str, Row]) -> None:
        """Rows come in from central and everything is told."""
        await self.desk.receive(*rows, after=self.came)
        self.came += len(rows)

    async def rows(self) -> list[tuple[AgendaKind, str]]:
        """What stands, kind and client."""
        return [(row.kind, row.client_id) for row in (await self.agenda.today()).rows]


@pytest.fixture
async def office(tmp_path: Path) -> AsyncIterator[Office]:
    async with open_desk(tmp_path) as desk:
        rules, alerts = FakeRules(), list[HoldingAlert]()
        roll = ClientRoll(desk.store, FakePrices())
        clients = SegmentClients(store=desk.store, roll=roll, settings=rules, clock=desk.clock)

        async def open_alerts() -> tuple[HoldingAlert, ...]:
            return tuple(alerts)

        agenda = Agenda(
            store=desk.store, roll=roll, clients=clients, settings=rules, clock=desk.clock,
            alerts=open_alerts,
        )  # fmt: skip
        for part in (roll, clients, agenda):
            await part.load()
            desk.changes.refresh_with(part.refresh)
        yield Office(desk, agenda, rules, alerts)


def quiet(name: str, **values: str | int) -> tuple[str, Row]:
    """A client about whom nothing is to be done, but for what is told."""
    usual: dict[str, str | int] = {
        "last_contact_at": "2023-01-31T09:00:00.000+08:00",
        "birthday": "1980-08-08",
        "risk_tested_on": "2022-06-01",
    }
    return "client", a_client(name, "张三", **(usual | values))


def reasons(today: Today) -> list[str]:
    return [row.reason for row in today.rows]


async def test_every_kind_has_its_numbers_and_its_action(office: Office) -> None:
    platinum: dict[str, str | int] = {
        "tier": "platinum", "average_assets_cents": 400_000_000, "year_commission_cents": 0,
    }  # fmt: skip
    task = a_row(
        "task", task_id="T1", client_id="C1", kind="reminder", title="送对账单", body="", about="",
        due_at=LATER, state="open", note="",
    )  # fmt: skip
    ends = a_row(
        "subscription", subscription_id="S1", client_id="C4", product="SMS2", state="active",
        starts_on="2022-02-11", ends_on="2023-02-10", paid_by="cash",
    )  # fmt: skip
    await office.receive(
        quiet("C1"),
        quiet("C2", risk_tested_on="2021-01-20"),
        quiet("C3", birthday="1980-02-03"),
        quiet("C4"),
        quiet("C5", last_contact_at="2022-08-01T09:00:00.000+08:00"),
        quiet("C6", **platinum),
        quiet("C7"),
        ("task", task),
        ("task", task | {"task_id": "T2", "client_id": "C7", "kind": "command_refused"}),
        ("task", task | {"task_id": "T3", "client_id": "C2", "kind": "risk_test_expiry"}),
        ("subscription", ends),
    )
    office.alerts += [BALLOT, replace(BALLOT, acknowledged=True, client_id="C9")]
    today = await office.agenda.today()
    assert [(row.kind, row.client_id, row.action) for row in today.rows] == [
        (AgendaKind.REFUSED, "C7", AgendaAction.FINISH_TASK),
        (AgendaKind.TASK, "C1", AgendaAction.FINISH_TASK),
        (AgendaKind.RISK_TEST, "C2", AgendaAction.RECORD_RISK_TEST),
        (AgendaKind.NO_CONTACT, "C5", AgendaAction.LOG_CONTACT),
        (AgendaKind.BALLOT, "C1", AgendaAction.CALL_TO_PAY),
        (AgendaKind.SUBSCRIPTION, "C4", AgendaAction.SUBSCRIBE_SMS),
        (AgendaKind.TIER_LOSS, "C6", AgendaAction.LOG_CONTACT),
        (AgendaKind.BIRTHDAY, "C3", AgendaAction.LOG_CONTACT),
    ]
    told = "\n".join(reasons(today))
    for words in (
        "已于 2023-01-20 到期,过期 12 天",
        "已 184 天未联系(普通客户要求 180 天内一次)",
        "中签 500 股,应缴款 9,000.00 元;2023-02-02 16:00 前须缴款",
        "短信 SMS2 2023-02-10 到期,还剩 9 天",
        "20 日均资产 400.00 万元,距门槛 500.00 万元差 100.00 万元",
        "2 天后生日(2 月 3 日)",
    ):
        assert words in told


async def test_a_row_put_off_comes_back_by_the_clock(office: Office) -> None:
    await office.receive(quiet("C3", birthday="1980-02-01"))
    name = row_id(AgendaKind.BIRTHDAY, "C3", "2023")
    await office.desk.outbox.add(SnoozeAgenda(name, "C3", LATER), "C3")
    today = await office.agenda.today()
    assert today.rows == ()
    assert [one.row.row_id for one in today.snoozed] == [name]
    office.desk.clock.moment = TEN + timedelta(hours=4)
    assert await office.rows() == [(AgendaKind.BIRTHDAY, "C3")]


async def test_a_dismissed_row_stays_told_and_another_event_makes_another(office: Office) -> None:
    await office.receive(quiet("C3", birthday="1980-02-01"))
    name = row_id(AgendaKind.BIRTHDAY, "C3", "2023")
    await office.desk.outbox.add(DismissAgenda(name, "C3", "已祝贺"), "C3")
    today = await office.agenda.today()
    assert (today.rows, [one.reason for one in today.dismissed]) == ((), ["已祝贺"])
    office.desk.clock.moment = TEN + timedelta(days=365)
    assert (AgendaKind.BIRTHDAY, "C3") in await office.rows()
    office.desk.clock.moment = TEN
    await office.desk.outbox.add(RestoreAgenda(name, "C3"), "C3")
    assert await office.rows() == [(AgendaKind.BIRTHDAY, "C3")]


async def test_what_was_done_goes_from_the_list(office: Office) -> None:
    await office.receive(quiet("C1", last_contact_at="2022-01-01T09:00:00.000+08:00"))
    assert await office.rows() == [(AgendaKind.NO_CONTACT, "C1")]
    await office.receive(quiet("C1", version=2))
    assert await office.rows() == []


async def test_a_kind_that_nobody_has_set_is_told(office: Office) -> None:
    await office.receive(quiet("C3", birthday="1980-02-01"))
    settings = office.rules.settings
    office.rules.settings = replace(settings, agenda=AgendaSettings())
    await office.agenda.refresh(ChangeSet(grounds=True))
    today = await office.agenda.today()
    assert today.rows == ()
    assert "AGENDA_LEAD_BIRTHDAY_NOT_CONFIGURED" in today.not_configured
    assert "AGENDA_NO_CONTACT_ORDINARY_NOT_CONFIGURED" in today.not_configured
    unweighed = replace(settings.agenda, weights={})
    office.rules.settings = replace(settings, agenda=unweighed)
    await office.agenda.refresh(ChangeSet(grounds=True))
    assert "AGENDA_WEIGHT_BIRTHDAY_NOT_CONFIGURED" in (await office.agenda.today()).not_configured


async def test_the_same_rows_have_the_same_order(office: Office) -> None:
    names = [f"C{number}" for number in range(9)]
    await office.receive(*(quiet(name, birthday="1980-02-01") for name in reversed(names)))
    first = (await office.agenda.today()).rows
    assert [row.client_id for row in first] == names
    await office.agenda.refresh(ChangeSet(whole=True))
    assert (await office.agenda.today()).rows == first


def test_a_row_is_named_by_kind_client_and_event() -> None:
    row = AgendaRow("x", AgendaKind.TASK, "C1", "", TEN, AgendaAction.FINISH_TASK)
    assert row_id(row.kind, row.client_id, "T1") == "task:C1:T1"
