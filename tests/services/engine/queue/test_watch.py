"""The diary of what was told, and the report of how it was kept."""

from datetime import date
from pathlib import Path

import pytest

from models.errors import ExpectedFailure
from models.market.own_place import OwnPlace, PlaceCertainty
from models.trading.order import OrderState, Side
from models.wire.exchange import FeedHeartbeat
from models.wire.feed import SIDE_BUY
from services.engine.queue.diary import QueueDiary, Told, read_report
from services.engine.queue.watch import QueueWatch
from tests.services.engine.queue.day import OURS, PRICE, a_day
from tests.services.market.support import SHENZHEN, TEN_O_CLOCK

DAY = date(2023, 2, 1)


def told(name: str = "O1") -> Told:
    place = OwnPlace(name, Side.BUY, PRICE, 100, PlaceCertainty.EXACT, filled_permille=(1, 2, 3))
    return Told(name, "000001.SZ", Side.BUY, TEN_O_CLOCK, place)


async def test_the_first_time_that_is_told_is_written_down_once(tmp_path: Path) -> None:
    folder = tmp_path / "queue"
    async with a_day(tmp_path) as day:
        await day.send()
        day.ours()
        day.feed()
        await day.accepted(OURS)
        diary = QueueDiary(folder, DAY)
        watch = QueueWatch(day.tracker, day.heart, day.bench.books, diary)
        watch.look()
        watch.report()
        assert not folder.exists()  # nothing traded yet, so no time was told
        day.tape.sell(SHENZHEN, 300, PRICE + 100, 9_000)
        day.tape.buy(SHENZHEN, 401, PRICE + 100, 5_000)
        day.tape.trade(SHENZHEN, SIDE_BUY, 401, 300, PRICE + 100, 5_000)
        day.feed()
        watch.look()
        day.tape.cancel(SHENZHEN, SIDE_BUY, 5, 700)
        day.feed()
        watch.look()
        assert [one.place.ahead for one in QueueDiary(folder, DAY).told.values()] == [700]
        watch.report()
        (kept,) = read_report(folder).orders
        assert kept.outcome.filled_permille == kept.told.place.filled_permille


async def test_told_filled_and_reported(tmp_path: Path) -> None:
    folder = tmp_path / "queue"
    async with a_day(tmp_path) as day:
        await day.send()
        day.ours()
        day.feed()
        await day.accepted(OURS)
        diary = QueueDiary(folder, DAY)
        diary.tell(told())
        watch = QueueWatch(day.tracker, day.heart, day.bench.books, diary)
        day.heart.on_heartbeat(FeedHeartbeat(TEN_O_CLOCK + 60_000, {}))
        watch.report()
        (open_order,) = read_report(folder).orders
        assert (open_order.outcome.waited_ms, open_order.outcome.is_filled) == (60_000, False)
        day.bench.gateway.fill("O1", 1_000, PRICE)  # at 10:00:00.100
        await day.bench.reaches("O1", OrderState.FILLED)
        watch.report()
        report = read_report(folder, "2023-02-01")
        (filled,) = report.orders
        assert (filled.outcome.waited_ms, filled.outcome.is_filled) == (100, True)
        assert (report.until_ms, report.score.filled) == (TEN_O_CLOCK + 60_000, 1)


def test_a_diary_keeps_the_first_and_comes_back_without_its_torn_line(tmp_path: Path) -> None:
    diary = QueueDiary(tmp_path, DAY)
    diary.tell(told("O1"))
    diary.tell(told("O2"))
    diary.tell(told("O1"))
    (file,) = tmp_path.iterdir()
    file.write_bytes(file.read_bytes()[:-20])
    again = QueueDiary(tmp_path, DAY)
    assert list(again.told) == ["O1"]
    again.tell(told("O3"))
    assert list(QueueDiary(tmp_path, DAY).told) == ["O1", "O3"]


def test_a_folder_that_cannot_be_written_stops_nothing(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    blocked = tmp_path / "file"
    blocked.write_bytes(b"")
    diary = QueueDiary(blocked / "queue", DAY)
    diary.tell(told())
    assert "O1" in diary.told
    assert "queue diary not written" in caplog.text


def test_missing_and_broken_reports_are_named(tmp_path: Path) -> None:
    with pytest.raises(ExpectedFailure) as missing:
        read_report(tmp_path)
    assert missing.value.code == "QUEUE_REPORT_MISSING"
    (tmp_path / "2023-02-01.report.json").write_bytes(b"{")
    with pytest.raises(ExpectedFailure) as broken:
        read_report(tmp_path)
    assert broken.value.code == "QUEUE_REPORT_BROKEN"
