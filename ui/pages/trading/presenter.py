"""State of the trading page: the draft ticket, its live checks, review and sending."""

from dataclasses import replace

from PySide6.QtCore import QObject, Signal

from models.clients.card import ClientCard
from models.clients.profile import ClientProfile
from models.errors import ExpectedFailure
from models.status import ChangeSet
from models.trading.instruction import Instruction
from models.trading.order import Order, Side
from models.trading.ticket import Ticket, TicketCheck
from ui.pages.parts.order_rows import OrderLine
from ui.pages.parts.presence import PagePresenter, TaskStarter
from ui.pages.trading.book_presenter import BookPresenter
from ui.pages.trading.draft import (
    SIZE_PRESETS,
    Draft,
    client_lines,
    dangers,
    evidence_for,
    lacks_second_person,
    left_of,
    own_levels,
    usable,
)
from ui.ports import DeskPorts


class TradingPresenter(PagePresenter):
    """One ticket at a time. A price never sets the side; only a key, a button or evidence does."""

    checked = Signal()  # the checks were made anew
    filled = Signal()  # fields were filled from here: show them
    symbol_changed = Signal(str)
    client_changed = Signal()  # another client, or his holdings, orders, instructions
    danger = Signal(object)  # tuple of reasons: ask before sending
    sending = Signal()
    placed = Signal(str)  # client order id: the row comes by event

    def __init__(self, ports: DeskPorts, tasks: TaskStarter, parent: QObject | None = None) -> None:
        super().__init__(ports, tasks, parent)
        self.book = BookPresenter(ports, self)
        self._draft = Draft()
        self._is_sending = False
        self._sent: set[str] = set()
        self._profile: ClientProfile | None = None
        self._told: tuple[Instruction, ...] = ()
        self._is_told = False
        self.needs_second_person = False  # another person has to confirm the ticket
        self._check: TicketCheck | None = None

    @property
    def draft(self) -> Draft:
        """The ticket as typed."""
        return self._draft

    @property
    def is_sending(self) -> bool:
        """Whether an order is on its way to the engine."""
        return self._is_sending

    @property
    def check(self) -> TicketCheck | None:
        """All checks of the ticket; None before there is something to check."""
        return self._check

    @property
    def is_ready(self) -> bool:
        """Whether client and instructions are read."""
        return self._profile is not None and self._is_told

    @property
    def profile(self) -> ClientProfile | None:
        """The client of the ticket, once read."""
        return self._profile

    def enter(self) -> None:
        """Show the book again."""
        super().enter()
        self.book.enter()

    def leave(self) -> None:
        """Ask for no book while hidden."""
        super().leave()
        self.book.leave()

    def read(self) -> None:
        """Read the client of the ticket with all that its checks need."""
        client = self._draft.client
        if client is None:
            return
        asked = client.client_id
        self.run(self.ports.clients.profile(asked), lambda found: self._take_client(asked, found))
        self.run(self.ports.orders.instructions(asked), lambda told: self._take_told(asked, told))
        self.run(self.ports.orders.prepare(asked), lambda _nothing: self._recheck())

    def concerns(self, changes: ChangeSet) -> bool:
        """The client of the ticket and any order."""
        client = self._draft.client
        return bool(changes.orders) or (client is not None and client.client_id in changes.clients)

    def begin(self, client_id: str, symbol: str) -> None:
        """Start a ticket, for a client and of a security where they are given."""
        self._profile, self._told, self._is_told = None, (), False
        self._fill(Draft(symbol=symbol or self._draft.symbol))
        self._show_symbol()
        self.client_changed.emit()
        if client_id:
            self.run(self.ports.clients.profile(client_id), lambda p: self.choose_client(p.card))

    def choose_client(self, card: ClientCard) -> None:
        """Take the client; what was typed for another one is dropped."""
        self._profile, self._told, self._is_told = None, (), False
        self._fill(Draft(client=card, symbol=self._draft.symbol))
        self.book.look(self._draft.symbol, card.client_id)
        self.client_changed.emit()
        self.read()

    def choose_symbol(self, symbol: str) -> None:
        """Take the security; price, quantity and evidence of another one are dropped."""
        if symbol == self._draft.symbol:
            return
        kept = self._draft
        self._draft = Draft(client=kept.client, symbol=symbol, side=kept.side)
        self._show_symbol()
        self._fill(self._draft)
        self._take_only_instruction()

    def take(self, ticket: Ticket) -> None:
        """Take what the person changed on the ticket."""
        if ticket.instruction_id and ticket.instruction_id != self._draft.instruction_id:
            self.choose_instruction(ticket.instruction_id)
            return
        self._draft = replace(
            self._draft,
            side=ticket.side,
            price_units=ticket.price_units,
            quantity=ticket.quantity,
            instruction_id=evidence_for(self._draft, self.instructions(), ticket.side),
            second_person=ticket.second_person,
        )
        self._recheck()

    def fill_price(self, price_units: int) -> None:
        """Take a price clicked on the ladder; the side stays as it is."""
        self._fill(replace(self._draft, price_units=price_units))

    def fill_preset(self, number: int) -> None:
        """Take a size by its key: so many lots of the shown security."""
        quantity = SIZE_PRESETS[number] * self.book.quantities.lot
        self._fill(replace(self._draft, quantity=quantity))

    def choose_side(self, side: Side) -> None:
        """Turn the side by key."""
        ticket = self._draft.ticket()
        if ticket is None:
            self._fill(replace(self._draft, side=side))
            return
        self.take(replace(ticket, side=side))
        self.filled.emit()

    def choose_instruction(self, instruction_id: str) -> None:
        """Take the evidence and all that the client decided with it."""
        for item in self._told:
            if item.instruction_id == instruction_id:
                self._fill_from(item)

    def instructions(self) -> tuple[Instruction, ...]:
        """Return what the client told for this security and is not used up, newest first."""
        return usable(self._told, self._draft.symbol, self._orders())

    def own_levels(self) -> dict[int, int]:
        """Return this client's open quantity of the shown security by price units."""
        return own_levels(self.order_lines(), self._draft.symbol)

    def order_lines(self) -> tuple[OrderLine, ...]:
        """Return today's orders of the client, newest first; refused ones too."""
        return client_lines(self._profile, self.ports) if self._profile else ()

    def send(self) -> None:
        """Send the ticket, asking first where it is dangerous.

        What lacks evidence goes too: the engine refuses it, and the refusal stays a row.
        """
        ticket = self._draft.ticket()
        if ticket is None or self._is_sending:
            return
        self._recheck()
        reasons = dangers(ticket, self.book.depth())
        if reasons:
            self.danger.emit(reasons)
            return
        self._place(ticket)

    def send_despite(self) -> None:
        """Send after the person confirmed the danger."""
        ticket = self._draft.ticket()
        if ticket is not None and not self._is_sending:
            self._place(ticket)

    def _place(self, ticket: Ticket) -> None:
        self._is_sending = True
        self._sent.add(ticket.instruction_id)
        self.sending.emit()
        self.run(self.ports.orders.place(ticket), self._take_placed, self._take_fault)

    def _take_placed(self, client_order_id: str) -> None:
        self._is_sending = False
        kept = self._draft
        self._fill(Draft(client=kept.client, symbol=kept.symbol, side=kept.side))
        self.placed.emit(client_order_id)

    def _take_fault(self, failure: ExpectedFailure) -> None:
        self._is_sending = False
        self.filled.emit()
        self.failed.emit(failure)

    def _fill(self, draft: Draft) -> None:
        self._draft = draft
        self._recheck()
        self.filled.emit()

    def _recheck(self) -> None:
        self.needs_second_person = lacks_second_person(self._draft, self.ports.orders.check)
        if not self.needs_second_person:
            self._draft = replace(self._draft, second_person="")
        ticket = self._draft.ticket()
        self._check = self.ports.orders.check(ticket) if ticket else None
        self.checked.emit()

    def _fill_from(self, item: Instruction) -> None:
        is_other = item.symbol != self._draft.symbol
        self._draft = replace(self._draft, symbol=item.symbol)
        if is_other:
            self._show_symbol()
        self._fill(
            replace(
                self._draft,
                side=item.side,
                price_units=item.price_units,
                quantity=left_of(item, self._orders()),
                instruction_id=item.instruction_id,
                second_person="",
            )
        )

    def _take_only_instruction(self) -> None:
        found = self.instructions()
        if self._draft.symbol and not self._draft.instruction_id and len(found) == 1:
            self._fill_unless_sent(found[0])

    def _fill_unless_sent(self, item: Instruction) -> None:
        """What has been sent once is never offered by itself again: its fill may be on the way."""
        if item.instruction_id not in self._sent:
            self._fill_from(item)

    def _orders(self) -> tuple[Order, ...]:
        return self._profile.orders if self._profile else ()

    def _show_symbol(self) -> None:
        client = self._draft.client
        self.book.look(self._draft.symbol, client.client_id if client else "")
        self.symbol_changed.emit(self._draft.symbol)

    def _take_client(self, asked: str, profile: ClientProfile) -> None:
        if self._draft.client is not None and self._draft.client.client_id == asked:
            self._profile = profile
            self.client_changed.emit()

    def _take_told(self, asked: str, told: tuple[Instruction, ...]) -> None:
        if self._draft.client is not None and self._draft.client.client_id == asked:
            self._told, self._is_told = told, True
            self._take_only_instruction()
            self._recheck()
            self.client_changed.emit()
