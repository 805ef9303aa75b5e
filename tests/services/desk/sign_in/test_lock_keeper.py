"""The desk locks by idle time and on demand, and opens by the passphrase only."""

from datetime import timedelta

import pytest

from models.errors import ExpectedFailure
from services.desk.sign_in.lock_keeper import LockKeeper
from tests.support.desk_data import FakeClock

LIMIT = timedelta(minutes=15)


def verify(passphrase: str) -> None:
    """Open for "right" only."""
    if passphrase != "right":
        raise ExpectedFailure("口令不对", "请重新输入", "WRONG_PASSPHRASE")


class Desk:
    """A keeper with its clock and what it told."""

    def __init__(self, limit: timedelta | None = LIMIT) -> None:
        self.clock = FakeClock()
        self.keeper = LockKeeper(clock=self.clock, idle_limit=limit, verify=verify)
        self.told: list[bool] = []
        self.keeper.subscribe(self.told.append)

    def is_locked(self) -> bool:
        """As the keeper says now."""
        return self.keeper.is_locked

    def wait(self, minutes: float) -> None:
        """Let time pass, then look."""
        self.clock.moment += timedelta(minutes=minutes)
        self.keeper.look()


def test_locks_after_the_limit_without_a_touch() -> None:
    desk = Desk()
    desk.wait(14.9)
    assert not desk.is_locked()
    desk.wait(0.1)
    assert desk.is_locked()
    desk.wait(60)
    assert desk.told == [True]


def test_a_touch_begins_the_limit_anew() -> None:
    desk = Desk()
    for _ in range(5):
        desk.wait(14)
        desk.keeper.touch()
    assert not desk.is_locked()
    desk.wait(15)
    assert desk.is_locked()


def test_never_locks_by_itself_without_a_limit() -> None:
    desk = Desk(limit=None)
    desk.wait(100_000)
    assert not desk.is_locked()
    desk.keeper.lock()
    assert desk.is_locked()


def test_a_clock_set_back_begins_the_limit_anew() -> None:
    desk = Desk()
    desk.wait(-600)
    assert not desk.is_locked()
    desk.wait(15)
    assert desk.is_locked()


async def test_opens_by_the_right_passphrase_only() -> None:
    desk = Desk()
    desk.keeper.lock()
    with pytest.raises(ExpectedFailure):
        await desk.keeper.unlock("guess")
    assert desk.is_locked()
    desk.clock.moment += timedelta(hours=3)
    await desk.keeper.unlock("right")
    desk.keeper.look()
    assert not desk.is_locked()
    assert desk.told == [True, False]


async def test_a_touch_behind_the_lock_counts_for_nothing() -> None:
    desk = Desk()
    desk.keeper.lock()
    desk.keeper.touch()
    desk.keeper.lock()
    assert desk.told == [True]
