"""What central wrote at night in the desk's list: once, of those who hold it, by their products."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from models.clients.alert import Severity
from services.desk.storage.rows import Row, Value
from services.desk.storage.synced.changes import read_cursor
from tests.services.desk.alerts.test_live_alerts import MAOTAI, ROWS, Watch, event, watching
from tests.support.desk_data import a_row

NIGHT = "2023-01-31T18:30:00.000+08:00"
TODAY = "2023-02-01"


def written(
    kind: str, *, day: str = "2023-01-31", symbol: str = MAOTAI, **changed: Value
) -> tuple[str, Row]:
    """An alert of central for C1."""
    plain: dict[str, Value] = {
        "alert_id": f"C1:{symbol}:{kind}:{day}", "client_id": "C1", "event_id": f"E:{kind}",
        "symbol": symbol, "kind": kind, "product": "SMS2", "day": day, "title": f"贵州茅台{kind}",
        "reason": "收盘 18.50 元,较昨收 −6.00%,持有 2,200 股", "held": 2_200, "raised_at": NIGHT,
    }  # fmt: skip
    return "client_alert", a_row("client_alert", **(plain | changed))


SCANNED = written(
    "scan", event_id=f"scan:CONCENTRATION:{TODAY}", day=TODAY,
    alert_id=f"C1:{MAOTAI}:scan.CONCENTRATION:2023-02", title="组合诊断:单一证券占比过高",
)  # fmt: skip
ISSUE = written("ipo_issue", symbol="301501.SZ", product="SMS3", title="新股申购", held=0)


async def come(watch: Watch, *rows: tuple[str, Row]) -> None:
    """Let rows follow on the manager's stream."""
    after = await watch.desk.store.read(lambda connection: read_cursor(connection, "M001"))
    await watch.desk.receive(*rows, after=after or 0)


@pytest.fixture
async def watch(tmp_path: Path) -> AsyncIterator[Watch]:
    """C1 holds 2,200 Maotai and has SMS2."""
    async with watching(tmp_path) as found:
        await found.desk.receive(*ROWS)
        yield found


async def test_it_comes_with_its_reason_and_numbers(watch: Watch) -> None:
    await come(watch, written("rights"))
    alert = await watch.one("rights")
    assert alert.reason == "收盘 18.50 元,较昨收 −6.00%,持有 2,200 股"
    assert (alert.client_name, alert.security_name) == ("张三", "贵州茅台")
    assert (alert.severity, alert.raised_at) == (Severity.WARNING, NIGHT)
    assert alert.entitled and not alert.acknowledged
    assert "缴款" in alert.advice
    assert watch.alerts.counts() == {"C1": 1}


async def test_the_same_alert_of_the_same_day_is_there_once(watch: Watch) -> None:
    """Central's of the day, and the one that this desk raised from the news itself."""
    await come(watch, event("E1", "rating", f"{TODAY}T09:00:00.000+08:00"))
    await come(watch, written("rating", day=TODAY))
    alert = await watch.one("rating")
    assert alert.reason.startswith("正文;交易所")  # live: it moves with the price
    await come(watch, written("rating"))  # of another day
    assert [kind for _, kind in await watch.kinds()] == ["rating", "rating"]


async def test_a_move_told_live_is_not_told_again_at_night(watch: Watch) -> None:
    assert await watch.at(93_790) == [("C1", "move")]
    await come(watch, written("move", day=TODAY))
    assert await watch.kinds() == [("C1", "move")]


async def test_a_finding_of_the_scan_is_the_live_one_where_there_is_one(watch: Watch) -> None:
    await come(watch, SCANNED)
    assert await watch.kinds() == [("C1", "scan")]
    _, cash = ROWS[2]
    await come(watch, ("account", cash | {"cash_cents": 1}))
    assert await watch.at(100_000) == [("C1", "concentration")]


async def test_what_is_not_held_any_more_is_not_told(watch: Watch) -> None:
    await come(watch, written("rights", symbol="600001.SH"))
    assert await watch.kinds() == []


@pytest.mark.parametrize(
    ("product", "entitled"), [("SMS3", True), ("A", True), ("SMS2", False), ("SMS1", False)]
)
async def test_issues_go_by_the_product_for_issues(
    watch: Watch, product: str, entitled: bool
) -> None:
    _, subscription = ROWS[-1]
    await come(watch, ISSUE, ("subscription", subscription | {"product": product}))
    alert = await watch.one("ipo_issue")
    assert (alert.entitled, alert.value_cents) == (entitled, 0)


async def test_a_mandatory_warning_goes_to_every_holder(watch: Watch) -> None:
    _, subscription = ROWS[-1]
    await come(watch, ("subscription", subscription | {"state": "ended"}))
    await come(watch, written("risk", product=""), written("rights"))
    risk, rights = await watch.one("risk"), await watch.one("rights")
    assert (risk.entitled, risk.severity) == (True, Severity.SEVERE)
    assert not rights.entitled


async def test_it_is_noted_like_every_alert(watch: Watch) -> None:
    await come(watch, written("rights"))
    alert = await watch.one("rights")
    await watch.alerts.acknowledge(alert.alert_id, "已致电")
    assert (await watch.one("rights")).acknowledged
    assert watch.alerts.counts() == {}


async def test_old_ones_go(watch: Watch) -> None:
    await come(watch, written("rights", day="2023-01-01"))
    assert await watch.kinds() == []
