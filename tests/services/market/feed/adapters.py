"""Every adapter of the feed port around the same small day, for the acceptance cards."""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

from models.dates import MS_PER_SECOND
from services.exchange.feed.channel import Channel
from services.exchange.feed.source import FeedSource, PublishedChannel
from services.exchange.replay.hall import ClosedHall
from services.exchange.replay.server import replay_server
from services.exchange.server import ExchangeServer
from services.market.feed.port import Feed
from services.market.feed_client import FeedClient
from services.market.heart import MarketHeart
from services.market.recording.feed import RecordedFeed
from services.market.recording.recording import Recording
from tests.services.market.recording.kit import record, trading_tape
from tests.services.market.support import CHANNEL, TEN_O_CLOCK, welcome
from tests.support.exchange import FakeClock

TAPE = trading_tape(200)
LAST = len(TAPE.records)
END_MS = TAPE.records[-1].time_ms

MakeFeed = Callable[[MarketHeart], Feed]


@dataclass(frozen=True, slots=True)
class Adapter:
    """``opened`` brings up what the adapter needs and gives the maker of feeds."""

    name: str
    opened: Callable[[Path], AbstractAsyncContextManager[MakeFeed]]


class TapeSource:
    """The whole tape, published at once: what a live exchange has behind its feed."""

    def __init__(self) -> None:
        channel = Channel(CHANNEL)
        for one in TAPE.records:
            channel.publish(*one[:8], one.price, one.time_ms)
        self.channels: list[PublishedChannel] = [channel]
        self.now_ms = END_MS

    def next_due_ms(self) -> int:
        """Nothing more will come."""
        return END_MS + MS_PER_SECOND

    def advance(self, to_ms: int, most: int = 1) -> bool:
        """All is there."""
        return True


@asynccontextmanager
async def _served(server: ExchangeServer) -> AsyncIterator[MakeFeed]:
    stop = asyncio.Event()
    ready: asyncio.Future[int] = asyncio.get_running_loop().create_future()
    task = asyncio.create_task(server.run(0, ready.set_result, stop))
    try:
        url = f"ws://127.0.0.1:{await ready}/feed"
        yield lambda heart: FeedClient(url, heart, lambda _: None)
    finally:
        stop.set()
        await task


@asynccontextmanager
async def _exchange(folder: Path) -> AsyncIterator[MakeFeed]:
    source: FeedSource = TapeSource()
    clock = FakeClock(END_MS)
    server = ExchangeServer(source, welcome(), lambda now: ClosedHall("one", now), clock)
    async with _served(server) as make:
        yield make


def _recorded(folder: Path) -> Recording:
    record(folder / "day.rec", TAPE, each=20)
    return Recording(folder / "day.rec")


@asynccontextmanager
async def _replay(folder: Path) -> AsyncIterator[MakeFeed]:
    async with _served(replay_server(_recorded(folder), FakeClock(END_MS))) as make:
        yield make


@asynccontextmanager
async def _file(folder: Path) -> AsyncIterator[MakeFeed]:
    recording = _recorded(folder)
    yield lambda heart: RecordedFeed(recording, heart)


ADAPTERS = (
    Adapter("exchange", _exchange),
    Adapter("replay", _replay),
    Adapter("file", _file),
)
__all__ = ["ADAPTERS", "END_MS", "LAST", "TAPE", "TEN_O_CLOCK", "Adapter", "MakeFeed"]
