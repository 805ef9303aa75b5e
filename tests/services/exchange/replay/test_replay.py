"""A recorded day runs again like the live one: history, pace, resend, heartbeat, no orders."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from websockets.asyncio.client import ClientConnection, connect

from models.dates import beijing
from models.wire.codec import decode, encode
from models.wire.exchange import (
    CancelRequest,
    ExchangeRejected,
    FeedHeartbeat,
    FeedHello,
    FeedResend,
    FeedWelcome,
    NewOrder,
    OrderReport,
    OrdersHello,
    OrderStatus,
    OrdersWelcome,
    QueryOrder,
)
from models.wire.feed import FEED_MAGIC
from services.clock.clock import ReplayClock
from services.exchange.replay.day import ReplayedDay
from services.exchange.replay.server import replay_server
from services.market.feed.frames import FrameDecoder
from services.market.recording.recording import Recording
from tests.services.market.recording.kit import record, trading_tape
from tests.services.market.support import CHANNEL, TEN_O_CLOCK
from tests.support.exchange import DAY, DEADLINE_SECONDS, FakeClock


@pytest.fixture
def recording(tmp_path: Path) -> Recording:
    """Return half a minute of two stocks, a record or two a second."""
    record(tmp_path / "day.rec", trading_tape())
    return Recording(tmp_path / "day.rec")


def due(time_ms: int) -> int:
    """Return how many records of the tape are due by a time."""
    return sum(one.time_ms <= time_ms for one in trading_tape().records)


@pytest.mark.parametrize("step_ms", [1, 999, 1_000, 7_000, 60_000])
def test_records_come_when_their_time_comes(recording: Recording, step_ms: int) -> None:
    day = ReplayedDay(recording)
    for now_ms in range(TEN_O_CLOCK - 2_000, TEN_O_CLOCK + 3_000, step_ms):
        assert day.advance(now_ms)
        assert day.channels[0].last_sequence == due(now_ms)
        assert day.now_ms == now_ms


def test_the_next_time_is_told(recording: Recording) -> None:
    day = ReplayedDay(recording)
    day.advance(TEN_O_CLOCK + 4_500)
    assert day.next_due_ms() == TEN_O_CLOCK + 5_000
    day.advance(TEN_O_CLOCK + 60_000)
    assert day.next_due_ms() == 86_400_000


def test_market_time_stands_where_the_recording_ends(recording: Recording) -> None:
    day = ReplayedDay(recording)
    day.advance(TEN_O_CLOCK + 3_600_000)
    assert day.now_ms == TEN_O_CLOCK + 30_000
    assert day.channels[0].last_sequence == len(trading_tape().records)


def test_nothing_that_is_not_due_is_given_away(recording: Recording) -> None:
    day = ReplayedDay(recording)
    day.advance(TEN_O_CLOCK + 10_000)
    parts = list(day.channels[0].packed(1, 1 << 40))
    assert sum(len(packed) // 48 for _, packed in parts) == due(TEN_O_CLOCK + 10_000)


@dataclass
class WallClock:
    """The wall time that a replay clock runs by, moved by the test."""

    seconds: float = 0.0
    speed: int = 1

    def now(self) -> datetime:
        """Ten o'clock, and as much later as has passed at this speed."""
        return beijing(DAY, TEN_O_CLOCK) + timedelta(seconds=self.seconds * self.speed)


@pytest.mark.parametrize("speed", [1, 10, 50])
def test_at_speed_as_much_more_comes_in_the_same_time(recording: Recording, speed: int) -> None:
    clock = WallClock(speed=speed)
    server = replay_server(recording, clock)
    for wall_seconds in (0.0, 0.2, 0.5, 3.0):
        clock.seconds = wall_seconds
        assert server.catch_up() == min(TEN_O_CLOCK + int(wall_seconds * speed * 1_000), LAST_MS)
        channel = server.source.channels[0]
        assert channel.last_sequence == due(TEN_O_CLOCK + int(wall_seconds * speed * 1_000))


LAST_MS = TEN_O_CLOCK + 30_000


def test_the_welcome_says_that_it_is_a_replay_and_how_fast(recording: Recording) -> None:
    clock = ReplayClock(beijing(DAY, TEN_O_CLOCK), 0, 10_000)
    welcome = replay_server(recording, clock).welcome
    assert (welcome.replay, welcome.speed, welcome.trade_date) == (True, 10.0, "2023-02-01")
    assert welcome.instruments == recording.welcome.instruments
    assert welcome.session != recording.welcome.session


