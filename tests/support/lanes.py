"""A served pair of lanes and a desk that remembers, for tests of the link."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field

from models.market.details import Details, DetailWatch
from models.market.picture import Depth, Quote
from models.status import LinkState
from models.wire.exchange import FeedInstrument
from models.wire.ledger import LedgerEvent, LedgerWelcome
from models.wire.view import EngineHealth, ViewFrame, ViewWelcome, Watch
from services.link.backoff import Backoff
from services.link.desk.ledger_client import LedgerClient
from services.link.desk.view_client import ViewClient
from services.link.engine.ports import BookChanges, Ledger, Market
from services.link.engine.server import serve_lanes

TOKEN = "launch-token"


def quick_backoff() -> Backoff:
    """Pauses that a test can afford."""
    return Backoff(0.01, 0.05)


@dataclass
class RememberingDesk:
    """A LedgerListener that keeps events in memory as a store would."""

    ledger: str = ""
    events: list[LedgerEvent] = field(default_factory=list)
    repeats: list[LedgerEvent] = field(default_factory=list)
    welcomes: list[LedgerWelcome] = field(default_factory=list)
    changes: int = 0

    async def cursor(self) -> tuple[str, int]:
        """As stored."""
        return self.ledger, len(self.events)

    async def welcomed(self, welcome: LedgerWelcome) -> None:
        """Another journal starts anew."""
        self.welcomes.append(welcome)
        if welcome.ledger != self.ledger:
            self.ledger = welcome.ledger
            self.events.clear()

    async def line_opened(self) -> None:
        """This desk has nothing to say."""

    async def event_came(self, ledger: str, event: LedgerEvent) -> None:
        """Keep it."""
        assert ledger == self.ledger
        assert event.number == len(self.events) + 1
        self.events.append(event)

    async def event_repeated(self, event: LedgerEvent) -> None:
        """Keep it apart."""
        self.repeats.append(event)

    def line_changed(self, state: LinkState, text: str) -> None:
        """Count it."""
        self.changes += 1


@dataclass
class RememberingScreen:
    """A ViewListener that keeps what it was shown."""

    days: list[ViewWelcome] = field(default_factory=list)
    frames: list[ViewFrame] = field(default_factory=list)

    def day_came(self, welcome: ViewWelcome) -> None:
        """Keep it."""
        self.days.append(welcome)

    def frame_came(self, frame: ViewFrame) -> None:
        """Keep it."""
        self.frames.append(frame)

    def view_changed(self, state: LinkState, text: str) -> None:
        """Nothing to keep."""


@dataclass
class FakeView:
    """A ViewSubscription on a FakeViewMarket."""

    market: "FakeViewMarket"
    watched: Watch = Watch((), ())

    def watch(self, watch: Watch) -> None:
        """As told."""
        self.watched = watch
        self.market.watched.append(watch)

    def take_books(self) -> BookChanges:
        """All watched books, every time."""
        shown = self.watched.depths
        return tuple(one for one in self.market.depths if one.quote.symbol in shown), ()

    def take_quotes(self) -> tuple[Quote, ...]:
        """All watched quotes, every time."""
        return tuple(q for q in self.market.quotes if q.symbol in self.watched.quotes)

    def take_details(self, now: float) -> Details:
        """As set, while anything is watched."""
        return self.market.details if self.watched.details != DetailWatch() else Details()

    async def wait_news(self) -> None:
        """Nothing ever happens here."""
        await asyncio.Event().wait()


@dataclass
class FakeViewMarket:
    """A Market of the view lane."""

    session: str = "feed-1"
    instruments: tuple[FeedInstrument, ...] = ()
    quotes: tuple[Quote, ...] = ()
    details: Details = Details()
    bounds: tuple[int, ...] = (300, 200, 100)
    depths: tuple[Depth, ...] = ()
    watched: list[Watch] = field(default_factory=list)  # as they came, of all desks

    def day(self) -> tuple[str, str, float, tuple[FeedInstrument, ...]]:
        """As set."""
        return self.session, "2023-02-01", 1.0, self.instruments

    def big_order_bounds(self) -> tuple[int, ...]:
        """As set."""
        return self.bounds

    def subscribe(self) -> FakeView:
        """A new desk."""
        return FakeView(self)

    def health(self) -> EngineHealth:
        """All well."""
        return EngineHealth("live", "", "live", 0, 0, 0, 0, 0, "python")

    def time_ms(self) -> int:
        """Ten o'clock."""
        return 36_000_000

    def sent_ns(self) -> int:
        """No feed."""
        return 0


@asynccontextmanager
async def served_lanes(
    ledger: Ledger, market: Market | None = None, port: int = 0
) -> AsyncIterator[int]:
    """Serve both lanes; gives the port."""
    stop = asyncio.Event()
    ready: asyncio.Future[int] = asyncio.get_running_loop().create_future()
    server = asyncio.create_task(
        serve_lanes(
            port=port,
            token=TOKEN,
            ledger=ledger,
            market=market or FakeViewMarket(),
            ready=ready.set_result,
            stop=stop,
        )
    )
    try:
        either: list[asyncio.Future[int] | asyncio.Future[None]] = [server, ready]
        await asyncio.wait(either, return_when=asyncio.FIRST_COMPLETED)
        if server.done():
            server.result()
        yield ready.result()
    finally:
        stop.set()
        await asyncio.gather(server, return_exceptions=True)


@asynccontextmanager
async def ledger_client(
    port: int, desk: RememberingDesk, token: str = TOKEN
) -> AsyncIterator[LedgerClient]:
    """A client that keeps the ledger lane up."""
    client = LedgerClient(
        url=f"ws://127.0.0.1:{port}/ledger", token=token, listener=desk, backoff=quick_backoff()
    )
    work = asyncio.create_task(client.run())
    try:
        yield client
        assert not work.done(), work.exception()
    finally:
        work.cancel()
        await asyncio.gather(work, return_exceptions=True)


@asynccontextmanager
async def view_client(
    port: int, screen: RememberingScreen, token: str = TOKEN
) -> AsyncIterator[ViewClient]:
    """A client that keeps the view lane up."""
    client = ViewClient(
        url=f"ws://127.0.0.1:{port}/view", token=token, listener=screen, backoff=quick_backoff()
    )
    work = asyncio.create_task(client.run())
    try:
        yield client
        assert not work.done(), work.exception()
    finally:
        work.cancel()
        await asyncio.gather(work, return_exceptions=True)
