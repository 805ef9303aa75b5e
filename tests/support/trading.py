"""A small trading day for tests of the order path: securities, client, fakes of market and line."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import date, datetime
from pathlib import Path

import msgspec

from models.dates import BEIJING
from models.market.instrument import Board, Exchange, Phase, SecurityKind, SecurityStatus
from models.market.picture import Quote
from models.rules.ticket.facts import TicketRules
from models.trading.instruction import Instruction, InstructionChannel, PriceType
from models.trading.order import Order, OrderState, Side
from models.wire.exchange import (
    CancelRequest,
    ExchangeAccepted,
    ExchangeCancelled,
    ExchangeFill,
    ExchangeRejected,
    FeedInstrument,
    NewOrder,
    OrderStatus,
    QueryOrder,
)
from models.wire.ledger import (
    CancelOrder,
    GiveInstruction,
    GiveSettings,
    LedgerEvent,
    LedgerInput,
    OpenAccount,
    OpeningHolding,
    OrderChanged,
    PlaceOrder,
)
from services.engine.gateways.gateway import (
    GatewayRequest,
    GatewayState,
    ReportCursor,
    ReportListener,
)
from services.engine.trading.books.books import Books
from services.engine.trading.build import build_trader
from services.engine.trading.journal.day import OpenedDay, open_day
from services.engine.trading.resolver import ResolverPace
from services.engine.trading.trader import Trader
from services.rules.loader import load_calendar, load_market_rules, load_profile
from tests.support.waiting import until

DAY = date(2023, 2, 1)
CLIENT, ACCOUNT, STAFF = "C0001", "A0001", "M001"
MOUTAI, PING_AN, FUND = "600519.SH", "000001.SZ", "510300.SH"
CHIPS = "688981.SH"  # STAR: the only stocks with a price cage of today's kind on the test day
SESSION = "session-1"
QUICK = ResolverPace(answer_s=0.05, query_first_s=0.02, query_most_s=0.1)


class FakeClock:
    """Stands still until told."""

    def __init__(self, hour: int = 10, minute: int = 0) -> None:
        self.moment = datetime(DAY.year, DAY.month, DAY.day, hour, minute, tzinfo=BEIJING)

    def now(self) -> datetime:
        """The moment it was set to."""
        return self.moment


def ticket_rules() -> TicketRules:
    """The real rules of the demo firm on the test day."""
    return TicketRules(load_market_rules(), load_calendar(), load_profile(None).on(DAY))


def firm_settings(day: date = DAY, **changed: object) -> GiveSettings:
    """The demo firm's settings as a desk gives them; None in place of a section takes it away."""
    document = dict(load_profile(None).document) | changed
    sections = sorted((name, _json(value)) for name, value in document.items())
    return GiveSettings(day.isoformat(), tuple(sections))


def _json(value: object) -> str:
    return msgspec.json.encode(value).decode()


def security(symbol: str = PING_AN, previous_close_units: int = 150_000) -> FeedInstrument:
    """A security of the day; funds end in ``.SH`` after 51."""
    fund = symbol.startswith("51")
    shanghai = symbol.endswith(".SH")
    return FeedInstrument(
        0,
        symbol,
        "测试证券",
        Exchange.SSE if shanghai else Exchange.SZSE,
        Board.STAR if symbol.startswith("688") else Board.MAIN,
        SecurityKind.ETF if fund else SecurityKind.STOCK,
        SecurityStatus.NORMAL,
        "",
        1,
        previous_close_units,
        previous_close_units * 11 // 10,
        previous_close_units * 9 // 10,
    )


def quote(symbol: str = PING_AN, last_units: int = 150_000) -> Quote:
    """A quote one tick wide around ``last_units``."""
    return Quote(
        symbol=symbol,
        last_units=last_units,
        previous_close_units=last_units,
        open_units=last_units,
        high_units=last_units,
        low_units=last_units,
        volume=0,
        turnover_units=0,
        bid_units=last_units - 100,
        ask_units=last_units + 100,
        limit_up_units=last_units * 11 // 10,
        limit_down_units=last_units * 9 // 10,
        phase=Phase.CONTINUOUS,
        time_ms=36_000_000,
    )


