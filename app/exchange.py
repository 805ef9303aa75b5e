"""Wires the simulated exchange: market of the day, rules in force, server."""

import asyncio
from collections.abc import Callable
from datetime import date, time

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


def _seconds(moment: time) -> int:
    return (moment.hour * 60 + moment.minute) * 60 + moment.second
