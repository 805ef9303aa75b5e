"""What the desk saw of prices and assets stays, so that a report is valued and dated."""

from collections.abc import AsyncIterator
from datetime import date, timedelta
from pathlib import Path

import pytest

from models.files.report.period import Period
from services.desk.clients.marks import KEPT_DAYS, MarkKeeper
from services.desk.clients.roll import ClientRoll
from services.desk.files.report.assets import course
from services.desk.storage.queries.marks import (
    AssetMark,
    read_asset_marks,
    read_price_marks,
    write_marks,
)
from tests.support.desk_data import TODAY, Desk, a_client, a_row, open_desk

SEEN = f"{TODAY}T10:00:00.000+08:00"


@pytest.fixture
async def desk(tmp_path: Path) -> AsyncIterator[Desk]:
    async with open_desk(tmp_path) as desk:
        await desk.receive(
            ("client", a_client("C1")),
            ("account", a_row("account", account="A1", client_id="C1", cash_cents=500)),
            ("holding", a_row("holding", account="A1", symbol="600519.SH", client_id="C1",
                              quantity=100, sellable=100, cost_cents=100)),
        )  # fmt: skip
        yield desk


async def keeper_of(desk: Desk) -> MarkKeeper:
    roll = ClientRoll(desk.store, desk.prices)
    await roll.load()
    return MarkKeeper(store=desk.store, roll=roll, prices=desk.prices, clock=desk.clock)


async def assets_of(desk: Desk) -> list[tuple[str, int]]:
    marks = await desk.store.read(lambda connection: read_asset_marks(connection, "C1"))
    return [(mark.day, mark.assets_cents) for mark in marks]


async def test_assets_are_kept_once_every_price_is_known_and_the_last_of_a_day_stays(
    desk: Desk,
) -> None:
    keeper = await keeper_of(desk)
    await keeper.keep()
    assert await assets_of(desk) == []
    desk.prices.name("600519.SH", "贵州茅台")
    for price in (1_000, 2_000):
        desk.prices.set("600519.SH", price, 900)
        await keeper.keep()
    assert await assets_of(desk) == [(TODAY.isoformat(), 500 + 2_000)]
    [mark] = (await desk.store.read(lambda c: read_price_marks(c, ["600519.SH"]))).values()
    assert (mark.name, mark.price_units, mark.seen_at) == ("贵州茅台", 2_000, SEEN)


async def test_what_is_too_old_is_forgotten(desk: Desk) -> None:
    old = (TODAY - timedelta(days=KEPT_DAYS + 1)).isoformat()
    mark = AssetMark("C1", old, 1, SEEN)
    await desk.store.write(lambda connection: write_marks(connection, [], [mark], ""))
    assert await assets_of(desk) == [(old, 1)]
    desk.prices.name("600519.SH", "贵州茅台")
    desk.prices.set("600519.SH", 1_000, 900)
    await (await keeper_of(desk)).keep()
    assert [day for day, _ in await assets_of(desk)] == [TODAY.isoformat()]


def test_a_course_is_told_by_weeks_or_months_from_the_day_before() -> None:
    days = [date(2022, 12, 20) + timedelta(days=at) for at in range(60)]
    marks = [AssetMark("C1", day.isoformat(), 1, SEEN) for day in days if day.weekday() < 5]
    months = course(marks, Period(date(2023, 1, 1), date(2023, 3, 31)))
    assert [mark.day for mark in months] == ["2022-12-30", "2023-01-31", "2023-02-17"]
    weeks = course(marks, Period(date(2023, 1, 1), date(2023, 1, 31)))
    assert [mark.day for mark in weeks] == [
        "2022-12-30", "2023-01-06", "2023-01-13", "2023-01-20", "2023-01-27", "2023-01-31"
    ]  # fmt: skip
    assert course([], Period(date(2023, 1, 1), date(2023, 1, 31))) == ()