@dataclass
class FakeMarket:
    """A MarketReference with a few securities."""

    securities: dict[str, FeedInstrument] = field(
        default_factory=lambda: {
            PING_AN: security(PING_AN),
            MOUTAI: security(MOUTAI, 18_457_600),
            FUND: security(FUND, 41_000),
            CHIPS: security(CHIPS, 400_000),
        }
    )
    fault: str = ""

    def security(self, symbol: str) -> FeedInstrument | None:
        """As announced."""
        return self.securities.get(symbol)

    def quote(self, symbol: str) -> Quote | None:
        """At the previous close."""
        listed = self.securities.get(symbol)
        return quote(symbol, listed.previous_close_units) if listed else None

    def quote_fault(self, symbol: str) -> str:
        """As set."""
        return self.fault


class FakeGateway:
    """A Gateway that keeps what was sent; the test answers by the ``report`` methods."""

    def __init__(self, session: str = SESSION) -> None:
        self.state = GatewayState.LIVE
        self.state_text = "测试"
        self.session = session
        self.sent: list[GatewayRequest] = []
        self.resumes = 0
        self.reports = 0
        self.trader: Trader | None = None

    def send(self, session: str, request: GatewayRequest) -> bool:
        """Keep it."""
        if self.state is not GatewayState.LIVE or session != self.session:
            return False
        self.sent.append(request)
        return True

    def resume(self) -> None:
        """Count it."""
        self.resumes += 1

    async def run(self, listener: ReportListener, cursor: ReportCursor) -> None:
        """Never used: the test is the line."""
        raise NotImplementedError

    def orders(self) -> list[NewOrder]:
        """New orders sent."""
        return [request for request in self.sent if isinstance(request, NewOrder)]

    def cancels(self) -> list[CancelRequest]:
        """Cancels sent."""
        return [request for request in self.sent if isinstance(request, CancelRequest)]

    def queries(self) -> list[QueryOrder]:
        """Queries sent."""
        return [request for request in self.sent if isinstance(request, QueryOrder)]

    def open(self, trade_date: date = DAY) -> None:
        """Answer the hello."""
        assert self.trader is not None
        self.trader.session_opened(self.session, trade_date.isoformat())

    def accept(self, ref: str) -> None:
        """The order stands."""
        number = self._next()
        self.tell(ExchangeAccepted(number, ref, number, 36_000_000))

    def fill(self, ref: str, quantity: int, price_units: int) -> None:
        """A trade."""
        number = self._next()
        self.tell(ExchangeFill(number, ref, number, price_units, quantity, 36_000_100))

    def cancelled(self, ref: str, quantity: int) -> None:
        """Withdrawn."""
        self.tell(ExchangeCancelled(self._next(), ref, quantity, 36_000_200))

    def reject(self, ref: str, reason: str = "PRICE_LIMIT", text: str = "价格超限") -> None:
        """Refused: the order or its cancel."""
        self.tell(ExchangeRejected(self._next(), ref, reason, text, 36_000_300))

    def status(self, ref: str, *, known: bool, state: str = "", filled: int = 0) -> None:
        """Answer a query."""
        self.tell(OrderStatus(ref, known, state, filled, 0))

    def tell(
        self,
        report: ExchangeAccepted
        | ExchangeFill
        | ExchangeCancelled
        | ExchangeRejected
        | OrderStatus,
    ) -> None:
        """Any report."""
        assert self.trader is not None
        self.trader.report_came(self.session, report)

    def _next(self) -> int:
        self.reports += 1
        return self.reports


