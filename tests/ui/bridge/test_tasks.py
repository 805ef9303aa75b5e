"""Tasks: results on the loop, failures told, bugs to the crash hook, nothing outlives the owner."""

import asyncio

import pytest
from PySide6.QtWidgets import QApplication

from models.errors import ExpectedFailure
from ui.bridge.tasks import Tasks

FAILURE = ExpectedFailure("中心库断开", "稍后再试", "HUB_DOWN")


async def answer(value: int) -> int:
    await asyncio.sleep(0)
    return value


async def fail() -> int:
    raise FAILURE


async def break_down() -> int:
    raise ValueError("a bug")


@pytest.fixture
def bugs() -> list[BaseException]:
    return []


@pytest.fixture
def tasks(qapp: QApplication, bugs: list[BaseException]) -> Tasks:
    return Tasks(bugs.append)


async def settle(tasks: Tasks) -> None:
    """Wait until no task is running."""
    async with asyncio.timeout(5):
        while tasks.count():
            await asyncio.sleep(0)


async def test_result_comes_to_the_caller(tasks: Tasks) -> None:
    got: list[int] = []
    tasks.start(answer(7), got.append)
    await settle(tasks)
    assert got == [7]


async def test_expected_failure_is_told_to_all_or_to_the_caller(
    tasks: Tasks, bugs: list[BaseException]
) -> None:
    told: list[ExpectedFailure] = []
    own: list[ExpectedFailure] = []
    tasks.failed.connect(told.append)
    tasks.start(fail())
    tasks.start(fail(), None, own.append)
    await settle(tasks)
    assert (told, own, bugs) == ([FAILURE], [FAILURE], [])


async def test_any_other_exception_goes_to_the_crash_hook(
    tasks: Tasks, bugs: list[BaseException]
) -> None:
    tasks.start(break_down())
    await settle(tasks)
    assert [type(bug) for bug in bugs] == [ValueError]


async def test_a_bug_in_the_callback_is_a_bug_too(tasks: Tasks, bugs: list[BaseException]) -> None:
    def use(_value: int) -> None:
        raise KeyError("callback")

    tasks.start(answer(1), use)
    await settle(tasks)
    assert [type(bug) for bug in bugs] == [KeyError]


async def test_the_newest_question_of_a_name_wins(tasks: Tasks) -> None:
    got: list[int] = []
    for value in (1, 2, 3):
        tasks.start(answer(value), got.append, name="search")
    await settle(tasks)
    assert got == [3]


async def test_closing_cancels_what_runs_and_starts_nothing_more(tasks: Tasks) -> None:
    got: list[int] = []
    ended = asyncio.Event()

    async def wait_for_ever() -> int:
        try:
            await asyncio.Event().wait()
        finally:
            ended.set()
        return 1

    tasks.start(wait_for_ever(), got.append)
    await asyncio.sleep(0)
    await tasks.wait_closed()
    tasks.start(answer(2), got.append)
    assert ended.is_set()
    assert (got, tasks.count()) == ([], 0)
