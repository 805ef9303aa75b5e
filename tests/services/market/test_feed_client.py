"""The feed client against a real websocket: history, loss, another session, an absent server."""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager, suppress

import pytest
from websockets.asyncio.server import Server, ServerConnection, serve
from websockets.exceptions import ConnectionClosed

from models.wire.codec import decode, encode
from models.wire.exchange import FeedHeartbeat, FeedHello, FeedRequest, FeedResend
from services.market import feed_client
from services.market.feed.port import FeedLink
from services.market.feed_client import FeedClient
from services.market.heart import MarketHeart
from tests.services.market.support import CHANNEL, SHANGHAI, Tape, welcome

DEADLINE_S = 10.0


class Publisher:
    """A small feed server: sends ``frames`` after the hello, answers resends from the tape."""

    def __init__(self, tape: Tape) -> None:
        self.tape = tape
        self.session = "one"
        self.frames: list[tuple[int, int]] = []
        self.hellos: list[FeedHello] = []
        self.resends: list[FeedResend] = []
        self.connections: list[ServerConnection] = []

    async def handle(self, connection: ServerConnection) -> None:
        """Serve one subscriber."""
        self.connections.append(connection)
        with suppress(ConnectionClosed):
            async for raw in connection:
                assert isinstance(raw, bytes)
                await self._answer(connection, decode(raw, FeedRequest))  # type: ignore[arg-type]  # a union is a type to msgspec

    async def _answer(self, connection: ServerConnection, request: FeedHello | FeedResend) -> None:
        if isinstance(request, FeedResend):
            self.resends.append(request)
            await connection.send(self.tape.frame(request.first, request.last))
            return
        self.hellos.append(request)
        await connection.send(encode(welcome(self.session)))
        for first, last in self.frames:
            await connection.send(self.tape.frame(first, last))
        beat = FeedHeartbeat(36_000_000, {CHANNEL: len(self.tape.records)})
        await connection.send(encode(beat))


def many_orders(number: int) -> Tape:
    """Return a tape of buy orders."""
    tape = Tape()
    for order in range(1, number + 1):
        tape.buy(SHANGHAI, order, 99_000, 100)
    return tape


async def until(is_so: Callable[[], bool]) -> None:
    """Wait for a condition; the test fails at the dead-line."""
    async with asyncio.timeout(DEADLINE_S):
        while not is_so():
            await asyncio.sleep(0.005)


def port_of(server: Server) -> int:
    """Return where the server listens."""
    port: int = next(iter(server.sockets)).getsockname()[1]
    return port


@asynccontextmanager
async def running(client: FeedClient) -> AsyncIterator[None]:
    """Run the client until the block ends."""
    stop = asyncio.Event()
    task = asyncio.create_task(client.run(stop))
    try:
        yield
    finally:
        stop.set()
        async with asyncio.timeout(DEADLINE_S):
            await task


def new_heart() -> MarketHeart:
    """Return a heart on the loop's clock."""
    return MarketHeart(asyncio.get_running_loop().time)


def bid_total(heart: MarketHeart) -> int:
    """Return the shares bid for the Shanghai stock, -1 before the welcome."""
    depth = heart.depth("600000.SH")
    return -1 if depth is None else depth.bid_total


async def test_history_arrives_whole() -> None:
    publisher = Publisher(many_orders(500))
    publisher.frames = [(1, 200), (201, 500)]
    heart, links = new_heart(), list[FeedLink]()
    async with serve(publisher.handle, "127.0.0.1", 0) as server:
        client = FeedClient(f"ws://127.0.0.1:{port_of(server)}/feed", heart, links.append)
        async with running(client):
            await until(lambda: bid_total(heart) == 50_000)
    assert [link.state for link in links] == ["live", "down"]
    assert publisher.hellos == [FeedHello("", {})]


async def test_a_lost_frame_and_a_lost_tail_are_fetched() -> None:
    publisher = Publisher(many_orders(100))
    publisher.frames = [(1, 10), (21, 90)]
    heart = new_heart()
    async with serve(publisher.handle, "127.0.0.1", 0) as server:
        url = f"ws://127.0.0.1:{port_of(server)}/feed"
        async with running(FeedClient(url, heart, lambda _: None)):
            await until(lambda: bid_total(heart) == 10_000)
    assert publisher.resends == [FeedResend(CHANNEL, 11, 20), FeedResend(CHANNEL, 91, 100)]


