"""The order path's one task: takes what comes, stores what it means, then tells and sends.

Requests of desks, reports of the exchange and deadlines go through one mailbox in the order in
which they came. All that one round decided is on the disk before anyone hears of it and before
anything goes to the exchange; so a kill at any instant loses nothing that was told.
"""

import asyncio
import contextlib
import logging
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass

from models.trading.order import Order, OrderState
from models.wire.exchange import CancelRequest, NewOrder, OrderStatus
from models.wire.ledger import LedgerEvent, LedgerInput
from services.engine.gateways.gateway import Gateway, GatewayReport, GatewayRequest
from services.engine.trading import keeper
from services.engine.trading.books.books import Books
from services.engine.trading.intake import Intake
from services.engine.trading.journal.journal import Journal
from services.engine.trading.journal.records import Cause
from services.engine.trading.reports import Reports
from services.engine.trading.resolver import Resolver
from services.engine.trading.scribe import Reply, Scribe
from services.engine.trading.stream import EventStream

_MOST_A_ROUND = 64  # then the feed and the desks have their turn
_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class TraderParts:
    """All that the trader works with; ``unfinished`` are orders of earlier days still open."""

    books: Books
    journal: Journal
    scribe: Scribe
    intake: Intake
    reports: Reports
    resolver: Resolver
    gateway: Gateway
    stream: EventStream
    unfinished: tuple[Order, ...] = ()


class Trader:
    """A ReportListener for the gateway and the ledger behind the ledger lane."""

    def __init__(self, parts: TraderParts) -> None:
        self._parts = parts
        self._mailbox: asyncio.Queue[Callable[[], None]] = asyncio.Queue()
        self._loop = asyncio.get_running_loop()

    @property
    def books(self) -> Books:
        """The state, to look at."""
        return self._parts.books

    @property
    def oddities(self) -> Counter[str]:
        """How often what should not happen came in, by code; none of it was applied."""
        return self._parts.scribe.oddities

    @property
    def stream(self) -> EventStream:
        """Published events."""
        return self._parts.stream

    def submit(self, request: LedgerInput, reply: Reply) -> None:
        """Take a desk's request; ``reply`` gets an earlier event when it was answered before."""
        self._mailbox.put_nowait(lambda: self._parts.intake.take(request, reply))

    def session_opened(self, session: str, trade_date: str) -> None:
        """The exchange answered (ReportListener)."""
        self._mailbox.put_nowait(lambda: self._open_session(session, trade_date))

    def report_came(self, session: str, report: GatewayReport) -> None:
        """The exchange reported (ReportListener)."""
        if isinstance(report, OrderStatus):
            self._mailbox.put_nowait(lambda: self._parts.resolver.status(report, self._loop.time()))
            return
        self._mailbox.put_nowait(lambda: self._parts.reports.take(session, report))

    def line_lost(self, reason: str) -> None:
        """The line to the exchange is down (ReportListener)."""
        _log.warning("orders line lost: %s", reason)

    def cursor(self) -> tuple[str, int]:
        """Session and number of the last report taken."""
        return self._parts.books.session, self._parts.books.report

    async def run(self) -> None:
        """Work until cancelled. Raises ExpectedFailure JOURNAL_FAILED: the engine must end."""
        self._parts.intake.close_undecided()
        self._parts.intake.close_earlier_days(self._parts.unfinished)
        self._parts.resolver.recover(self._loop.time())
        while True:
            await self._settle()
            await self._take_round()

    async def _take_round(self) -> None:
        resolver = self._parts.resolver
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout_at(resolver.next_due()):
                take = await self._mailbox.get()
                take()
        for _ in range(min(self._mailbox.qsize(), _MOST_A_ROUND)):
            self._mailbox.get_nowait()()
        resolver.act(self._loop.time())

    async def _settle(self) -> None:
        """Store, tell, send; what sending changes is stored and told again."""
        await asyncio.sleep(0)
        await self._store_and_tell()
        while self._parts.scribe.outbox:
            waiting, self._parts.scribe.outbox = self._parts.scribe.outbox, []
            for request in waiting:
                self._send(request)
            await self._store_and_tell()

    async def _store_and_tell(self) -> None:
        answers, self._parts.scribe.answers = self._parts.scribe.answers, []
        await self._parts.journal.sync()
        self._parts.stream.publish(self._unpublished())
        for reply, event in answers:
            reply(event)

    def _unpublished(self) -> list[LedgerEvent]:
        return self._parts.books.events[self._parts.stream.last_number :]

    def _send(self, request: GatewayRequest) -> None:
        order = self._parts.books.orders[request.order_ref]
        if isinstance(request, NewOrder) and order.state is not OrderState.PENDING:
            return  # ended by a new session while it was being stored
        handed_over = self._parts.gateway.send(self._parts.books.session, request)
        if isinstance(request, NewOrder):
            self._after_send(request.order_ref, handed_over)
        elif isinstance(request, CancelRequest) and handed_over:
            self._parts.resolver.expect(request.order_ref, self._loop.time())

    def _after_send(self, name: str, handed_over: bool) -> None:
        scribe, order = self._parts.scribe, self._parts.books.orders[name]
        if handed_over:
            sent = keeper.stepped(order, OrderState.SENT, scribe.now())
            self._parts.resolver.expect(name, self._loop.time())
        else:
            refused = keeper.stepped(order, OrderState.REFUSED, scribe.now())
            sent = refused and keeper.explained(
                refused, "GATEWAY_DOWN", "与交易所的连接已断开,委托未发出"
            )
        if sent is not None:
            scribe.order(sent, Cause.SENT)

    def _open_session(self, session: str, trade_date: str) -> None:
        parts = self._parts
        parts.intake.exchange_day = trade_date
        if session != parts.books.session:
            parts.scribe.session(session)
            parts.resolver.end_older_sessions(session)
        parts.resolver.ask_now(self._loop.time())
