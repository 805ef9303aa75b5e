"""Joins the drawn order ticket to the presenter: what is typed goes in, what is filled shows."""

from PySide6.QtCore import QEvent, QObject, Qt, Signal
from PySide6.QtGui import QKeyEvent

from models.clients.card import ClientCard
from models.trading.instruction import Instruction
from models.trading.order import Side
from models.trading.ticket import Ticket
from ui.pages.parts.securities import choice_of, decimals_of, name_of, offers, tick_of
from ui.pages.trading.client_search import ClientSearch
from ui.pages.trading.presenter import TradingPresenter
from widgets.basic.find_box import Choice
from widgets.paint.numbers import price_text, quantity_text
from widgets.paint.words import word
from widgets.trading.order_ticket import OrderTicket

SIDE_KEYS = {Qt.Key.Key_B: Side.BUY, Qt.Key.Key_S: Side.SELL}
LOT = 100


class DeskTicket(QObject):
    """B and S turn the side in the fields that take figures only."""

    instruction_wanted = Signal()

    def __init__(self, ticket: OrderTicket, presenter: TradingPresenter) -> None:
        super().__init__(ticket)
        self._ticket = ticket
        self._presenter = presenter
        self._search = ClientSearch(presenter)
        self._market = presenter.ports.market
        self._connect()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:  # noqa: N802 - Qt's name
        """B and S turn the side."""
        if isinstance(event, QKeyEvent) and event.type() is QEvent.Type.KeyPress:
            side = SIDE_KEYS.get(Qt.Key(event.key()))
            if side is not None and not event.modifiers():
                self._presenter.choose_side(side)
                return True
        return super().eventFilter(watched, event)

    def show_draft(self) -> None:
        """Show all fields as the presenter has them."""
        if not self._presenter.is_sending:
            self._ticket.show_ready()
        draft = self._presenter.draft
        card = draft.client
        item = self._market.instrument(draft.symbol)
        self._ticket.show_client(
            client_choice(card) if card else None, card.account if card else ""
        )
        self._ticket.show_security(choice_of(item) if item else None, tick_of(item))
        self._ticket.show_side(draft.side)
        self._ticket.show_price(draft.price_units)
        self._ticket.show_quantity(draft.quantity)
        self.show_instructions()
        self.show_check()

    def show_instructions(self) -> None:
        """Show the evidence that stands; the first line is nobody's word."""
        draft = self._presenter.draft
        told = self._presenter.instructions()
        choices = tuple(self._instruction_choice(item) for item in told)
        if choices and not draft.instruction_id:
            choices = (Choice("", "选择客户指令…"), *choices)
        self._ticket.show_instructions(choices, draft.instruction_id)

    def show_check(self) -> None:
        """Show what the checks say."""
        self._ticket.show_check(self._presenter.check, LOT)

    def begin(self) -> None:
        """Put the cursor where the next entry belongs."""
        draft = self._presenter.draft
        if draft.client is None:
            self._ticket.client.setFocus()
        elif not draft.symbol:
            self._ticket.security.setFocus()
        elif not draft.price_units:
            self._ticket.price.setFocus()
        else:
            self._ticket.quantity.setFocus()

    def _connect(self) -> None:
        ticket, presenter = self._ticket, self._presenter
        ticket.client_typed.connect(self._search.search)
        ticket.client_chosen.connect(self._search.choose)
        ticket.security_typed.connect(
            lambda text: ticket.offer_securities(offers(self._market, text))
        )
        ticket.security_chosen.connect(presenter.choose_symbol)
        ticket.instruction_wanted.connect(self.instruction_wanted)
        ticket.edited.connect(self._take)
        ticket.sent.connect(lambda _ticket: presenter.send())
        self._search.offered.connect(
            lambda cards: ticket.offer_clients(tuple(client_choice(card) for card in cards))
        )
        presenter.filled.connect(self.show_draft)
        presenter.checked.connect(self.show_check)
        presenter.client_changed.connect(self.show_instructions)
        presenter.sending.connect(ticket.show_sending)
        for field in (ticket.price.field, ticket.quantity.field, ticket.send):
            field.installEventFilter(self)

    def _take(self, ticket: Ticket) -> None:
        self._presenter.take(ticket)
        self.show_instructions()

    def _instruction_choice(self, item: Instruction) -> Choice:
        decimals = decimals_of(self._market.instrument(item.symbol))
        text = (
            f"{word(item.side)} {name_of(self._market, item.symbol)} "
            f"{quantity_text(item.quantity)} @ {price_text(item.price_units, decimals)}"
        )
        return Choice(item.instruction_id, text, item.evidence_ref)


def client_choice(card: ClientCard) -> Choice:
    """Return a client as a choice of a find box."""
    return Choice(card.client_id, f"{card.name} · {word(card.tier)}", card.account)
