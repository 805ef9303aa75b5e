"""Builds the engine: market heart, order path, gateway, and the two lanes for desks."""

import asyncio
import logging
from collections.abc import AsyncIterator, Callable, Coroutine
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from app.frame.memory import settle_memory
from models.dates import BEIJING
from models.rules.market.big_orders import big_order_bounds
from services.clock.clock import Clock
from services.engine.gateways.sim import SimGateway
from services.engine.queue.diary import QueueDiary
from services.engine.queue.tracker import QueueTracker
from services.engine.queue.watch import QueueWatch
from services.engine.trading.build import build_trader
from services.engine.trading.journal.day import OpenedDay, open_day
from services.engine.trading.journal.lock import FolderLock
from services.link.backoff import Backoff
from services.link.engine.market_view import MarketView
from services.link.engine.ports import Ledger, Market
from services.link.engine.server import serve_lanes
from services.market.feed.port import Feed, FeedLink
from services.market.feed_client import FeedClient
from services.market.heart import MarketHeart
from services.market.verify.closing import write_books_at_end

_GATEWAY = "engine"
_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class RecordPlan:
    """Where the feed is recorded, and how many trade dates are kept."""

    folder: Path
    days: int


@dataclass(frozen=True, slots=True)
class _Lanes:
    """The engine's door for desks."""

    port: int
    token: str
    ready: Callable[[int], None]
    stop: asyncio.Event

    async def serve(self, ledger: Ledger, market: Market) -> None:
        """Serve desks until ``stop``."""
        await serve_lanes(
            port=self.port,
            token=self.token,
            ledger=ledger,
            market=market,
            ready=self.ready,
            stop=self.stop,
        )


async def run_engine(
    *,
    port: int,
    exchange_url: str,
    token: str,
    folder: Path,
    clock: Clock,
    trade_date: date,
    ready: Callable[[int], None],
    stop: asyncio.Event,
    record: RecordPlan | None = None,
) -> None:
    """Run the engine until ``stop``; ``exchange_url`` is ``ws://host:port``, ``folder`` its own.

    ``record``: keep the feed in files; what goes wrong there is told and stops only the recording.

    Raises ExpectedFailure PORT_OCCUPIED, ENGINE_RUNNING, JOURNAL_DAMAGED,
    JOURNAL_SETTINGS_UNREADABLE or JOURNAL_FAILED.
    """
    lock = FolderLock(folder)
    try:
        at = clock.now().astimezone(BEIJING).isoformat(timespec="milliseconds")
        opened = await open_day(folder, trade_date, at)
        try:
            lanes = _Lanes(port, token, ready, stop)
            heart = await _run(lanes, exchange_url, opened, folder, clock, record)
            write_books_at_end(heart, folder)
        finally:
            opened.journal.close()
    finally:
        lock.release()


async def _run(
    lanes: _Lanes,
    exchange_url: str,
    opened: OpenedDay,
    folder: Path,
    clock: Clock,
    record: RecordPlan | None,
) -> MarketHeart:
    loop = asyncio.get_running_loop()
    heart = MarketHeart(loop.time)
    url = f"{exchange_url}/feed"
    feed: Feed = FeedClient(url, heart, _log_feed, lambda *_: settle_memory())
    gateway = SimGateway(f"{exchange_url}/orders", _GATEWAY, Backoff())
    async with _recording(heart, record) as recording:
        market = MarketView(heart, lambda: feed.link, gateway, clock, loop.time, recording)
        trader = build_trader(
            opened,
            gateway,
            market,
            clock,
            told=lambda settings: heart.flow.change(big_order_bounds(settings.big_orders)),
        )
        tracker = QueueTracker(heart, trader.books, market.quote_fault)
        market.follow_queue(tracker)
        diary = QueueDiary(folder / "queue", opened.trade_date)
        _log.info("ledger %s: %d events", trader.stream.ledger, trader.stream.last_number)
        await _until_first_ends(
            lanes.serve(trader, market),
            trader.run(),
            gateway.run(trader, trader.cursor),
            feed.run(lanes.stop),
            QueueWatch(tracker, heart, trader.books, diary).run(),
        )
    return heart


@asynccontextmanager
async def _recording(
    heart: MarketHeart, record: RecordPlan | None
) -> AsyncIterator[Callable[[], str]]:
    """Record what the heart takes; gives the state in words."""
    if record is None:
        yield lambda: ""
        return
    from services.market.recording.recorder import Recorder
    from services.market.recording.shelf import Shelf
    from services.market.recording.thread import WriterThread

    thread = WriterThread(Shelf(record.folder, record.days).place)
    recorder = Recorder(heart, thread.hand, asyncio.get_running_loop().time)
    try:
        yield lambda: thread.facts.words
    finally:
        recorder.finish()
        await asyncio.to_thread(thread.close)


async def _until_first_ends(*parts: Coroutine[object, object, None]) -> None:
    """Run all parts until one ends or fails; then end the others and raise its failure."""
    tasks = [asyncio.create_task(part) for part in parts]
    try:
        done, _ = await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
    finally:
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
    for task in done:
        task.result()


def _log_feed(link: FeedLink) -> None:
    _log.info("feed %s: %s", link.state, link.text)
