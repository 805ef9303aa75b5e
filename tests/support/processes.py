"""The real exchange and the real engine on the test's own loop."""

import asyncio
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import date, datetime
from pathlib import Path

from app.engine import run_engine
from app.exchange import run_exchange
from models.dates import BEIJING, MS_PER_MINUTE
from models.market.picture import Depth
from models.wire.view import Watch
from services.clock.clock import ReplayClock
from tests.support.lanes import TOKEN, RememberingScreen, view_client
from tests.support.waiting import until

TRADE_DATE = date(2023, 2, 1)


def market_clock() -> ReplayClock:
    """Ten o'clock of the recorded day, running on as fast as life."""
    return ReplayClock(datetime(2023, 2, 1, 10, 0, tzinfo=BEIJING), time.time_ns())


@asynccontextmanager
async def running_exchange(clock: ReplayClock, port: int = 0) -> AsyncIterator[int]:
    """Run the exchange; gives its port."""
    stop = asyncio.Event()
    ready: asyncio.Future[int] = asyncio.get_running_loop().create_future()
    work = asyncio.create_task(
        run_exchange(
            port=port,
            clock=clock,
            trade_date=TRADE_DATE,
            seed=20230201,
            ready=ready.set_result,
            stop=stop,
        )
    )
    async with _until_left(work, ready, stop) as found:
        yield found


@asynccontextmanager
async def running_engine(
    clock: ReplayClock, exchange_port: int, folder: Path, port: int = 0
) -> AsyncIterator[int]:
    """Run the engine; gives its port."""
    stop = asyncio.Event()
    ready: asyncio.Future[int] = asyncio.get_running_loop().create_future()
    work = asyncio.create_task(
        run_engine(
            port=port,
            exchange_url=f"ws://127.0.0.1:{exchange_port}",
            token=TOKEN,
            folder=folder,
            clock=clock,
            trade_date=TRADE_DATE,
            ready=ready.set_result,
            stop=stop,
        )
    )
    async with _until_left(work, ready, stop) as found:
        yield found


@asynccontextmanager
async def _until_left(
    work: asyncio.Task[None], ready: asyncio.Future[int], stop: asyncio.Event
) -> AsyncIterator[int]:
    either: list[asyncio.Future[int] | asyncio.Future[None]] = [work, ready]
    await asyncio.wait(either, return_when=asyncio.FIRST_COMPLETED)
    if work.done():
        work.result()
    try:
        yield ready.result()
    finally:
        stop.set()
        async with asyncio.timeout(10):
            await work


async def shown_depth(port: int, symbol: str) -> Depth:
    """The book as a screen sees it once the feed's history has been caught up."""
    screen = RememberingScreen()
    async with view_client(port, screen) as client:
        client.watch(Watch((), (symbol,)))
        await until(lambda: _present_depth(screen) is not None)
    depth = _present_depth(screen)
    assert depth is not None
    return depth


def _present_depth(screen: RememberingScreen) -> Depth | None:
    shown = [(frame, depth) for frame in screen.frames for depth in frame.depths]
    if not shown:
        return None
    frame, depth = shown[-1]
    is_present = frame.time_ms - depth.quote.time_ms < MS_PER_MINUTE
    return depth if is_present and depth.asks and depth.bids else None
