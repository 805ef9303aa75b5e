"""The numbered cards that every adapter of services.market.feed.port passes.

A vendor's adapter is added to ``ADAPTERS`` and has to pass them all; the number of a card is the
number of what the port's docstring says an adapter owes.
"""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from datetime import date
from pathlib import Path

import pytest

from models.wire.exchange import FeedHeartbeat, FeedResend, FeedWelcome
from services.market.feed.port import Feed
from services.market.heart import MarketHeart
from services.market.kernel.book import Buffer
from tests.services.market.feed.adapters import ADAPTERS, END_MS, LAST, TAPE, Adapter, MakeFeed
from tests.services.market.support import CHANNEL, SHANGHAI, SHENZHEN, welcome
from tests.support.waiting import until


class WatchedHeart(MarketHeart):
    """A heart that remembers what it was told, and loses what ``loses`` says on the way."""

    def __init__(self, loses: Callable[[int], bool] = lambda _: False) -> None:
        super().__init__(asyncio.get_running_loop().time)
        self.told: list[str] = []
        self.times: list[int] = []
        self.lasts: list[dict[int, int]] = []
        self.frames = 0
        self._loses = loses

    def on_welcome(self, told: FeedWelcome) -> bool:
        """Remember the order of calls."""
        self.told.append("welcome")
        return super().on_welcome(told)

    def on_frame(self, raw: Buffer) -> list[FeedResend]:
        """Take a frame, or lose it."""
        self.told.append("frame")
        self.frames += 1
        return [] if self._loses(self.frames) else super().on_frame(raw)

    def on_heartbeat(self, beat: FeedHeartbeat) -> list[FeedResend]:
        """Remember what was told."""
        self.told.append("beat")
        self.times.append(beat.time_ms)
        self.lasts.append(beat.last_sequence)
        return super().on_heartbeat(beat)

    @property
    def is_whole(self) -> bool:
        """Whether the whole day is in the books and its end was told."""
        told = bool(self.lasts) and self.lasts[-1] == {CHANNEL: LAST}
        return told and self.next_sequences() == {CHANNEL: LAST + 1}


@pytest.fixture(params=ADAPTERS, ids=[adapter.name for adapter in ADAPTERS])
async def make(request: pytest.FixtureRequest, tmp_path: Path) -> AsyncIterator[MakeFeed]:
    """Bring up one adapter after the other."""
    adapter: Adapter = request.param
    async with adapter.opened(tmp_path) as maker:
        yield maker


@asynccontextmanager
async def running(feed: Feed) -> AsyncIterator[None]:
    """Run a feed; it must end when it is asked to, and not before."""
    stop = asyncio.Event()
    task = asyncio.create_task(feed.run(stop))
    try:
        yield
        assert not task.done()
    finally:
        stop.set()
        async with asyncio.timeout(5):
            await task


def true_state() -> int:
    """Return the state of books that got every record once, in order."""
    heart = MarketHeart(lambda: 0.0)
    heart.on_welcome(welcome())
    heart.on_frame(TAPE.frame(1, LAST))
    return heart.books.state_hash()


async def test_card_1_the_day_comes_first(make: MakeFeed) -> None:
    heart = WatchedHeart()
    async with running(make(heart)):
        await until(lambda: heart.is_whole)
    assert heart.told[0] == "welcome"
    day = heart.welcome
    assert day is not None and date.fromisoformat(day.trade_date) == date(2023, 2, 1)
    assert [one.index for one in day.instruments] == [SHANGHAI, SHENZHEN]
    assert day.session and {one.channel for one in day.instruments} == {CHANNEL}


async def test_card_2_records_are_dense_and_whole(make: MakeFeed) -> None:
    heart = WatchedHeart()
    async with running(make(heart)):
        await until(lambda: heart.is_whole)
    facts = heart.health()
    assert (facts.records, facts.gaps, facts.duplicates, facts.refused_frames) == (LAST, 0, 0, 0)
    assert heart.books.state_hash() == true_state()


async def test_card_3_a_heart_that_stands_somewhere_gets_only_the_rest(make: MakeFeed) -> None:
    heart = WatchedHeart()
    async with running(make(heart)):
        await until(lambda: heart.is_whole)
    frames = heart.frames
    async with running(make(heart)):
        await until(lambda: heart.told.count("welcome") == 2 and heart.told[-1] == "beat")
    assert heart.frames == frames
    assert heart.health().duplicates == 0


async def test_card_4_what_was_lost_is_sent_again(make: MakeFeed) -> None:
    heart = WatchedHeart(loses=lambda number: number == 1)
    async with running(make(heart)):
        await until(lambda: heart.is_whole)
    assert heart.health().gaps == 1
    assert heart.books.state_hash() == true_state()


async def test_card_5_the_time_and_the_tail_are_told(make: MakeFeed) -> None:
    heart = WatchedHeart()
    async with running(make(heart)):
        await until(lambda: heart.is_whole)
    assert heart.times == sorted(heart.times) and heart.times[-1] == END_MS
    assert heart.market_time_ms == END_MS


async def test_card_6_the_link_tells_the_truth(make: MakeFeed) -> None:
    heart = WatchedHeart()
    feed = make(heart)
    assert feed.link.state == "connecting" and feed.link.text
    async with running(feed):
        await until(lambda: heart.is_whole)
        assert feed.link.state == "live"
    assert feed.link.state == "down" and feed.link.text