@asynccontextmanager
async def served(recording: Recording, clock: FakeClock) -> AsyncIterator[str]:
    """Serve a recording; gives its address."""
    server, stop = replay_server(recording, clock), asyncio.Event()
    ready: asyncio.Future[int] = asyncio.get_running_loop().create_future()
    task = asyncio.create_task(server.run(0, ready.set_result, stop))
    try:
        yield f"ws://127.0.0.1:{await ready}"
    finally:
        stop.set()
        await task


async def received(socket: ClientConnection) -> bytes:
    """Return the next message."""
    async with asyncio.timeout(DEADLINE_SECONDS):
        raw = await socket.recv(decode=False)
    assert isinstance(raw, bytes)
    return raw


async def until_beat(socket: ClientConnection) -> tuple[dict[int, int], FeedHeartbeat]:
    """Return the first sequence of each channel and the heartbeat that followed."""
    decoder, first = FrameDecoder(), dict[int, int]()
    while (raw := await received(socket))[: len(FEED_MAGIC)] == FEED_MAGIC:
        frame = decoder.decode(raw)
        assert frame is not None
        first.setdefault(frame.channel, frame.first_sequence)
    return first, decode(raw, FeedHeartbeat)


async def test_on_the_wire_it_is_an_exchange(recording: Recording) -> None:
    clock = FakeClock(TEN_O_CLOCK + 10_000)
    async with served(recording, clock) as url, connect(f"{url}/feed") as socket:
        await socket.send(encode(FeedHello("", {})))
        assert decode(await received(socket), FeedWelcome).replay
        first, beat = await until_beat(socket)
        assert first == {CHANNEL: 1}
        assert beat == FeedHeartbeat(TEN_O_CLOCK + 10_000, {CHANNEL: due(TEN_O_CLOCK + 10_000)})
        clock.time_ms += 10_000
        while (found := await until_beat(socket))[1].time_ms < clock.time_ms:
            assert found[1] == beat
        assert found[1].last_sequence == {CHANNEL: due(TEN_O_CLOCK + 20_000)}
        await socket.send(encode(FeedResend(CHANNEL, 3, 5)))
        frame = None
        while frame is None:
            frame = FrameDecoder().decode(await received(socket))
        assert (frame.first_sequence, frame.count) == (3, 3)
        assert bytes(frame.records) == trading_tape().frame(3, 5)[32:]


async def test_orders_are_refused_with_the_reason(recording: Recording) -> None:
    clock = FakeClock(TEN_O_CLOCK + 10_000)
    async with served(recording, clock) as url, connect(f"{url}/orders") as socket:
        await socket.send(encode(OrdersHello("engine", "", 0)))
        welcome = decode(await received(socket), OrdersWelcome)
        order = NewOrder("a", "310020000001", "600000.SH", "B", 99_000, 100)
        answers: list[OrderReport] = []
        for request in (order, order, QueryOrder("a"), QueryOrder("b"), CancelRequest("b")):
            await socket.send(encode(request))
            answers.append(decode(await received(socket), OrderReport))  # type: ignore[arg-type]  # a union
    refused = answers[0]
    assert isinstance(refused, ExchangeRejected)
    assert (refused.reason, refused.text) == (
        "REPLAY_ONLY",
        "行情回放中,没有可成交的市场,不接受委托",
    )
    assert answers[1] == refused
    assert answers[2] == OrderStatus("a", True, "rejected", 0, 0)
    assert answers[3] == OrderStatus("b", False, "", 0, 0)
    assert isinstance(answers[4], ExchangeRejected) and answers[4].reason == "ORDER_UNKNOWN"
    assert welcome.trade_date == "2023-02-01"


async def test_each_run_is_an_order_session_of_its_own(recording: Recording) -> None:
    sessions = set()
    for _ in range(2):
        async with served(recording, FakeClock()) as url, connect(f"{url}/orders") as socket:
            await socket.send(encode(OrdersHello("engine", "", 0)))
            sessions.add(decode(await received(socket), OrdersWelcome).session)
    assert len(sessions) == 2
