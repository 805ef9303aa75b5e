"""Finds the client of a ticket as his name is typed; only the newest question is answered."""

from PySide6.QtCore import QObject, Signal

from models.clients.card import CardPage, CardQuery, ClientCard
from ui.pages.trading.presenter import TradingPresenter

CANDIDATES = 8


class ClientSearch(QObject):
    """Asks the directory, offers the first cards, and gives the chosen one to the ticket."""

    offered = Signal(object)  # tuple of ClientCard

    def __init__(self, presenter: TradingPresenter) -> None:
        super().__init__(presenter)
        self._presenter = presenter
        self._asked = 0
        self._cards: dict[str, ClientCard] = {}

    def search(self, text: str) -> None:
        """Look for names, initials, accounts or mobiles like ``text``."""
        self._asked += 1
        number = self._asked
        work = self._presenter.ports.clients.find(CardQuery(text=text.strip()))
        self._presenter.run(work, lambda page: self._take(number, page))

    def choose(self, client_id: str) -> None:
        """Take one of the offered clients."""
        if client_id in self._cards:
            self._presenter.choose_client(self._cards[client_id])

    def _take(self, number: int, page: CardPage) -> None:
        if number != self._asked:
            return
        cards = page.cards[:CANDIDATES]
        self._cards = {card.client_id: card for card in cards}
        self.offered.emit(cards)
