"""What the pages need from the desk's services: the seam between ui and services.

app/desk.py passes the real ones; tests pass fakes. Async methods are started through ui.bridge
only; the others answer at once from memory. Every method may raise ExpectedFailure.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from models.clients.alert import HoldingAlert, SecurityHolder
from models.clients.card import CardPage, CardQuery
from models.clients.profile import ClientProfile
from models.files.kinds import ImportKind
from models.market.access import QuoteAccess
from models.market.details import (
    DetailWatch,
    FullDepth,
    MarketRanking,
    OrderFlow,
    PriceQueue,
    QueuePlace,
    Seal,
)
from models.market.instrument import Instrument
from models.market.picture import Cage, Depth, MinuteBar, Quote
from models.market.trading_state import TradingState
from models.status import ChangeSet, DeskStatus
from models.trading.charges import OrderCharges
from models.trading.instruction import Instruction
from models.trading.order import Fill, Order
from models.trading.ticket import Ticket, TicketCheck
from models.wire.commands import ServiceCommand
from services.desk.files.exporting import ExportAsk, ExportedCopy, Progress
from services.desk.files.importing import ImportLine, ImportPreview
from services.desk.files.report.reports import ReportAsk, ReportCopy
from ui.service_ports import (
    AgendaDesk,
    CallBoard,
    FeeBook,
    ProductCatalogue,
    QuestionBoard,
    SegmentDesk,
    ServiceAccess,
)


class Clock(Protocol):
    """The one source of time."""

    def now(self) -> datetime:
        """Beijing time of the business (the replayed market's time in the demo)."""
        ...


class ClientDirectory(Protocol):
    """Cards and pages of the manager's clients."""

    async def find(self, query: CardQuery) -> CardPage:
        """Cards that answer ``query``: platinum first, then by assets."""
        ...

    async def profile(self, client_id: str) -> ClientProfile:
        """One client whole; ExpectedFailure CLIENT_NOT_FOUND."""
        ...


class ServiceDesk(Protocol):
    """The one door for what a person does for a client, beside trading."""

    async def send(self, command: ServiceCommand, expected_version: int = 0) -> str:
        """Judge and queue the command, shown as pending until central applied it; return its id."""
        ...


class ImportDesk(Protocol):
    """Files of clients, holdings and cash that come in."""

    async def preview(
        self,
        kind: ImportKind,
        name: str,
        raw: bytes,
        *,
        day: str = "",
        mapping: Mapping[str, str] | None = None,
    ) -> ImportPreview:
        """Tell what would become of each row; nothing is sent."""
        ...

    async def send(self, preview: ImportPreview) -> str:
        """Queue the file; return the import's id."""
        ...

    async def undo(self, import_id: str, reason: str) -> None:
        """Ask for a whole import to be taken back."""
        ...

    async def imports(self) -> tuple[ImportLine, ...]:
        """Imports that this person may see, newest first."""
        ...


class ExportDesk(Protocol):
    """Files that go out, by an approval, each with its mark."""

    async def ask(self, wanted: ExportAsk) -> str:
        """Queue the request; return the number under which it is approved and fetched."""
        ...

    async def fetch(self, approval_id: str, name: str, progress: Progress = ...) -> ExportedCopy:
        """Have a marked copy made at central and return it; bytes done and in all are told."""
        ...


class ReportDesk(Protocol):
    """Reports that a client takes home; a task that is cancelled makes and records none."""

    async def make(self, ask: ReportAsk, progress: Progress = ...) -> ReportCopy:
        """Return the file of a copy that is recorded; members done and in all are told."""
        ...


class AlertDesk(Protocol):
    """Live alerts on what the clients hold."""

    async def alerts(self) -> tuple[HoldingAlert, ...]:
        """Severest and newest first."""
        ...

    def holders(self, symbol: str) -> tuple[SecurityHolder, ...]:
        """All clients who hold a security, whether alerted or not; largest holding first."""
        ...

    async def acknowledge(self, alert_id: str, note: str) -> None:
        """Take note; the alert stays listed as acknowledged."""
        ...


class MarketWatch(Protocol):
    """The newest state of what is on the screen."""

    def instruments(self) -> tuple[Instrument, ...]:
        """All securities of the day; empty until the feed has announced them."""
        ...

    def find(self, text: str) -> tuple[Instrument, ...]:
        """Securities by code, name or pinyin initials, best first."""
        ...

    def instrument(self, symbol: str) -> Instrument | None:
        """One security."""
        ...

    def quote(self, symbol: str) -> Quote | None:
        """The newest quote."""
        ...

    def bars(self, symbol: str) -> tuple[MinuteBar, ...]:
        """Today's minute bars of a shown security."""
        ...

    def revision(self) -> int:
        """Rises with every view frame: a frame timer asks this first."""
        ...

    def tell_moves_to(self, moved: Callable[[], object] | None) -> None:
        """Call ``moved`` at every day and frame with a book, None = nobody any more."""
        ...

    def time_ms(self) -> int:
        """The exchange's clock as last told; 0 = nothing was told yet."""
        ...

    def speed(self) -> float:
        """How many times quicker than real a replayed day runs; 1 for a live one."""
        ...


class BookDesk(Protocol):
    """Books as far as the one who looks on may see them; "" as client = the person himself."""

    def access(self, client_id: str) -> QuoteAccess:
        """Whether level 2 may be shown, by what right, or why not."""
        ...

    def look(self, owner: str, symbol: str, client_id: str, wanted: DetailWatch) -> None:
        """``owner`` (a page) now shows this book and more of it; "" as symbol ends it."""
        ...

    def depth(self, symbol: str, client_id: str) -> Depth | None:
        """The newest book of a shown security: ten levels, or five without what level 2 adds."""
        ...

    def full(self, symbol: str, client_id: str) -> FullDepth | None:
        """All levels of a shown book."""
        ...

    def queue(self, place: QueuePlace, client_id: str) -> PriceQueue | None:
        """The queue at a shown price."""
        ...

    def flow(self, symbol: str, client_id: str) -> OrderFlow | None:
        """Big-order statistics of a shown security."""
        ...

    def seal(self, symbol: str, client_id: str) -> Seal | None:
        """The seal of a shown security; None = not sealed."""
        ...

    def ranking(self, client_id: str) -> MarketRanking | None:
        """Seals and withdrawals of the market, while shown."""
        ...

    def big_order_bounds(self) -> tuple[int, ...]:
        """Turnover from which orders are 特大, 大, 中; () where the firm has set none."""
        ...

    def trading_state(self, symbol: str) -> TradingState | None:
        """What may be done with a security now."""
        ...

    async def record_display(self, client_id: str) -> None:
        """Have the audit trail keep that level 2 is shown."""
        ...


class Preferences(Protocol):
    """What the person has chosen for his screens."""

    def get(self, name: str) -> str:
        """Return a choice, "" where none was made."""
        ...

    async def keep(self, name: str, value: str) -> None:
        """Remember a choice."""
        ...


class OrderDesk(Protocol):
    """Instructions, tickets and orders of all clients of the manager."""

    async def orders(self) -> tuple[Order, ...]:
        """All of today, newest first."""
        ...

    async def fills(self, client_order_id: str) -> tuple[Fill, ...]:
        """Trades of one order, oldest first."""
        ...

    async def charges(self, client_order_id: str) -> OrderCharges | None:
        """What central booked on an order: charges and points; None = not yet."""
        ...

    async def instructions(self, client_id: str) -> tuple[Instruction, ...]:
        """Today's instructions of a client, newest first."""
        ...

    async def record_instruction(self, draft: Instruction) -> Instruction:
        """Store it and give it to the engine; ids, author and time are filled in here."""
        ...

    def check(self, ticket: Ticket) -> TicketCheck:
        """All checks of a ticket as typed, with the same pure rules as the engine."""
        ...

    def cage(self, symbol: str) -> Cage | None:
        """Prices a new order may have now; None = no cage holds for the security now."""
        ...

    async def prepare(self, client_id: str) -> None:
        """Load what ``check`` needs for this client (cash, holdings, instructions)."""
        ...

    async def place(self, ticket: Ticket) -> str:
        """Send the ticket to the engine; returns the client order id. Refusals come as rows."""
        ...

    async def cancel(self, client_order_id: str) -> None:
        """Ask for the rest of an order back."""
        ...


class StatusBoard(Protocol):
    """How the connections stand."""

    def status(self) -> DeskStatus:
        """The present state."""
        ...


class ChangeFeed(Protocol):
    """Tells what changed in the desk's store and connections."""

    def subscribe(self, listener: Callable[[ChangeSet], None]) -> Callable[[], None]:
        """Call ``listener`` on the loop's thread after each change; returns the way out."""
        ...


PRACTICE_MARK = "【演练】"  # stands before every title of a practice desk


@dataclass(frozen=True, slots=True)
class Person:
    """Who is signed in."""

    staff_id: str
    name: str
    role: str
    branch_id: str
    practice: str = ""  # the run of a practice firm; "" = a real one

    @property
    def mark(self) -> str:
        """What stands before every title at this desk."""
        return PRACTICE_MARK if self.practice else ""


@dataclass(frozen=True, slots=True)
class DeskPorts:
    """All that the window needs."""

    person: Person
    clock: Clock
    clients: ClientDirectory
    service: ServiceDesk
    imports: ImportDesk
    exports: ExportDesk
    reports: ReportDesk
    alerts: AlertDesk
    catalogue: ProductCatalogue
    access: ServiceAccess
    agenda: AgendaDesk
    segments: SegmentDesk
    questions: QuestionBoard
    calls: CallBoard
    fees: FeeBook
    market: MarketWatch
    books: BookDesk
    orders: OrderDesk
    board: StatusBoard
    changes: ChangeFeed
    preferences: Preferences