async def test_after_a_cut_it_goes_on_where_it_was() -> None:
    publisher = Publisher(many_orders(100))
    publisher.frames = [(1, 100)]
    heart = new_heart()
    async with serve(publisher.handle, "127.0.0.1", 0) as server:
        url = f"ws://127.0.0.1:{port_of(server)}/feed"
        async with running(FeedClient(url, heart, lambda _: None)):
            await until(lambda: bid_total(heart) == 10_000)
            await publisher.connections[0].close()
            await until(lambda: len(publisher.hellos) == 2)
    assert publisher.hellos[1] == FeedHello("one", {CHANNEL: 101})
    assert heart.books.channel_facts(CHANNEL).applied == 100


async def test_another_session_starts_from_one() -> None:
    publisher = Publisher(many_orders(100))
    publisher.frames = [(1, 100)]
    heart, welcomes = new_heart(), list[bool]()
    async with serve(publisher.handle, "127.0.0.1", 0) as server:
        url = f"ws://127.0.0.1:{port_of(server)}/feed"
        client = FeedClient(url, heart, lambda _: None, lambda _, is_new: welcomes.append(is_new))
        async with running(client):
            await until(lambda: bid_total(heart) == 10_000)
            publisher.session, publisher.frames = "two", [(1, 40)]
            publisher.tape = many_orders(40)
            await publisher.connections[0].close()
            await until(lambda: bid_total(heart) == 4_000)
    assert welcomes == [True, True]


async def test_an_absent_exchange_is_told_in_words() -> None:
    links: list[FeedLink] = []
    async with serve(Publisher(Tape()).handle, "127.0.0.1", 0) as server:
        port = port_of(server)
    async with running(FeedClient(f"ws://127.0.0.1:{port}/feed", new_heart(), links.append)):
        await until(lambda: len(links) >= 2)
    assert links[0].state == "down"
    assert links[0].text.startswith("连不上行情")


@pytest.mark.parametrize("raw", [b"\xc1\xff", "你好", b""])
async def test_a_message_nobody_understands_ends_the_connection(raw: bytes | str) -> None:
    async def babble(connection: ServerConnection) -> None:
        await connection.send(raw)
        await connection.wait_closed()

    links: list[FeedLink] = []
    async with serve(babble, "127.0.0.1", 0) as server:
        url = f"ws://127.0.0.1:{port_of(server)}/feed"
        async with running(FeedClient(url, new_heart(), links.append)):
            await until(lambda: bool(links))
    assert "WIRE_BAD_MESSAGE" in links[0].text


async def test_a_message_in_pieces_is_put_together() -> None:
    tape = many_orders(100)

    async def in_pieces(connection: ServerConnection) -> None:
        await connection.recv()
        await connection.send(encode(welcome("one")))
        raw = tape.frame(1, 100)
        await connection.send([raw[:10], raw[10:900], raw[900:]])
        await connection.wait_closed()

    heart = new_heart()
    async with serve(in_pieces, "127.0.0.1", 0) as server:
        url = f"ws://127.0.0.1:{port_of(server)}/feed"
        async with running(FeedClient(url, heart, lambda _: None)):
            await until(lambda: bid_total(heart) == 10_000)
    assert heart.health().refused_frames == 0


async def test_a_feed_that_falls_silent_is_left(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(feed_client, "SILENCE_S", 0)
    monkeypatch.setattr(feed_client, "LOOK_S", 0.01)

    async def silent(connection: ServerConnection) -> None:
        await connection.wait_closed()

    links: list[FeedLink] = []
    async with serve(silent, "127.0.0.1", 0) as server:
        url = f"ws://127.0.0.1:{port_of(server)}/feed"
        async with running(FeedClient(url, new_heart(), links.append)):
            await until(lambda: bool(links))
    assert links[0] == FeedLink("down", "行情超过 5 秒没有消息")
