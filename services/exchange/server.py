"""The exchange's own process: one port, two doors, one market run in step with the clock."""

import asyncio
import errno
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import date, datetime, time
from uuid import uuid4

from websockets.asyncio.server import Server, ServerConnection, serve
from websockets.exceptions import ConnectionClosed

from models.dates import BEIJING, MS_PER_DAY, MS_PER_SECOND
from models.errors import ExpectedFailure
from models.wire.exchange import FeedWelcome
from services.clock.clock import Clock, ReplayClock
from services.exchange.admission.admission import Admission
from services.exchange.feed.board import SnapshotBoard
from services.exchange.feed.source import FeedSource, NoSnapshots, SnapshotShelf
from services.exchange.feed.subscriber import Subscriber
from services.exchange.floor.market import Market
from services.exchange.link import ProtocolFault
from services.exchange.orders.connection import OrdersConnection
from services.exchange.orders.door import Hall
from services.exchange.orders.hall import OrderHall

HOST = "127.0.0.1"
_LARGEST_REQUEST = 1 << 16
_CLOSE_SECONDS = 2.0
_SLICE = 500  # events between two looks at the sockets
_SHORTEST_SECONDS, _LONGEST_SECONDS = 0.01, 0.25
_BAD_MESSAGE, _POLICY = 1007, 1008
_PERMILLE = 1_000
_REASON_BYTES = 120


@dataclass(slots=True)
class ExchangeServer:
    """A day with its doors. ``start_ms``: market time it opens at, 0 = the clock's.

    ``open_hall`` is given what brings the day to the present and returns the market time.
    """

    source: FeedSource
    welcome: FeedWelcome
    open_hall: Callable[[Callable[[], int]], Hall]
    clock: Clock
    start_ms: int = 0
    shelf: SnapshotShelf = field(default_factory=NoSnapshots)
    subscribers: set[Subscriber] = field(default_factory=set)
    _opened: asyncio.Event = field(default_factory=asyncio.Event)
    _trade_date: date = field(init=False)
    _hall: Hall = field(init=False)

    def __post_init__(self) -> None:
        self._trade_date = date.fromisoformat(self.welcome.trade_date)
        self._hall = self.open_hall(self.catch_up)

    async def run(self, port: int, ready: Callable[[int], None], stop: asyncio.Event) -> None:
        """Listen, bring the market to the present, then live in step with the clock.

        Raises ExpectedFailure PORT_OCCUPIED.
        """
        async with await self._listen(port) as server:
            try:
                await self._live(server.sockets[0].getsockname()[1], ready, stop)
            finally:
                self._opened.set()  # whoever still waits for the opening may go

    async def _live(self, port: int, ready: Callable[[int], None], stop: asyncio.Event) -> None:
        while not stop.is_set() and not self.source.advance(self._now_ms(), _SLICE):
            await asyncio.sleep(0)
        if stop.is_set():
            return
        self.shelf.open(self.source.now_ms)
        self._opened.set()
        ready(port)
        while not stop.is_set():
            self.catch_up()
            await _sleep_unless(stop, self._pause_seconds())

    async def _listen(self, port: int) -> Server:
        try:
            return await serve(
                self._meet,
                HOST,
                port,
                compression=None,
                max_size=_LARGEST_REQUEST,
                close_timeout=_CLOSE_SECONDS,
            )
        except OSError as fault:
            if fault.errno != errno.EADDRINUSE:
                raise
            raise ExpectedFailure(
                f"交易所端口 {port} 已被占用",
                "请关闭占用该端口的程序,或在设置中换一个端口(0 为任意空闲端口)",
                "PORT_OCCUPIED",
            ) from fault

    async def _meet(self, socket: ServerConnection) -> None:
        """Serve one connection; whatever it does wrong ends it alone, with a reason."""
        await self._opened.wait()
        with suppress(ConnectionClosed):
            try:
                await self._serve(socket)
            except ExpectedFailure as failure:
                await socket.close(_BAD_MESSAGE, _reason(failure.code))
            except ProtocolFault as fault:
                await socket.close(_POLICY, _reason(str(fault)))
            except TimeoutError:
                await socket.close(_POLICY, "no hello in time")

    async def _serve(self, socket: ServerConnection) -> None:
        path = socket.request.path if socket.request else ""
        if path == "/feed":
            await self._serve_feed(socket)
        elif path == "/orders":
            await OrdersConnection(socket, self._hall, self.welcome.trade_date).serve()
        else:
            raise ProtocolFault("unknown path: /feed or /orders")

    async def _serve_feed(self, socket: ServerConnection) -> None:
        subscriber = Subscriber(socket, self.source, self.shelf, self.welcome)
        self.subscribers.add(subscriber)
        try:
            await subscriber.serve()
        finally:
            self.subscribers.discard(subscriber)

    def catch_up(self) -> int:
        """Bring the market to the present, wake the feed; returns market time in milliseconds."""
        now_ms = self._now_ms()
        while self._opened.is_set() and self.shelf.due_ms <= now_ms:
            self.source.advance(self.shelf.due_ms)
            self.shelf.take()
        self.source.advance(now_ms)
        for subscriber in self.subscribers:
            subscriber.wake()
        return self.source.now_ms

    def _now_ms(self) -> int:
        midnight = datetime.combine(self._trade_date, time(), BEIJING)
        passed = self.clock.now() - midnight
        now_ms = passed.days * MS_PER_DAY + passed.seconds * MS_PER_SECOND
        now_ms += passed.microseconds // 1_000
        return min(max(now_ms, self.start_ms), MS_PER_DAY - 1)

    def _pause_seconds(self) -> float:
        """Return how long nothing is due, in real seconds; never busy, never long away."""
        due_ms = min(self.source.next_due_ms(), self.shelf.due_ms)
        market_ms = due_ms - self._now_ms()
        seconds = market_ms / MS_PER_SECOND * _PERMILLE / _speed_permille(self.clock)
        return min(max(seconds, _SHORTEST_SECONDS), _LONGEST_SECONDS)


def market_server(
    market: Market, admission: Admission, clock: Clock, start_ms: int = 0
) -> ExchangeServer:
    """Return the exchange of a simulated market."""
    session = uuid4().hex
    welcome = FeedWelcome(
        session=session,
        trade_date=admission.trade_date.isoformat(),
        speed=speed_of(clock),
        instruments=tuple(one.listing.announced() for one in market.venues.values()),
    )
    return ExchangeServer(
        market,
        welcome,
        lambda catch_up: OrderHall(market, admission, session, catch_up),
        clock,
        start_ms,
        SnapshotBoard(market),
    )


def speed_of(clock: Clock) -> float:
    """Return how many times as fast as life a clock runs."""
    return _speed_permille(clock) / _PERMILLE


async def _sleep_unless(stop: asyncio.Event, seconds: float) -> None:
    with suppress(TimeoutError):
        async with asyncio.timeout(seconds):
            await stop.wait()


def _speed_permille(clock: Clock) -> int:
    return clock.speed_permille if isinstance(clock, ReplayClock) else _PERMILLE


def _reason(text: str) -> str:
    return text.encode()[:_REASON_BYTES].decode(errors="ignore")
