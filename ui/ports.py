"""What the pages need from the desk's services: the seam between ui and services.

app/desk.py passes the real ones; tests pass fakes. Async methods are started through ui.bridge
only; the others answer at once from memory. Every method may raise ExpectedFailure.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from models.clients.alert import HoldingAlert, SecurityHolder
from models.clients.card import CardPage, CardQuery
from models.clients.profile import ClientProfile
from models.market.instrument import Instrument
from models.market.picture import Cage, Depth, MinuteBar, Quote
from models.status import ChangeSet, DeskStatus
from models.trading.charges import OrderCharges
from models.trading.instruction import Instruction
from models.trading.order import Fill, Order
from models.trading.ticket import Ticket, TicketCheck


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

    async def log_contact(self, client_id: str, channel: str, direction: str, summary: str) -> None:
        """Add to the timeline (shown as pending until central applied it)."""
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

    def show_depth(self, owner: str, symbols: frozenset[str]) -> None:
        """``owner`` (a page) now shows these books; an empty set ends it."""
        ...

    def quote(self, symbol: str) -> Quote | None:
        """The newest quote."""
        ...

    def depth(self, symbol: str) -> Depth | None:
        """The newest book of a shown security."""
        ...

    def bars(self, symbol: str) -> tuple[MinuteBar, ...]:
        """Today's minute bars of a shown security."""
        ...

    def revision(self) -> int:
        """Rises with every view frame: a frame timer asks this first."""
        ...

    def tell_moves_to(self, moved: Callable[[], object] | None) -> None:
        """Call ``moved`` whenever the revision rises, None = nobody any more."""
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


@dataclass(frozen=True, slots=True)
class Person:
    """Who is signed in."""

    staff_id: str
    name: str
    role: str
    branch_id: str


@dataclass(frozen=True, slots=True)
class DeskPorts:
    """All that the window needs."""

    person: Person
    clock: Clock
    clients: ClientDirectory
    alerts: AlertDesk
    market: MarketWatch
    orders: OrderDesk
    board: StatusBoard
    changes: ChangeFeed
