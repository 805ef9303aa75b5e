"""An order path, a market heart and the tracker between them, for the tests of this room."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path

from models.market.instrument import Phase
from models.market.own_place import OwnPlace
from models.trading.order import OrderState
from models.wire.exchange import ExchangeAccepted, FeedHeartbeat
from services.engine.queue.tracker import QueueTracker
from services.market.heart import MarketHeart
from tests.services.market.support import SHENZHEN, TEN_O_CLOCK, Tape, welcome
from tests.support.trading import PING_AN, Bench, instruction, place, running_bench

PRICE, OURS, OTHER = 150_000, 77, 78


@dataclass
class Day:
    """An order path, a market heart, and the tracker between them."""

    bench: Bench
    fault: str = ""
    tape: Tape = field(default_factory=Tape)
    fed: int = 0

    def __post_init__(self) -> None:
        self.heart = MarketHeart(lambda: 0.0)
        self.heart.on_welcome(welcome())
        self.heart.on_heartbeat(FeedHeartbeat(TEN_O_CLOCK, {}))
        self.tracker = QueueTracker(self.heart, self.bench.books, lambda _symbol: self.fault)
        self.tape.phase(SHENZHEN, Phase.CONTINUOUS)
        self.tape.buy(SHENZHEN, 5, PRICE, 700)

    def feed(self) -> None:
        """Let the heart have what was written."""
        self.heart.on_frame(self.tape.frame(self.fed + 1, len(self.tape.records)))
        self.fed = len(self.tape.records)

    async def send(self, name: str = "O1") -> None:
        """Send an order for 1,000 shares."""
        await self.bench.prepared(instruction(quantity=2_000))
        self.bench.submit(place(name, quantity=1_000))
        await self.bench.reaches(name, OrderState.SENT)

    async def accepted(self, number: int, name: str = "O1", at_ms: int = TEN_O_CLOCK) -> None:
        """Let the exchange take it."""
        self.bench.gateway.reports += 1
        report = self.bench.gateway.reports
        self.bench.gateway.tell(ExchangeAccepted(report, name, number, at_ms))
        await self.bench.reaches(name, OrderState.WORKING)

    def ours(self, order_id: int = OURS) -> None:
        """Write our order's add."""
        self.tape.buy(SHENZHEN, order_id, PRICE, 1_000)

    def told(self) -> OwnPlace:
        """The only place."""
        (only,) = self.tracker.places(PING_AN)
        return only


@asynccontextmanager
async def a_day(folder: Path) -> AsyncIterator[Day]:
    """Run the order path on the journal in ``folder``."""
    async with running_bench(folder) as bench:
        yield Day(bench)
