"""The exchange as its process runs it."""

import asyncio
import socket
from datetime import date, time

import pytest
from websockets.asyncio.client import connect

from app.exchange import run_exchange
from models.errors import ExpectedFailure
from models.wire.codec import decode, encode
from models.wire.exchange import FeedHello, FeedWelcome
from services.catalogue.securities import read_securities
from tests.support.exchange import DEADLINE_SECONDS, FakeClock

DAY = date(2023, 2, 1)


async def test_exchange_runs_until_stopped_and_announces_every_security() -> None:
    stop = asyncio.Event()
    ready: asyncio.Future[int] = asyncio.get_running_loop().create_future()
    task = asyncio.create_task(
        run_exchange(
            port=0,
            clock=FakeClock(33_400_000),
            trade_date=DAY,
            start=time(9, 26),
            seed=1,
            ready=ready.set_result,
            stop=stop,
        )
    )
    async with asyncio.timeout(DEADLINE_SECONDS):
        async with connect(f"ws://127.0.0.1:{await ready}/feed", max_size=None) as feed:
            await feed.send(encode(FeedHello("", {})))
            welcome = decode(await feed.recv(decode=False), FeedWelcome)
            stop.set()
            await task
    symbols = [one.symbol for one in welcome.instruments]
    assert symbols == [one.symbol for one in read_securities()]
    assert all(one.limit_up_units > one.previous_close_units for one in welcome.instruments)


async def test_stop_before_the_market_is_open_ends_at_once() -> None:
    stop = asyncio.Event()
    stop.set()
    async with asyncio.timeout(DEADLINE_SECONDS):
        await run_exchange(
            port=0, clock=FakeClock(), trade_date=DAY, seed=1, ready=_must_not_be_ready, stop=stop
        )


def _must_not_be_ready(port: int) -> None:
    raise AssertionError(f"ready on {port} although stopped")


async def test_stop_while_somebody_waits_for_the_opening() -> None:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    stop = asyncio.Event()
    clock = FakeClock(54_000_000)  # the whole day has to be caught up with
    task = asyncio.create_task(
        run_exchange(
            port=port, clock=clock, trade_date=DAY, seed=1, ready=_must_not_be_ready, stop=stop
        )
    )
    async with asyncio.timeout(DEADLINE_SECONDS):
        while True:
            try:
                socket_to_it = await connect(f"ws://127.0.0.1:{port}/feed")
                break
            except ConnectionRefusedError:
                await asyncio.sleep(0)
        stop.set()
        await task
        await socket_to_it.close()


async def test_occupied_port_is_named() -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        with pytest.raises(ExpectedFailure) as failure:
            await run_exchange(
                port=port,
                clock=FakeClock(),
                trade_date=DAY,
                seed=1,
                ready=_must_not_be_ready,
                stop=asyncio.Event(),
            )
    assert failure.value.code == "PORT_OCCUPIED"
    assert str(port) in failure.value.title


async def test_day_without_trading_is_closed() -> None:
    stop = asyncio.Event()
    ready: asyncio.Future[int] = asyncio.get_running_loop().create_future()
    task = asyncio.create_task(
        run_exchange(
            port=0,
            clock=FakeClock(),
            trade_date=date(2023, 2, 4),
            seed=1,
            ready=ready.set_result,
            stop=stop,
        )
    )
    async with asyncio.timeout(DEADLINE_SECONDS):
        assert await ready > 0
        stop.set()
        await task
