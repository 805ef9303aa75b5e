"""Wires what sends the feed: the simulated exchange, or a recorded day that runs again."""

import asyncio
import sys
from collections.abc import Callable
from datetime import date, time
from pathlib import Path

from models.dates import MS_PER_SECOND
from services.clock.clock import Clock


async def run_exchange(
    *,
    port: int,
    clock: Clock,
    trade_date: date,
    start: time | None = None,
    seed: int,
    ready: Callable[[int], None],
    stop: asyncio.Event,
) -> None:
    """Run the exchange of one day until ``stop``; ``ready`` gets its port once it listens.

    The market is brought to the clock's time (``start`` if that is later) before ``ready``. The
    same seed gives the same market. Raises ExpectedFailure PORT_OCCUPIED, and what broken
    resources raise.
    """
    from services.exchange.admission.admission import load_admission
    from services.exchange.market_day import open_market
    from services.exchange.server import market_server

    admission = load_admission(trade_date)
    market = open_market(admission, seed)
    start_ms = _seconds(start) * MS_PER_SECOND if start else 0
    await market_server(market, admission, clock, start_ms).run(port, ready, stop)


async def run_replay(
    *,
    port: int,
    file: Path,
    clock: Clock,
    ready: Callable[[int], None],
    stop: asyncio.Event,
) -> None:
    """Serve ``file`` until ``stop``; what the clock has passed is history.

    Raises ExpectedFailure PORT_OCCUPIED, and what a broken recording raises.
    """
    from services.exchange.replay.server import replay_server
    from services.market.recording.recording import Recording

    def announce(listening: int) -> None:
        ready(listening)
        sys.stderr.write(f"回放 {file.name}:ws://127.0.0.1:{listening}/feed\n")

    server = replay_server(Recording(file), clock)
    await server.run(port, announce, stop)


def _seconds(moment: time) -> int:
    return (moment.hour * 60 + moment.minute) * 60 + moment.second
