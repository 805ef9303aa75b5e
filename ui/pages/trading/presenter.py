"""State of the trading page: the draft ticket, its live checks, review and sending."""

from dataclasses import replace
from enum import Enum

from PySide6.QtCore import QObject, Signal

from models.clients.card import CardPage, CardQuery, ClientCard
from models.clients.profile import ClientProfile
from models.errors import ExpectedFailure
from models.status import ChangeSet
from models.trading.instruction import Instruction
from models.trading.order import Side
from models.trading.ticket import CheckLine, Ticket, TicketCheck
from ui.pages.parts.order_rows import OrderLine, order_line
from ui.pages.parts.presence import PagePresenter, TaskStarter
from ui.pages.trading.draft import Draft, dangers, next_field, usable
from ui.ports import DeskPorts

OWNER = "trading"
CANDIDATES = 8


class Step(Enum):
    """Where the ticket stands: typed, shown for review, on its way."""

    EDITING = "editing"
    REVIEW = "review"
    SENDING = "sending"


class TradingPresenter(PagePresenter):
    """One ticket at a time. Nothing but the person's choice ever sets the side."""

    draft_changed = Signal()  # fields, checks or step changed
    symbol_changed = Signal(str)
    client_changed = Signal()  # another client, or his holdings, orders, instructions
    candidates = Signal(object)  # tuple of ClientCard that answer the client search
    wanted = Signal(str)  # the field to fill before review
    refused = Signal(object)  # tuple of CheckLine that keep the ticket from being sent
    danger = Signal(object)  # tuple of reasons: ask before sending
    placed = Signal(str)  # client order id: the row comes by event

    def __init__(self, ports: DeskPorts, tasks: TaskStarter, parent: QObject | None = None) -> None:
        super().__init__(ports, tasks, parent)
        self._draft = Draft()
        self._step = Step.EDITING
        self._profile: ClientProfile | None = None
        self._told: tuple[Instruction, ...] = ()
        self._check: TicketCheck | None = None
        self._searched = 0

    @property
    def draft(self) -> Draft:
        """The ticket as typed."""
        return self._draft

    @property
    def step(self) -> Step:
        """Where the ticket stands."""
        return self._step

    @property
    def check(self) -> TicketCheck | None:
        """All checks of the ticket; None before there is something to check."""
        return self._check

    @property
    def profile(self) -> ClientProfile | None:
        """The client of the ticket, once read."""
        return self._profile

    def enter(self) -> None:
        """Show the book again."""
        super().enter()
        self._show_depth()

    def leave(self) -> None:
        """Ask for no book while hidden."""
        super().leave()
        self.ports.market.show_depth(OWNER, frozenset())

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

    def search_clients(self, text: str) -> None:
        """Look for the client to trade for."""
        self._searched += 1
        number = self._searched
        self.run(
            self.ports.clients.find(CardQuery(text=text.strip())),
            lambda page: self._take_candidates(number, page),
        )

    def begin(self, client_id: str, symbol: str) -> None:
        """Start a ticket for a client and, where given, a security."""
        self._edit(Draft(symbol=symbol or self._draft.symbol))
        self._show_symbol()
        if client_id:
            self.run(self.ports.clients.profile(client_id), lambda p: self.choose_client(p.card))

    def choose_client(self, card: ClientCard) -> None:
        """Take the client; what was typed for another one is dropped."""
        self._profile, self._told = None, ()
        self._edit(Draft(client=card, symbol=self._draft.symbol))
        self.client_changed.emit()
        self.read()

    def choose_symbol(self, symbol: str) -> None:
        """Take the security; price, quantity and evidence of another one are dropped."""
        if symbol == self._draft.symbol:
            return
        self._edit(Draft(client=self._draft.client, symbol=symbol))
        self._show_symbol()

    def choose_side(self, side: Side) -> None:
        """Take the side: only ever by key or button."""
        self._edit(replace(self._draft, side=side))
        self._take_only_instruction()

    def type_price(self, price_units: int) -> None:
        """Take a price typed or clicked on the ladder; the side stays as it is."""
        self._edit(replace(self._draft, price_units=price_units))

    def type_quantity(self, quantity: int) -> None:
        """Take a quantity."""
        self._edit(replace(self._draft, quantity=quantity))

    def type_second_person(self, staff_id: str) -> None:
        """Take the second person of a large order."""
        self._edit(replace(self._draft, second_person=staff_id.strip()))

    def choose_instruction(self, instruction_id: str) -> None:
        """Take the evidence and all that the client decided with it."""
        for item in self._told:
            if item.instruction_id == instruction_id:
                self._fill_from(item)
                return
        self._edit(replace(self._draft, instruction_id=""))

    def instructions(self) -> tuple[Instruction, ...]:
        """Return what the client told for this security and side, newest first."""
        return usable(self._told, self._draft)

    def order_lines(self) -> tuple[OrderLine, ...]:
        """Return today's orders of the client, newest first; refused ones too."""
        if self._profile is None:
            return ()
        card, person = self._profile.card, self.ports.person
        names = {person.staff_id: person.name}
        lines = (
            order_line(order, {card.client_id: card}, self.ports.market, names)
            for order in self._profile.orders
        )
        return tuple(sorted(lines, key=lambda line: line.order.entered_at, reverse=True))

    def review(self) -> None:
        """Enter: show the ticket for review, or say what is missing or fails."""
        wanted = next_field(self._draft)
        if wanted:
            self.wanted.emit(wanted)
            return
        self._recheck()
        failing = self.failing()
        if failing:
            self.refused.emit(failing)
            return
        self._move(Step.REVIEW)

    def failing(self) -> tuple[CheckLine, ...]:
        """Return the checks that do not hold or cannot be judged."""
        return tuple(line for line in self._check.lines if not line.ok) if self._check else ()

    def back(self) -> None:
        """Return from review to typing."""
        self._move(Step.EDITING)

    def send(self) -> None:
        """Second Enter: send, or ask first where it is dangerous."""
        ticket = self._draft.ticket()
        if self._step is not Step.REVIEW or ticket is None:
            return
        reasons = dangers(ticket, self.ports.market.depth(ticket.symbol))
        if reasons:
            self.danger.emit(reasons)
            return
        self._place(ticket)

    def send_despite(self) -> None:
        """Send after the person confirmed the danger."""
        ticket = self._draft.ticket()
        if self._step is Step.REVIEW and ticket is not None:
            self._place(ticket)

    def _place(self, ticket: Ticket) -> None:
        self._move(Step.SENDING)
        self.run(self.ports.orders.place(ticket), self._take_placed, self._take_fault)

    def _take_placed(self, client_order_id: str) -> None:
        self._step = Step.EDITING
        self._edit(Draft(client=self._draft.client, symbol=self._draft.symbol))
        self.placed.emit(client_order_id)

    def _take_fault(self, failure: ExpectedFailure) -> None:
        self._move(Step.EDITING)
        self.failed.emit(failure)

    def _edit(self, draft: Draft) -> None:
        if self._step is Step.SENDING:
            return
        self._draft = draft
        self._step = Step.EDITING
        self._recheck()

    def _recheck(self) -> None:
        ticket = self._draft.ticket()
        self._check = self.ports.orders.check(ticket) if ticket else None
        self.draft_changed.emit()

    def _move(self, step: Step) -> None:
        self._step = step
        self.draft_changed.emit()

    def _fill_from(self, item: Instruction) -> None:
        is_other = item.symbol != self._draft.symbol
        self._edit(
            replace(
                self._draft,
                symbol=item.symbol,
                side=item.side,
                price_units=item.price_units,
                quantity=item.quantity,
                instruction_id=item.instruction_id,
            )
        )
        if is_other:
            self._show_symbol()

    def _take_only_instruction(self) -> None:
        found = self.instructions()
        if len(found) == 1 and not self._draft.instruction_id and self._draft.symbol:
            self._edit(replace(self._draft, instruction_id=found[0].instruction_id))

    def _show_symbol(self) -> None:
        self._show_depth()
        self.symbol_changed.emit(self._draft.symbol)

    def _show_depth(self) -> None:
        if self._is_shown:
            shown = frozenset({self._draft.symbol}) if self._draft.symbol else frozenset()
            self.ports.market.show_depth(OWNER, shown)

    def _take_candidates(self, number: int, page: CardPage) -> None:
        if number == self._searched:
            self.candidates.emit(page.cards[:CANDIDATES])

    def _take_client(self, asked: str, profile: ClientProfile) -> None:
        if self._draft.client is not None and self._draft.client.client_id == asked:
            self._profile = profile
            self.client_changed.emit()

    def _take_told(self, asked: str, told: tuple[Instruction, ...]) -> None:
        if self._draft.client is not None and self._draft.client.client_id == asked:
            self._told = told
            self._take_only_instruction()
            self.client_changed.emit()
