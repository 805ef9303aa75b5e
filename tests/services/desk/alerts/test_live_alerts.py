"""Alerts over a real store: raised once, kept, worded with numbers, noted."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from datetime import timedelta
from decimal import Decimal
from pathlib import Path

import pytest

from models.clients.alert import HoldingAlert, Severity
from models.errors import ExpectedFailure
from models.market.instrument import SecurityStatus
from models.rules.basis.profile import Settings
from models.rules.basis.settings.service import AlertSettings
from models.status import ChangeSet
from services.desk.alerts.desk import LiveAlerts
from services.desk.clients.roll import ClientRoll
from services.desk.storage.rows import Row
from services.desk.storage.synced.changes import apply_changes
from tests.support.desk_data import TODAY, Desk, FakeRules, a_client, a_row, open_desk
from tests.support.log_lines import Line, page

MAOTAI, ST = "600519.SH", "600001.SH"
CLOSE = 100_000


@dataclass(slots=True)
class Watch:
    """Alerts over an open desk."""

    desk: Desk
    alerts: LiveAlerts
    rules: FakeRules

    async def kinds(self) -> list[tuple[str, str]]:
        """Client and kind of every alert, in order."""
        return [(one.client_id, one.kind) for one in await self.alerts.alerts()]

    async def at(self, last: int, **more: tuple[int, int]) -> list[tuple[str, str]]:
        """Let Maotai trade at ``last`` against 10.00 and evaluate."""
        self.desk.prices.set(MAOTAI, last, CLOSE, **more)
        await self.alerts.evaluate()
        return await self.kinds()

    async def one(self, kind: str) -> HoldingAlert:
        """The only alert of a kind."""
        (found,) = [one for one in await self.alerts.alerts() if one.kind == kind]
        return found


def holding(client_id: str, symbol: str, quantity: int) -> tuple[str, Row]:
    """Shares of a client in his only account."""
    return "holding", a_row(
        "holding", account=f"A{client_id}", client_id=client_id, symbol=symbol, quantity=quantity,
        sellable=quantity, cost_cents=quantity * 1_000,
    )  # fmt: skip


def event(event_id: str, kind: str, at: str, *, mandatory: bool = False) -> tuple[str, Row]:
    """Something that happened to Maotai."""
    return "security_event", a_row(
        "security_event", branch_id="*", manager_id="*", event_id=event_id, symbol=MAOTAI,
        kind=kind, happened_at=at, title=f"公告{event_id}", body="正文", source="交易所",
        mandatory=mandatory,
    )  # fmt: skip


SUBSCRIBED = a_row(
    "subscription", subscription_id="S1", client_id="C1", product="SMS2", state="active",
    starts_on="2023-01-01", ends_on="2023-02-01",
)  # fmt: skip
ROWS = (
    ("client", a_client("C1", "张三")),
    ("client", a_client("C2", "李四", tier="gold")),
    ("account", a_row("account", account="AC1", client_id="C1", cash_cents=100_000_00)),
    ("account", a_row("account", account="AC2", client_id="C2", cash_cents=100_000_00)),
    holding("C1", MAOTAI, 2_200),
    ("subscription", SUBSCRIBED),
)


@asynccontextmanager
async def watching(folder: Path) -> AsyncIterator[Watch]:
    """Alerts over the store in ``folder``, as the desk wires them."""
    async with open_desk(folder) as desk:
        desk.prices.name(MAOTAI, "贵州茅台")
        roll, rules = ClientRoll(desk.store, desk.prices), FakeRules()
        alerts = LiveAlerts(
            store=desk.store, roll=roll, prices=desk.prices, outbox=desk.outbox, clock=desk.clock,
            changes=desk.changes, settings=rules,
        )  # fmt: skip
        desk.changes.refresh_with(roll.refresh)
        desk.changes.refresh_with(alerts.refresh)
        await roll.load()
        await alerts.load()
        yield Watch(desk, alerts, rules)


@pytest.fixture
async def watch(tmp_path: Path) -> AsyncIterator[Watch]:
    """C1 holds 2,200 Maotai at 10.00 and has SMS2, C2 holds nothing."""
    async with watching(tmp_path) as found:
        await found.desk.receive(*ROWS)
        yield found


@pytest.mark.parametrize(
    ("last", "raised"),
    [
        (105_000, True),
        (104_999, False),
        (95_000, True),
        (95_001, False),
        (0, False),
    ],
    ids=["5 % up", "just below", "5 % down", "just above", "not traded yet"],
)
async def test_move_is_raised_from_five_percent_on(watch: Watch, last: int, raised: bool) -> None:
    assert await watch.at(last) == ([("C1", "move")] if raised else [])


async def test_alert_says_whom_why_and_what_to_do(watch: Watch) -> None:
    await watch.at(93_790)
    alert = await watch.one("move")
    assert alert.reason == "较昨收 \N{MINUS SIGN}6.21%,持有 2,200 股,市值 2.1 万"
    assert (alert.client_name, alert.security_name) == ("张三", "贵州茅台")
    assert (alert.severity, alert.value_cents) == (Severity.WARNING, 20_633_80)
    assert alert.advice and alert.title == "持仓股大跌"
    assert alert.raised_at == "2023-02-01T10:00:00.000+08:00"


async def test_deeper_fall_presses_more(watch: Watch) -> None:
    await watch.at(94_000)
    assert (await watch.one("move")).severity is Severity.WARNING
    await watch.at(92_000)
    assert (await watch.one("move")).severity is Severity.SEVERE


async def test_alert_is_raised_once_and_keeps_its_time(watch: Watch) -> None:
    told: list[ChangeSet] = []
    watch.desk.changes.subscribe(told.append)
    await watch.at(94_000)
    first = await watch.one("move")
    watch.desk.clock.moment += timedelta(minutes=5)
    await watch.at(99_000)
    passed = await watch.one("move")
    await watch.at(93_000)
    again = await watch.one("move")
    assert first.raised_at == passed.raised_at == again.raised_at
    assert "现已缓解" in passed.reason and "现已缓解" not in again.reason
    assert sum(change.alerts for change in told) == 1


async def test_limits_are_told_apart_by_their_queue(watch: Watch) -> None:
    await watch.at(110_000, limits=(90_000, 110_000), book=(110_000, 0))
    assert (await watch.one("limit_up")).title == "封涨停板"
    await watch.at(90_000, limits=(90_000, 110_000), book=(89_000, 90_000))
    down = await watch.one("limit_down")
    assert (down.title, down.severity) == ("触及跌停", Severity.SEVERE)


async def test_half_of_the_assets_in_one_security(watch: Watch) -> None:
    account = a_row("account", account="AC1", client_id="C1", cash_cents=22_000_00)
    await watch.desk.receive(("account", account), after=len(ROWS))
    assert await watch.at(99_999) == []
    assert await watch.at(100_000) == [("C1", "concentration")]
    assert (await watch.one("concentration")).reason.startswith("占资产 50.0%,")


async def test_held_warned_security_is_told_at_once(watch: Watch) -> None:
    watch.desk.prices.name(ST, "*ST 某某", SecurityStatus.ST)
    await watch.desk.receive(holding("C2", ST, 100), after=len(ROWS))
    await watch.alerts.evaluate()
    assert await watch.kinds() == [("C2", "st")]


async def test_new_holder_gets_the_alert_that_others_have(watch: Watch) -> None:
    await watch.at(94_000)
    await watch.desk.receive(holding("C2", MAOTAI, 100), after=len(ROWS))
    await watch.alerts.evaluate()
    assert sorted(await watch.kinds()) == [("C1", "move"), ("C2", "move")]


async def test_holders_are_all_who_hold_it_alerted_or_not(watch: Watch) -> None:
    await watch.desk.receive(holding("C2", MAOTAI, 300), after=len(ROWS))
    assert await watch.at(CLOSE) == []
    found = watch.alerts.holders(MAOTAI)
    assert [(one.client_id, one.client_name, one.quantity) for one in found] == [
        ("C1", "张三", 2_200),
        ("C2", "李四", 300),
    ]
    assert found[1].value_cents == 300 * 10_00
    assert watch.alerts.holders(ST) == ()


@pytest.mark.parametrize(
    ("title", "shown"),
    [
        ("贵州茅台:收到问询函", "收到问询函"),
        ("贵州茅台股东减持", "贵州茅台股东减持"),
        ("关于贵州茅台:说明", "关于贵州茅台:说明"),
    ],
)
async def test_title_says_the_name_once(watch: Watch, title: str, shown: str) -> None:
    table, row = event("E1", "risk", f"{TODAY}T09:31:00.000+08:00")
    await watch.desk.receive((table, row | {"title": title}), after=len(ROWS))
    await watch.alerts.evaluate()
    alert = await watch.one("risk")
    assert (alert.security_name, alert.title) == ("贵州茅台", shown)


async def test_sold_out_holding_leaves_the_list_and_the_counts(watch: Watch) -> None:
    await watch.at(94_000)
    assert watch.alerts.counts() == {"C1": 1}
    key: Row = {"branch_id": "B1", "account": "AC1", "symbol": MAOTAI}
    batch = page([Line(len(ROWS) + 1, "holding", None, key)], after=len(ROWS))
    seen: list[ChangeSet] = []
    watch.desk.changes.subscribe(seen.append)
    told = await watch.desk.store.write(lambda c: apply_changes(c, batch))
    await watch.desk.changes.announce(told)
    assert await watch.kinds() == []
    assert watch.alerts.counts() == {}
    await watch.alerts.evaluate()
    assert any(change.alerts for change in seen)


@pytest.mark.parametrize(
    ("day", "entitled"), [(1, True), (2, False)], ids=["last day", "day after"]
)
async def test_sms2_decides_whether_the_client_may_be_told(
    watch: Watch, day: int, entitled: bool
) -> None:
    watch.desk.clock.moment = watch.desk.clock.moment.replace(day=day)
    await watch.alerts.evaluate()
    await watch.at(94_000)
    assert (await watch.one("move")).entitled is entitled


async def test_product_brings_sms2_with_it(watch: Watch) -> None:
    product = SUBSCRIBED | {"product": "A", "ends_on": ""}
    await watch.desk.receive(("subscription", product), after=len(ROWS))
    await watch.at(94_000)
    assert (await watch.one("move")).entitled


async def test_events_of_held_securities_are_listed_by_kind_and_day(watch: Watch) -> None:
    await watch.desk.receive(
        event("1", "research", "2023-02-01T08:30:00.000+08:00"),
        event("2", "research", "2023-02-01T09:00:00.000+08:00"),
        event("3", "risk", "2023-01-31T09:00:00.000+08:00", mandatory=True),
        event("4", "rights", "2023-01-20T09:00:00.000+08:00"),
        event("5", "follow_on", "2023-02-01T11:00:00.000+08:00"),
        stream="*",
    )
    await watch.alerts.evaluate()
    assert await watch.kinds() == [("C1", "risk"), ("C1", "research")]
    research = await watch.one("research")
    assert (research.title, research.raised_at) == (
        "公告2(当日共 2 则)",
        "2023-02-01T08:30:00.000+08:00",
    )
    watch.desk.clock.moment += timedelta(hours=2)
    await watch.alerts.evaluate()
    assert ("C1", "follow_on") in await watch.kinds()


async def test_mandatory_risk_goes_to_every_holder(watch: Watch) -> None:
    await watch.desk.receive(holding("C2", MAOTAI, 100), after=len(ROWS))
    await watch.desk.receive(
        event("1", "risk", "2023-02-01T09:00:00.000+08:00", mandatory=True),
        event("2", "rating", "2023-02-01T09:00:00.000+08:00"),
        stream="*",
    )
    found = {(a.client_id, a.kind): a.entitled for a in await watch.alerts.alerts()}
    assert found == {
        ("C1", "risk"): True,
        ("C2", "risk"): True,
        ("C1", "rating"): True,
        ("C2", "rating"): False,
    }


async def test_noted_alert_stays_listed_as_such(watch: Watch) -> None:
    await watch.at(94_000)
    alert = await watch.one("move")
    await watch.alerts.acknowledge(alert.alert_id, " 已致电 ")
    await watch.alerts.acknowledge(alert.alert_id, "再记")
    assert (await watch.one("move")).acknowledged
    assert watch.alerts.counts() == {}
    assert watch.desk.board.status().outbox == 1
    await watch.at(93_000)
    assert (await watch.one("move")).acknowledged


async def test_noting_what_is_not_there_is_told(watch: Watch) -> None:
    with pytest.raises(ExpectedFailure) as refused:
        await watch.alerts.acknowledge("C9:x:move:2023-02-01", "")
    assert refused.value.code == "ALERT_NOT_FOUND"


async def test_restart_keeps_the_time_and_what_has_passed(tmp_path: Path) -> None:
    async with watching(tmp_path) as watch:
        await watch.desk.receive(*ROWS)
        await watch.at(94_000)
    async with watching(tmp_path) as watch:
        watch.desk.clock.moment += timedelta(hours=1)
        assert await watch.at(100_000) == [("C1", "move")]
        alert = await watch.one("move")
        assert alert.raised_at == "2023-02-01T10:00:00.000+08:00"
        assert "现已缓解" in alert.reason


async def test_new_day_begins_with_an_empty_list(watch: Watch) -> None:
    await watch.at(94_000)
    watch.desk.clock.moment += timedelta(days=1)
    assert await watch.at(100_000) == []
    assert await watch.at(94_000) == [("C1", "move")]
    assert (await watch.one("move")).alert_id.endswith("2023-02-02")


async def test_severest_then_newest_first(watch: Watch) -> None:
    watch.desk.prices.name(ST, "*ST 某某", SecurityStatus.ST)
    await watch.desk.receive(holding("C2", MAOTAI, 100), holding("C2", ST, 100), after=len(ROWS))
    await watch.alerts.evaluate()
    watch.desk.clock.moment += timedelta(minutes=1)
    assert await watch.at(91_000) == [("C1", "move"), ("C2", "move"), ("C2", "st")]


async def test_levels_that_nobody_set_are_not_guessed(watch: Watch) -> None:
    """What needs no level is told all the same."""
    watch.rules.settings = Settings()
    watch.desk.prices.name(MAOTAI, "*ST 茅台", SecurityStatus.ST)
    assert await watch.at(50_000) == [("C1", "st")]


async def test_levels_are_those_of_the_firm_now(watch: Watch) -> None:
    """They came from central while the desk ran; no price has moved since."""
    assert await watch.at(96_000) == []
    settings = watch.rules.settings
    watch.rules.settings = replace(settings, alerts=AlertSettings(move_percent=Decimal(3)))
    await watch.alerts.evaluate()
    assert await watch.kinds() == [("C1", "move")]