@dataclass
class Bench:
    """A running order path with its fakes."""

    trader: Trader
    gateway: FakeGateway
    market: FakeMarket
    clock: FakeClock
    books: Books
    repeats: list[LedgerEvent] = field(default_factory=list)

    def submit(self, request: LedgerInput) -> None:
        """As a desk does."""
        self.trader.submit(request, self.repeats.append)

    def order(self, name: str) -> Order:
        """The order as it is."""
        return self.books.orders[name]

    def events_of(self, name: str) -> list[OrderChanged]:
        """All published steps of an order."""
        events = self.books.events[: self.trader.stream.last_number]
        return [
            event
            for event in events
            if isinstance(event, OrderChanged) and event.order.client_order_id == name
        ]

    async def reaches(self, name: str, state: str) -> Order:
        """Wait until the order was published in ``state``."""

        def there() -> bool:
            steps = self.events_of(name)
            return bool(steps) and steps[-1].order.state == state

        await until(there)
        return self.order(name)

    async def works(self, request: PlaceOrder) -> None:
        """Submit an order and let the exchange accept it."""
        self.submit(request)
        await self.reaches(request.client_order_id, OrderState.SENT)
        self.gateway.accept(request.client_order_id)
        await self.reaches(request.client_order_id, OrderState.WORKING)

    async def settled(self) -> None:
        """Wait until everything submitted so far was handled."""
        seen = len(self.repeats)
        self.submit(CancelOrder("no such order", STAFF))
        last = self.trader.stream.last_number
        await until(lambda: self.trader.stream.last_number > last or len(self.repeats) > seen)

    async def prepared(self, *instructions: Instruction) -> None:
        """Open the account and give the instructions."""
        self.submit(opening())
        for told in instructions or (instruction(),):
            self.submit(GiveInstruction(told))
        await self.settled()


@asynccontextmanager
async def running_bench(
    folder: Path,
    *,
    gateway: FakeGateway | None = None,
    pace: ResolverPace = ResolverPace(),
    connected: bool = True,
    given: tuple[GiveSettings, ...] | None = None,
    day: date = DAY,
    opened: OpenedDay | None = None,
) -> AsyncIterator[Bench]:
    """Give an order path on the journal of ``day`` in ``folder``.

    It is ``given`` the demo firm's settings, or those that are told; () = none.
    """
    clock = FakeClock()
    clock.moment = clock.moment.replace(day=day.day)
    opened = opened or await open_day(folder, day, clock.now().isoformat())
    line, market = gateway or FakeGateway(), FakeMarket()
    trader = build_trader(opened, line, market, clock, told=lambda _settings: None, pace=pace)
    line.trader = trader
    for settings in (firm_settings(day),) if given is None else given:
        trader.submit(settings, lambda _repeated: None)
    work = asyncio.create_task(trader.run())
    try:
        if connected:
            line.open(day)
        yield Bench(trader, line, market, clock, trader.books)
        assert not work.done(), work.exception()
    finally:
        work.cancel()
        await asyncio.gather(work, return_exceptions=True)
        opened.journal.close()


def opening(
    *,
    account: str = ACCOUNT,
    cash_cents: int = 10_000_000,
    holdings: tuple[OpeningHolding, ...] = (OpeningHolding(PING_AN, 1_500, 1_000),),
) -> OpenAccount:
    """The client's account in the morning: 100,000 CNY, 1,500 shares of which 1,000 sellable."""
    return OpenAccount(account, CLIENT, DAY.isoformat(), cash_cents, 2_500, holdings)


def instruction(
    name: str = "I1",
    *,
    symbol: str = PING_AN,
    side: Side = Side.BUY,
    quantity: int = 1_000,
    price_units: int = 150_000,
    price_type: PriceType = PriceType.LIMIT,
) -> Instruction:
    """A complete instruction of the client."""
    return Instruction(
        instruction_id=name,
        client_id=CLIENT,
        account=ACCOUNT,
        day=DAY.isoformat(),
        symbol=symbol,
        side=side,
        quantity=quantity,
        price_units=price_units,
        price_type=price_type,
        channel=InstructionChannel.RECORDED_CALL,
        evidence_ref="REC-20230201-0001",
        read_back=True,
        identity_checked=True,
        recorded_by=STAFF,
        recorded_at="2023-02-01T09:50:00.000+08:00",
    )


def place(
    name: str = "O1",
    told: Instruction | None = None,
    *,
    quantity: int = 0,
    price_units: int = 0,
) -> PlaceOrder:
    """An order that follows an instruction."""
    followed = told or instruction()
    return PlaceOrder(
        name,
        CLIENT,
        ACCOUNT,
        followed.symbol,
        followed.side,
        quantity or followed.quantity,
        price_units or followed.price_units,
        followed.instruction_id,
        STAFF,
    )
