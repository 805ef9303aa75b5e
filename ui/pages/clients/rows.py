"""The list model behind the card grid."""

from collections.abc import Iterable

from PySide6.QtCore import QAbstractListModel, QModelIndex, QObject, QPersistentModelIndex, Qt

from models.clients.card import ClientCard
from widgets.clients.client_card import CARD_ROLE
from widgets.paint.numbers import compact_money, percent_text
from widgets.paint.words import word

Index = QModelIndex | QPersistentModelIndex


class CardRows(QAbstractListModel):
    """Cards in the order of the answer; a newer number repaints only its own card."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._cards: list[ClientCard] = []
        self._rows: dict[str, int] = {}

    def rowCount(self, parent: Index = QModelIndex()) -> int:  # noqa: N802 - Qt's name
        """Number of cards."""
        return 0 if parent.isValid() else len(self._cards)

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        """The card itself, its name, and a sentence for a screen reader."""
        if not index.isValid():
            return None
        card = self._cards[index.row()]
        if role == CARD_ROLE:
            return card
        if role == Qt.ItemDataRole.DisplayRole:
            return card.name
        if role == Qt.ItemDataRole.AccessibleTextRole:
            return _spoken(card)
        return None

    def show(self, cards: Iterable[ClientCard]) -> None:
        """Show these cards; the same clients in the same order keep their place."""
        fresh = list(cards)
        if [card.client_id for card in fresh] == [card.client_id for card in self._cards]:
            self.renew(fresh)
            return
        self.beginResetModel()
        self._cards = fresh
        self._rows = {card.client_id: row for row, card in enumerate(fresh)}
        self.endResetModel()

    def renew(self, cards: Iterable[ClientCard]) -> None:
        """Put newer states of cards that are shown."""
        for card in cards:
            row = self._rows.get(card.client_id)
            if row is not None and self._cards[row] != card:
                self._cards[row] = card
                self.dataChanged.emit(self.index(row), self.index(row))

    def index_of(self, client_id: str) -> QModelIndex:
        """Return the index of a client; an invalid one when he is not shown."""
        row = self._rows.get(client_id)
        return QModelIndex() if row is None else self.index(row)

    def ids(self, first: int, count: int) -> frozenset[str]:
        """Return the clients of ``count`` rows from ``first``."""
        return frozenset(card.client_id for card in self._cards[first : first + count])


def _spoken(card: ClientCard) -> str:
    return (
        f"{card.name} {word(card.tier)} 资产 {compact_money(card.assets_cents)} "
        f"当日 {percent_text(card.day_change_bp)} 预警 {card.alert_count}"
    )
