"""The feed over a real loopback socket: history, live, resend, heartbeat, bad and slow clients."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import pytest
from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import ConnectionClosed

from models.market.instrument import Exchange
from models.wire.codec import decode, encode
from models.wire.exchange import (
    FeedHeartbeat,
    FeedHello,
    FeedResend,
    FeedWelcome,
    NewOrder,
    OrdersHello,
)
from models.wire.feed import FEED_MAGIC
from models.wire.snapshot import SNAPSHOT_MAGIC
from services.market.feed.frames import Frame, FrameDecoder
from services.market.feed.snapshots import SnapshotDecoder, SnapshotFrame
from tests.support.exchange import DEADLINE_SECONDS, TEN, RunningExchange, running_exchange

RECORDED = frozenset({"600519.SH"})


class Reader:
    """A subscriber that keeps what it gets, by channel."""

    def __init__(self, socket: ClientConnection, welcome: FeedWelcome) -> None:
        self.socket = socket
        self.welcome = welcome
        self.decoder = FrameDecoder()
        self.snapshot_decoder = SnapshotDecoder()
        self.received: dict[int, bytearray] = {}
        self.snapshots: list[tuple[SnapshotFrame, int]] = []

    async def next(self) -> Frame | FeedHeartbeat:
        async with asyncio.timeout(DEADLINE_SECONDS):
            raw = await self.socket.recv(decode=False)
            while raw[: len(SNAPSHOT_MAGIC)] == SNAPSHOT_MAGIC:
                self.keep_snapshots(raw)
                raw = await self.socket.recv(decode=False)
        if raw[: len(FEED_MAGIC)] != FEED_MAGIC:
            return decode(raw, FeedHeartbeat)
        frame = self.decoder.decode(raw)
        assert frame is not None, self.decoder.refused
        return frame

    def keep_snapshots(self, raw: bytes) -> None:
        """Note for each frame of snapshots how many records of its channel came before it."""
        frame = self.snapshot_decoder.decode(raw)
        assert frame is not None, self.snapshot_decoder.refused
        came = len(self.received.get(frame.channel, b"")) // 48
        self.snapshots.append((frame, came))

    async def frame(self) -> Frame:
        while True:
            found = await self.next()
            if isinstance(found, Frame):
                return found

    async def first_sequences(self) -> dict[int, int]:
        """Return the first sequence received in each channel until the next heartbeat."""
        first: dict[int, int] = {}
        while isinstance(found := await self.next(), Frame):
            first.setdefault(found.channel, found.first_sequence)
        return first

    async def until_heartbeat(self) -> FeedHeartbeat:
        """Collect frames, dense from 1, until the next heartbeat."""
        while True:
            found = await self.next()
            if isinstance(found, FeedHeartbeat):
                return found
            kept = self.received.setdefault(found.channel, bytearray())
            assert found.first_sequence == len(kept) // 48 + 1
            kept += found.records


@asynccontextmanager
async def reader_of(
    exchange: RunningExchange, hello: FeedHello | None = None
) -> AsyncIterator[Reader]:
    async with connect(exchange.url("feed"), max_size=None) as socket:
        await socket.send(encode(hello or FeedHello("", {})))
        welcome = decode(await socket.recv(decode=False), FeedWelcome)
        yield Reader(socket, welcome)


async def test_new_subscriber_gets_the_day_then_its_whole_history() -> None:
    async with running_exchange(RECORDED) as exchange, reader_of(exchange) as reader:
        welcome = reader.welcome
        assert welcome.session == exchange.server.welcome.session
        assert (welcome.trade_date, welcome.speed) == ("2023-02-01", 1.0)
        assert [one.index for one in welcome.instruments] == list(range(len(welcome.instruments)))
        moutai = welcome.instruments[0]
        assert (moutai.symbol, moutai.exchange) == ("600519.SH", Exchange.SSE)
        assert (moutai.limit_up_units, moutai.limit_down_units) == (20_303_400, 16_611_800)
        beat = await reader.until_heartbeat()
        assert beat.time_ms == TEN
        channels = {one.number: one for one in exchange.market.channels}
        assert beat.last_sequence == {n: one.last_sequence for n, one in channels.items()}
        assert reader.received == {n: one.records for n, one in channels.items()}


async def test_live_records_follow_without_a_gap() -> None:
    async with running_exchange(RECORDED) as exchange, reader_of(exchange) as reader:
        before = (await reader.until_heartbeat()).last_sequence[6]
        exchange.clock.time_ms += 60_000
        while (beat := await reader.until_heartbeat()).time_ms == TEN:
            assert beat.last_sequence[6] == before
        assert beat.last_sequence[6] > before
        assert len(reader.received[6]) == beat.last_sequence[6] * 48


async def test_snapshots_stand_right_after_the_record_they_reflect() -> None:
    async with running_exchange(RECORDED) as exchange, reader_of(exchange) as reader:
        await reader.until_heartbeat()
        whole = len(reader.snapshots)
        assert whole == len(exchange.market.channels)
        exchange.clock.time_ms += 60_000
        while (await reader.until_heartbeat()).time_ms == TEN:
            continue
        later = reader.snapshots[whole:]
        assert 10 <= len(later) <= 20
        assert all(frame.sequence == came for frame, came in reader.snapshots)
        times = [one.time_ms for frame, _ in later for one in frame.snapshots]
        assert times == sorted(times)
        assert all(time_ms % 3_000 == 0 for time_ms in times)
        assert {one.instrument for frame, _ in later for one in frame.snapshots} == {0}


async def test_subscriber_that_comes_back_goes_on_where_it_was() -> None:
    async with running_exchange(RECORDED) as exchange:
        session = exchange.server.welcome.session
        last = next(one for one in exchange.market.channels if one.number == 6).last_sequence
        async with reader_of(exchange, FeedHello(session, {6: last - 9})) as reader:
            assert (await reader.first_sequences())[6] == last - 9
        async with reader_of(exchange, FeedHello("another run", {6: last - 9})) as reader:
            assert set((await reader.first_sequences()).values()) == {1}
        async with reader_of(exchange, FeedHello(session, {6: last + 500, 77: 3})) as reader:
            assert sorted(await reader.first_sequences()) == [1, 2, 2011, 2012, 3001]


async def test_resend_gives_the_range_again() -> None:
    async with running_exchange(RECORDED) as exchange, reader_of(exchange) as reader:
        last = (await reader.until_heartbeat()).last_sequence[6]
        await reader.socket.send(encode(FeedResend(6, 101, 350)))
        again = await reader.frame()
        assert (again.channel, again.first_sequence, again.count) == (6, 101, 250)
        assert bytes(again.records) == bytes(reader.received[6][100 * 48 : 350 * 48])
        await reader.socket.send(encode(FeedResend(6, last, last + 1_000)))
        again = await reader.frame()
        assert (again.first_sequence, again.count) == (last, 1)


async def test_own_orders_are_in_the_stream() -> None:
    async with running_exchange(frozenset({"none"})) as exchange, reader_of(exchange) as reader:
        before = await reader.until_heartbeat()
        async with connect(exchange.url("orders")) as orders:
            await orders.send(encode(OrdersHello("g", "", 0)))
            await orders.send(encode(NewOrder("b", "A", "000001.SZ", "B", 150_000, 300)))
            frame = await reader.frame()
        channel = exchange.market.venues["000001.SZ"].listing.channel
        assert (frame.channel, frame.count) == (channel, 1)
        assert frame.first_sequence == before.last_sequence[channel] + 1


BROKEN = (
    (b"\xc1", 1007, "WIRE_BAD_MESSAGE"),
    ("text", 1008, "binary"),
    (encode(FeedResend(99, 1, 2)), 1008, "no channel 99"),
    (encode(FeedHello("", {})), 1007, "WIRE_BAD_MESSAGE"),
)


@pytest.mark.parametrize(("raw", "code", "reason"), BROKEN)
async def test_bad_frames_end_only_their_own_connection(
    raw: bytes | str, code: int, reason: str
) -> None:
    async with running_exchange(frozenset({"none"})) as exchange, reader_of(exchange) as good:
        async with reader_of(exchange) as bad:
            await bad.socket.send(raw)
            with pytest.raises(ConnectionClosed) as closed:
                while True:
                    await bad.next()
        assert closed.value.rcvd is not None
        assert closed.value.rcvd.code == code
        assert reason in closed.value.rcvd.reason
        await good.until_heartbeat()


async def test_unknown_door_is_closed_with_a_reason() -> None:
    async with (
        running_exchange(frozenset({"none"})) as exchange,
        connect(exchange.url("elsewhere")) as socket,
    ):
        with pytest.raises(ConnectionClosed) as closed:
            await socket.recv()
        assert closed.value.rcvd is not None
        assert "unknown path" in closed.value.rcvd.reason


async def test_subscriber_that_takes_nothing_is_dropped_and_the_others_live(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("services.exchange.feed.subscriber.SEND_SECONDS", 0.2)
    async with running_exchange(RECORDED) as exchange:
        slow = connect(exchange.url("feed"), max_size=None, max_queue=1, ping_interval=None)
        async with slow as stuck, reader_of(exchange) as good:
            stuck.transport.pause_reading()
            await stuck.send(encode(FeedHello("", {})))
            for _ in range(60):  # far more than the buffers of the loopback hold
                await stuck.send(encode(FeedResend(6, 1, 1 << 40)))
            async with asyncio.timeout(DEADLINE_SECONDS):
                while len(exchange.server.subscribers) > 1:
                    await good.until_heartbeat()
            stuck.transport.abort()
