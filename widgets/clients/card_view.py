"""The wall of client cards: a list view whose cards fill whole columns."""

from datetime import date

from PySide6.QtCore import QModelIndex, QPersistentModelIndex, QSize, Qt, Signal
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QListView, QWidget

from models.clients.card import ClientCard
from widgets.clients.client_card import CARD_ROLE, CARD_SIZE, ClientCardDelegate
from widgets.paint.look import Look


class ClientCardView(QListView):
    """Show a model whose indexes return a ClientCard for ``CARD_ROLE``; emits client ids."""

    chosen = Signal(str)  # the current card changed
    opened = Signal(str)  # double click or Enter

    def __init__(self, look: Look, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._cards = ClientCardDelegate(look, self)
        self.setItemDelegate(self._cards)
        self.setViewMode(QListView.ViewMode.IconMode)
        self.setMovement(QListView.Movement.Static)
        self.setResizeMode(QListView.ResizeMode.Adjust)
        self.setUniformItemSizes(True)
        self.setMouseTracking(True)
        self.setFrameShape(QListView.Shape.NoFrame)
        self.setVerticalScrollMode(QListView.ScrollMode.ScrollPerPixel)
        self.setVerticalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOn)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setObjectName("cardView")
        self.activated.connect(self._tell_opened)
        look.changed.connect(self.viewport().update)

    def set_today(self, today: date) -> None:
        """Tell the business day, for "3天前"."""
        self._cards.set_today(today)
        self.viewport().update()

    def current_client(self) -> str:
        """Return the id of the current card, "" when there is none."""
        return _client_id(self.currentIndex())

    def currentChanged(  # noqa: N802 - Qt's name
        self,
        current: QModelIndex | QPersistentModelIndex,
        before: QModelIndex | QPersistentModelIndex,
    ) -> None:
        """Tell which client is chosen now."""
        super().currentChanged(current, before)
        if current.isValid():
            self.chosen.emit(_client_id(current))

    def resizeEvent(self, event: QResizeEvent) -> None:  # noqa: N802 - Qt's name
        """Share the width among as many whole columns as fit."""
        super().resizeEvent(event)
        room = self.viewport().width() - 2
        columns = max(1, room // CARD_SIZE.width())
        size = QSize(max(room // columns, 1), CARD_SIZE.height())
        self._cards.set_card_width(size.width())
        self.setGridSize(size)

    def _tell_opened(self, index: QModelIndex) -> None:
        self.opened.emit(_client_id(index))


def _client_id(index: QModelIndex | QPersistentModelIndex) -> str:
    card = index.data(CARD_ROLE)
    return card.client_id if isinstance(card, ClientCard) else ""
