"""Builds small exchanges for the tests: one venue, or the market of the demo day."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import date, datetime
from functools import cache

from models.dates import beijing
from models.market.instrument import Board, Exchange, Phase, SecurityKind, SecurityStatus
from models.trading.order import Side
from services.catalogue.securities import ListedSecurity
from services.exchange.admission.admission import Admission, load_admission
from services.exchange.feed.channel import Channel
from services.exchange.feed.tape import tape_for
from services.exchange.floor.market import Market
from services.exchange.floor.venue import Venue
from services.exchange.market_day import open_market
from services.exchange.matching.order import BookOrder
from services.exchange.server import ExchangeServer, market_server
from services.market.feed.frames import unpack_records
from services.market.feed.record import FeedRecord

DAY = date(2023, 2, 1)
LATER_DAY = date(2026, 11, 20)  # the rules of 6 July 2026
TEN = 36_000_000
DEADLINE_SECONDS = 20


@cache
def admission() -> Admission:
    """Return the rules of the demo day."""
    return load_admission(DAY)


def security(
    exchange: Exchange = Exchange.SSE,
    board: Board = Board.MAIN,
    kind: SecurityKind = SecurityKind.STOCK,
    close_units: int = 100_000,
    listing_day: int | None = None,
) -> ListedSecurity:
    """Return a security; its previous close is 10.00."""
    suffix = {Exchange.SSE: "SH", Exchange.SZSE: "SZ", Exchange.BSE: "BJ"}[exchange]
    return ListedSecurity(
        f"600001.{suffix}",
        "测试",
        exchange,
        board,
        kind,
        SecurityStatus.NORMAL,
        "测试",
        close_units,
        20,
        listing_day,
    )


def venue_of(listed: ListedSecurity, phase: Phase = Phase.CONTINUOUS, day: date = DAY) -> Venue:
    """Return a venue of its own channel, in ``phase``."""
    listing = load_admission(day).list_security(listed, 0, 1, listed.previous_close_units)
    venue = Venue(listing, tape_for(listing.exchange, Channel(1), 0))
    venue.change_phase(phase, TEN)
    return venue


def records_of(venue: Venue) -> list[FeedRecord]:
    """Return everything the venue's channel has published."""
    return unpack_records(bytes(venue.tape.channel.records))


@dataclass(slots=True)
class FakeOwner:
    """Remembers what it is told of its order."""

    fills: list[tuple[int, int]] = field(default_factory=list)
    withdrawals: list[int] = field(default_factory=list)

    def filled(self, price_units: int, quantity: int, time_ms: int) -> None:
        """Remember a fill."""
        self.fills.append((price_units, quantity))

    def withdrawn(self, quantity: int, time_ms: int) -> None:
        """Remember a withdrawal."""
        self.withdrawals.append(quantity)


def order_at(
    venue: Venue, side: Side, price_units: int, quantity: int, owner: FakeOwner | None = None
) -> BookOrder:
    """Return an order with the venue's next number."""
    return BookOrder(venue.tape.next_number(), side, price_units, quantity, owner)


class FakeClock:
    """A clock that stands where it is put, in milliseconds of the demo day."""

    def __init__(self, time_ms: int = TEN) -> None:
        self.time_ms = time_ms

    def now(self) -> datetime:
        """Return the set time."""
        return beijing(DAY, self.time_ms)


@dataclass(slots=True)
class RunningExchange:
    """An exchange that listens on ``port`` of the loopback."""

    server: ExchangeServer
    market: Market
    clock: FakeClock
    port: int

    def url(self, door: str) -> str:
        """Return the address of ``feed`` or ``orders``."""
        return f"ws://127.0.0.1:{self.port}/{door}"


@asynccontextmanager
async def running_exchange(
    symbols: frozenset[str], time_ms: int = TEN, seed: int = 1
) -> AsyncIterator[RunningExchange]:
    """Run an exchange on which only ``symbols`` have a flow of their own."""
    clock = FakeClock(time_ms)
    market = open_market(admission(), seed, only=symbols)
    server = market_server(market, admission(), clock)
    stop = asyncio.Event()
    ready: asyncio.Future[int] = asyncio.get_running_loop().create_future()
    task = asyncio.create_task(server.run(0, ready.set_result, stop))
    try:
        async with asyncio.timeout(DEADLINE_SECONDS):
            await asyncio.wait((ready, task), return_when=asyncio.FIRST_COMPLETED)
        yield RunningExchange(server, market, clock, await ready)
    finally:
        stop.set()
        await task
