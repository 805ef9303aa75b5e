"""Builds the engine: market heart, order path, gateway, and the two lanes for desks."""

import asyncio
import logging
from collections.abc import Callable, Coroutine
from datetime import date
from pathlib import Path

from models.dates import BEIJING
from models.rules.market.big_orders import big_order_bounds
from models.rules.ticket.facts import TicketRules
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
from services.link.engine.server import serve_lanes
from services.market.feed_client import FeedClient, FeedLink
from services.market.heart import MarketHeart
from services.rules.loader import load_calendar, load_market_rules, load_profile

_GATEWAY = "engine"
_log = logging.getLogger(__name__)


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
) -> None:
    """Run the engine until ``stop``; ``exchange_url`` is ``ws://host:port``, ``folder`` its own.

    Raises ExpectedFailure PORT_OCCUPIED, ENGINE_RUNNING, JOURNAL_DAMAGED or JOURNAL_FAILED.
    """
    lock = FolderLock(folder)
    try:
        at = clock.now().astimezone(BEIJING).isoformat(timespec="milliseconds")
        opened = await open_day(folder, trade_date, at)
        try:
            await _run(port, exchange_url, token, opened, folder, clock, ready, stop)
        finally:
            opened.journal.close()
    finally:
        lock.release()


async def _run(
    port: int,
    exchange_url: str,
    token: str,
    opened: OpenedDay,
    folder: Path,
    clock: Clock,
    ready: Callable[[int], None],
    stop: asyncio.Event,
) -> None:
    loop = asyncio.get_running_loop()
    settings = load_profile(None).on(opened.trade_date)
    heart = MarketHeart(loop.time, flow_limits=big_order_bounds(settings.big_orders))
    feed = FeedClient(f"{exchange_url}/feed", heart, _log_feed)
    gateway = SimGateway(f"{exchange_url}/orders", _GATEWAY, Backoff())
    market = MarketView(heart, lambda: feed.link, gateway, clock, loop.time)
    rules = TicketRules(load_market_rules(), load_calendar(), settings)
    trader = build_trader(opened, gateway, market, rules, clock)
    tracker = QueueTracker(heart, trader.books, market.quote_fault)
    market.follow_queue(tracker)
    diary = QueueDiary(folder / "queue", opened.trade_date)
    watch = QueueWatch(tracker, heart, trader.books, diary)
    _log.info("ledger %s: %d events", trader.stream.ledger, trader.stream.last_number)
    await _until_first_ends(
        serve_lanes(port=port, token=token, ledger=trader, market=market, ready=ready, stop=stop),
        trader.run(),
        gateway.run(trader, trader.cursor),
        feed.run(stop),
        watch.run(),
    )


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
