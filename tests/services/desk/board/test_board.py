"""The board keeps the newest state and tells each true change once."""

import asyncio

import pytest

from models.market.instrument import Phase
from models.market.picture import Quote
from models.status import ChangeSet, LinkState
from models.wire.view import EngineHealth, ViewFrame, ViewWelcome
from services.desk.board.board import DeskBoard
from services.desk.board.changes import DeskChanges
from tests.support.waiting import until


def a_quote(phase: Phase, time_ms: int) -> Quote:
    """A quote in a phase."""
    return Quote("600519.SH", 1, 1, 1, 1, 1, 0, 0, 0, 0, 0, 0, phase, time_ms)


def a_frame(time_ms: int, *quotes: Quote, feed: str = "live", text: str = "") -> ViewFrame:
    """A frame of the view lane."""
    health = EngineHealth(feed, text, "live", 0, 0, 0, 0, 0, "python")
    return ViewFrame(1, time_ms, quotes, (), (), health)


@pytest.fixture
def told() -> list[ChangeSet]:
    """What the screens were told."""
    return []


@pytest.fixture
def board(told: list[ChangeSet]) -> DeskBoard:
    """A board with one listener."""
    changes = DeskChanges()
    changes.subscribe(told.append)
    return DeskBoard(changes)


def test_same_state_is_told_once(board: DeskBoard, told: list[ChangeSet]) -> None:
    board.set_central(LinkState.CONNECTED, "已同步")
    board.set_central(LinkState.CONNECTED, "已同步")
    board.set_outbox(0)
    assert told == [ChangeSet(status=True)]


def test_frame_brings_time_and_phase_of_the_newest_quote(board: DeskBoard) -> None:
    older, newer = a_quote(Phase.LUNCH, 1), a_quote(Phase.CONTINUOUS, 2)
    board.take_frame(a_frame(36_003_999, newer, older))
    status = board.status()
    assert (status.market_time, status.phase) == ("10:00:03", "continuous")
    board.take_frame(a_frame(36_004_000))
    assert board.status().phase == "continuous"


def test_market_time_is_told_once_a_second(board: DeskBoard, told: list[ChangeSet]) -> None:
    for time_ms in range(36_000_000, 36_002_000, 100):
        board.take_frame(a_frame(time_ms))
    assert len(told) == 2


@pytest.mark.parametrize(
    ("feed", "state"),
    [
        ("live", LinkState.CONNECTED),
        ("recovering", LinkState.CONNECTING),
        ("connecting", LinkState.CONNECTING),
        ("down", LinkState.DOWN),
        ("asleep", LinkState.DOWN),
    ],
)
def test_health_of_the_feed_in_words(board: DeskBoard, feed: str, state: LinkState) -> None:
    board.take_frame(a_frame(0, feed=feed, text="缺口"))
    assert board.status().feed is state
    assert board.status().feed_text


def test_lost_engine_leaves_no_feed_alive(board: DeskBoard) -> None:
    board.take_frame(a_frame(0))
    board.set_engine(LinkState.DOWN, "引擎断开")
    assert (board.status().engine, board.status().feed) == (LinkState.DOWN, LinkState.DOWN)


def test_day_of_a_replay_is_named_with_its_pace(board: DeskBoard) -> None:
    board.set_day(ViewWelcome("2023-02-01", 10.0, ()))
    assert (board.status().trade_date, board.status().speed) == ("2023-02-01", "10×")


async def test_memory_is_up_to_date_before_the_screens_are_told() -> None:
    changes = DeskChanges()
    order: list[str] = []

    async def refresh(change: ChangeSet) -> None:
        order.append("memory")

    changes.refresh_with(refresh)
    changes.subscribe(lambda change: order.append("screen"))
    await changes.announce(ChangeSet(tasks=True))
    assert order == ["memory", "screen"]


async def test_announcements_are_taken_one_after_the_other() -> None:
    changes = DeskChanges()
    order: list[str] = []
    first_may_end = asyncio.Event()

    async def refresh(change: ChangeSet) -> None:
        (name,) = change.clients
        order.append(f"{name} begins")
        if name == "first":
            await first_may_end.wait()
        order.append(f"{name} ends")

    changes.refresh_with(refresh)
    both = [
        asyncio.create_task(changes.announce(ChangeSet(clients=frozenset({name}))))
        for name in ("first", "second")
    ]
    await until(lambda: order)
    first_may_end.set()
    await asyncio.gather(*both)
    assert order == ["first begins", "first ends", "second begins", "second ends"]


async def test_nothing_changed_tells_nobody() -> None:
    changes = DeskChanges()
    told: list[ChangeSet] = []
    changes.subscribe(told.append)
    await changes.announce(ChangeSet())
    assert told == []


def test_listener_that_left_hears_nothing_and_may_leave_twice() -> None:
    changes = DeskChanges()
    told: list[ChangeSet] = []
    leave = changes.subscribe(told.append)
    changes.subscribe(lambda change: leave())
    changes.tell(ChangeSet(status=True))
    leave()
    changes.tell(ChangeSet(status=True))
    assert len(told) == 1


def test_a_replay_says_so_and_lets_no_ticket_pass(board: DeskBoard) -> None:
    board.set_day(ViewWelcome("2023-02-01", 10.0, ()))
    assert (board.status().speed, board.feed_fault()) == ("10×", board.status().feed_text)
    board.set_engine(LinkState.CONNECTED, "交易正常")
    health = EngineHealth("live", "", "replay", 0, 0, 0, 0, 0, "python")
    board.take_frame(ViewFrame(1, 36_000_000, (), (), (), health))
    status = board.status()
    assert (status.speed, status.engine_text) == ("回放 10×", "行情回放,不能委托")
    assert status.engine is LinkState.DOWN
    assert board.feed_fault() == "行情回放中,没有可成交的市场"


@pytest.mark.parametrize("words", ["录制中", "录制已停止:写不了录制文件(No space left on device)"])
def test_what_the_recorder_does_stands_beside_the_feed(board: DeskBoard, words: str) -> None:
    health = EngineHealth("live", "", "live", 0, 0, 2, 0, 0, "python", words)
    board.take_frame(ViewFrame(1, 36_000_000, (), (), (), health))
    assert board.status().feed_text == f"行情正常(今日补齐 2 处,{words})"
