"""A worker whose clock is away from central's does nothing; what it would have done waits."""

from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import time
from pathlib import Path

import pytest
from sqlalchemy.ext.asyncio import AsyncEngine

from models.errors import ExpectedFailure
from models.wire.commands import LogContact
from services.central.sync.pruning import Keeping
from services.clock.clock import Clock, MovedClock, ReplayClock, clock_from_text
from services.worker.housekeeping import clean_if_new_day
from services.worker.nights.run import Nights
from services.worker.nights.watch import NightWatch
from services.worker.overdue import end_overdue
from services.worker.right_time import MOST_OFF_S
from services.worker.worker import Worker
from tests.support.central_work import envelope, put
from tests.support.night_firm import open_night_firm
from tests.support.postgres import FixedClock, ask, engine_on

DAY_S = 86_400
WRONG = (-40 * DAY_S, -DAY_S, -MOST_OFF_S - 60, MOST_OFF_S + 60, DAY_S, 40 * DAY_S)
CONTACT = LogContact("K1", "C000001", "phone", "out", "回访", "2023-02-01T10:00:00.000+08:00")


@dataclass(frozen=True, slots=True)
class Moved:
    """A clock, and the file that moves it."""

    file: Path

    @property
    def clock(self) -> Clock:
        return MovedClock(FixedClock(), self.file)

    def by(self, seconds: int) -> None:
        self.file.write_text(str(seconds), "ascii")


@pytest.fixture
def moved(tmp_path: Path) -> Moved:
    return Moved(tmp_path / "clock")


@pytest.fixture
async def engine(demo_central: str) -> AsyncIterator[AsyncEngine]:
    async with engine_on(demo_central) as engine:
        yield engine


def wrong() -> "pytest.RaisesExc[ExpectedFailure]":
    return pytest.raises(ExpectedFailure, match="CLOCK_WRONG")


async def test_commands_wait_uncounted_and_are_done_once_the_clock_is_right(
    engine: AsyncEngine, demo_central: str, moved: Moved
) -> None:
    worker = Worker(engine, moved.clock)
    await put(engine, [envelope(CONTACT, "C000001")])
    for seconds in WRONG:
        moved.by(seconds)
        with wrong():
            await worker.work_once()
    assert await ask(demo_central, "SELECT state, attempts FROM inbox") == [("waiting", 0)]
    moved.by(0)
    assert await worker.work_once()
    [(at,)] = await ask(demo_central, "SELECT at FROM audit_entry WHERE command_id <> ''")
    assert at == "2023-02-01T10:00:00.000+08:00"


async def test_nothing_is_forgotten_by_a_wrong_clock(
    engine: AsyncEngine, demo_central: str, moved: Moved
) -> None:
    for seconds in WRONG:
        moved.by(seconds)
        with wrong():
            await clean_if_new_day(engine, moved.clock, Keeping())
    assert await ask(demo_central, "SELECT FROM stream_mark") == []
    moved.by(0)
    assert await clean_if_new_day(engine, moved.clock, Keeping()) is not None


async def test_nothing_ends_before_its_time(
    engine: AsyncEngine, demo_central: str, moved: Moved
) -> None:
    await ask(
        demo_central,
        "INSERT INTO approval (branch_id, approval_id, manager_id, kind, state, due_at)"
        " VALUES ('B001', 'A1', 'M001', 'unmask', 'pending', '2023-02-02T18:00:00.000+08:00')",
    )
    moved.by(2 * DAY_S)
    with wrong():
        await end_overdue(engine, moved.clock)
    moved.by(0)
    await end_overdue(engine, moved.clock)
    assert await ask(demo_central, "SELECT state FROM approval") == [("pending",)]


async def test_no_night_of_a_day_that_has_not_come(empty_central: str, moved: Moved) -> None:
    async with open_night_firm(empty_central, 1) as firm:
        watch = NightWatch(Nights(firm.engine, moved.clock), moved.clock, "00:00")
        moved.by(DAY_S)
        assert not await watch.look()
        assert await firm.ask("SELECT FROM night_run") == []
        moved.by(0)
        assert await watch.look()
        assert await firm.ask("SELECT DISTINCT day FROM night_run") == [("2023-02-01",)]


def test_a_clock_is_moved_by_its_file_while_it_runs(moved: Moved) -> None:
    right = ReplayClock(FixedClock().now(), 0, 0)
    clock = clock_from_text(f"{right.text()}@{moved.file}")
    moved.by(60)
    assert clock.now().timetz().replace(tzinfo=None) == time(10, 1)
    moved.by(-3_600)
    assert clock.now().timetz().replace(tzinfo=None) == time(9)
