"""The card grid: search, tier chips with counts, cards, and words where there are none."""

from PySide6.QtCore import QEvent, QObject, QPoint, Qt, Signal
from PySide6.QtGui import QKeyEvent, QShowEvent
from PySide6.QtWidgets import QHBoxLayout, QLineEdit, QStackedWidget, QVBoxLayout, QWidget

from ui.pages.clients.presenter import FILTERS, ClientsPresenter
from ui.pages.clients.rows import CardRows
from ui.pages.parts.kit import Page, PageKit, typed_text
from widgets.basic.chips import Chip, ChipRow
from widgets.basic.empty_state import EmptyState
from widgets.basic.labels import caption
from widgets.clients.card_view import ClientCardView

INSIDE = QPoint(24, 24)


class ClientsPage(Page):
    """Type anywhere to search, Enter opens, Escape widens."""

    open_client = Signal(str)
    trade = Signal(str, str)

    def __init__(self, kit: PageKit, parent: QWidget | None = None) -> None:
        self.presenter = ClientsPresenter(kit.ports, kit.tasks)
        super().__init__(self.presenter, parent)
        self._kit = kit
        self.rows = CardRows(self)
        self.view = ClientCardView(kit.look)
        self.view.setModel(self.rows)
        self.search = QLineEdit()
        self.chips = ChipRow(tuple(Chip(key, title) for key, title in FILTERS.items()))
        self.shown = caption()
        self.no_match = EmptyState("", "", self.tr("查看全部客户"))
        self.no_clients = EmptyState("", "")
        self._stack = QStackedWidget()
        self._lay_out()
        self._connect(kit)

    def showEvent(self, event: QShowEvent) -> None:  # noqa: N802 - Qt's name
        """Put the cursor into the search box."""
        super().showEvent(event)
        self.view.set_today(self._kit.ports.clock.now().date())
        self.search.setFocus()

    def visible_ids(self) -> frozenset[str]:
        """Return the clients whose cards are on the screen."""
        grid = self.view.gridSize()
        if not self.rows.rowCount() or grid.isEmpty():
            return frozenset()
        first = max(self.view.indexAt(INSIDE).row(), 0)
        across = max(1, self.view.viewport().width() // grid.width())
        down = self.view.viewport().height() // grid.height() + 2
        return self.rows.ids(first, across * down)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:  # noqa: N802 - Qt's name
        """On the cards typing searches and Escape widens; in the box ↓ goes to the cards."""
        if watched is self.view and event.type() is QEvent.Type.KeyPress:
            return self._card_key(event) or super().eventFilter(watched, event)
        if watched is self.search and event.type() is QEvent.Type.KeyPress:
            return self._search_key(event) or super().eventFilter(watched, event)
        return super().eventFilter(watched, event)

    def keyPressEvent(self, event: QKeyEvent) -> None:  # noqa: N802 - Qt's name
        """Typing anywhere searches."""
        if not self._type_on(typed_text(self, event)):
            super().keyPressEvent(event)

    def _lay_out(self) -> None:
        self.search.setPlaceholderText(self.tr("搜索客户:姓名 / 拼音首字母 / 账号 / 手机尾号"))
        self.search.setAccessibleName(self.tr("搜索客户"))
        self.search.setClearButtonEnabled(True)
        self.search.setMinimumWidth(280)
        self.search.setMaximumWidth(360)
        head = QHBoxLayout()
        head.setContentsMargins(12, 8, 12, 8)
        head.setSpacing(12)
        head.addWidget(self.search, 1)
        head.addWidget(self.chips, 1)
        head.addWidget(self.shown)
        self._stack.addWidget(self.view)
        self._stack.addWidget(self.no_match)
        self._stack.addWidget(self.no_clients)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addLayout(head)
        column.addWidget(self._stack, 1)

    def _connect(self, kit: PageKit) -> None:
        self.search.textChanged.connect(self.presenter.search)
        self.search.returnPressed.connect(self._open_current)
        self.chips.chosen.connect(self.presenter.choose_filter)
        self.view.opened.connect(self.open_client)
        self.no_match.acted.connect(self.presenter.widen)
        self.presenter.changed.connect(self._show)
        self.presenter.moved.connect(self.rows.renew)
        self.presenter.widened.connect(self._show_widened)
        self.search.installEventFilter(self)
        self.view.installEventFilter(self)
        kit.frames.attach_slow(self.view, lambda: self.presenter.value_visible(self.visible_ids()))

    def _show(self) -> None:
        current = self.view.current_client()
        self.rows.show(self.presenter.cards)
        self.view.setCurrentIndex(self.rows.index_of(current))
        if not self.view.currentIndex().isValid() and self.rows.rowCount():
            self.view.setCurrentIndex(self.rows.index(0))
        for key in FILTERS:
            self.chips.show_count(key, self.presenter.count(key))
        self.shown.setText(self.presenter.shown_text())
        self._show_empty()

    def _show_empty(self) -> None:
        words = self.presenter.empty()
        if words is None:
            self._stack.setCurrentWidget(self.view)
            return
        state = self.no_match if words.can_widen else self.no_clients
        state.say(words.title, words.advice)
        self._stack.setCurrentWidget(state)

    def _show_widened(self) -> None:
        self.search.blockSignals(True)
        self.search.clear()
        self.search.blockSignals(False)
        self.chips.choose(self.presenter.filter_key)
        self.search.setFocus()

    def trade_current(self) -> None:
        """Trade for the client whose card is the current one."""
        client_id = self.view.current_client()
        if client_id:
            self.trade.emit(client_id, "")

    def _open_current(self) -> None:
        client_id = self.view.current_client()
        if client_id:
            self.open_client.emit(client_id)

    def _card_key(self, event: QEvent) -> bool:
        if not isinstance(event, QKeyEvent):
            return False
        if event.key() == Qt.Key.Key_Escape:
            self.presenter.widen()
            return True
        return self._type_on(typed_text(self.view, event))

    def _search_key(self, event: QEvent) -> bool:
        if not isinstance(event, QKeyEvent):
            return False
        if event.key() == Qt.Key.Key_Down and self.rows.rowCount():
            self.view.setFocus()
            return True
        if event.key() == Qt.Key.Key_Escape:
            self.presenter.widen()
            return True
        return False

    def _type_on(self, text: str) -> bool:
        if not text:
            return False
        self.search.setFocus()
        self.search.insert(text)
        return True
