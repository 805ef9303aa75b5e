"""Alerts on what clients hold: filters, list left, the chosen one with its holders right."""

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QKeyEvent, QShowEvent
from PySide6.QtWidgets import (
    QComboBox,
    QHBoxLayout,
    QSplitter,
    QStackedWidget,
    QVBoxLayout,
    QWidget,
)

from models.clients.alert import HoldingAlert, Severity
from ui.pages.alerts.detail import AlertDetail
from ui.pages.alerts.presenter import ALL, OPEN, AlertsPresenter
from ui.pages.alerts.rows import AlertRows
from ui.pages.parts.kit import Page, PageKit
from ui.pages.parts.securities import decimals_of
from widgets.basic.chips import Chip, ChipRow
from widgets.basic.empty_state import EmptyState
from widgets.basic.labels import caption
from widgets.clients.alert_row import ALERT_ROLE, AlertView
from widgets.paint.words import word

STATES = {OPEN: "未确认", ALL: "全部"} | {item.value: word(item) for item in Severity}


class AlertsPage(Page):
    """↑ ↓ choose, A notes and acknowledges, Enter or O opens the client, T trades."""

    open_client = Signal(str)
    trade = Signal(str, str)

    def __init__(self, kit: PageKit, parent: QWidget | None = None) -> None:
        self.presenter = AlertsPresenter(kit.ports, kit.tasks)
        super().__init__(self.presenter, parent)
        self._market = kit.ports.market
        self.rows = AlertRows(self)
        self.view = AlertView(kit.look)
        self.view.setModel(self.rows)
        self.detail = AlertDetail(kit.look)
        self.chips = ChipRow(tuple(Chip(key, title) for key, title in STATES.items()))
        self.kinds = QComboBox()
        self.shown = caption()
        self.empty = EmptyState(self.tr("没有待处理的预警"), self.tr("持仓一有异动就会排在这里"))
        self._stack = QStackedWidget()
        self._lay_out()
        self._connect(kit)

    def showEvent(self, event: QShowEvent) -> None:  # noqa: N802 - Qt's name
        """Put the keyboard on the list."""
        super().showEvent(event)
        self.view.setFocus()

    def keyPressEvent(self, event: QKeyEvent) -> None:  # noqa: N802 - Qt's name
        """A, O, T, and Escape back to the list."""
        wanted = {
            Qt.Key.Key_A: self.detail.begin_note,
            Qt.Key.Key_O: self.detail.open_shown,
            Qt.Key.Key_T: self.detail.trade_shown,
            Qt.Key.Key_Escape: self.view.setFocus,
        }.get(Qt.Key(event.key()))
        if wanted is None or event.modifiers():
            super().keyPressEvent(event)
            return
        wanted()

    def _lay_out(self) -> None:
        self.kinds.setAccessibleName(self.tr("预警类别"))
        self.kinds.setMinimumWidth(150)
        head = QHBoxLayout()
        head.setContentsMargins(12, 8, 12, 8)
        head.setSpacing(12)
        head.addWidget(self.chips)
        head.addWidget(self.kinds)
        head.addStretch(1)
        head.addWidget(self.shown)
        split = QSplitter(Qt.Orientation.Horizontal)
        split.addWidget(self.view)
        split.addWidget(self.detail)
        split.setChildrenCollapsible(False)
        split.setSizes([560, 700])
        split.setStretchFactor(0, 4)
        split.setStretchFactor(1, 5)
        self._stack.addWidget(split)
        self._stack.addWidget(self.empty)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addLayout(head)
        column.addWidget(self._stack, 1)

    def _connect(self, kit: PageKit) -> None:
        self.chips.chosen.connect(self.presenter.choose_state)
        self.kinds.activated.connect(
            lambda place: self.presenter.choose_kind(str(self.kinds.itemData(place)))
        )
        self.view.chosen.connect(self._show_detail)
        self.view.opened.connect(lambda alert: self.open_client.emit(alert.client_id))
        self.detail.client_wanted.connect(self.open_client)
        self.detail.trade_wanted.connect(self.trade)
        self.detail.acknowledged.connect(self.presenter.acknowledge)
        self.presenter.changed.connect(self._show)
        self.presenter.acknowledged.connect(lambda _id: self.view.setFocus())
        kit.frames.attach_slow(self.detail, self._show_quote)

    def _show(self) -> None:
        row = self.view.currentIndex().row()
        chosen = self.view.currentIndex().data(ALERT_ROLE)
        self.rows.show(self.presenter.shown())
        for key in STATES:
            self.chips.show_count(key, self.presenter.count(key))
        self._show_kinds()
        self.shown.setText(self.presenter.shown_text())
        self._stack.setCurrentIndex(0 if self.rows.rowCount() else 1)
        self._restore(chosen, row)

    def _restore(self, chosen: HoldingAlert | None, row: int) -> None:
        place = self.rows.row_of(chosen.alert_id) if chosen is not None else -1
        if place < 0:
            place = min(max(row, 0), self.rows.rowCount() - 1)
        index = self.rows.index(place)
        self.view.setCurrentIndex(index)
        if index.isValid():
            self._show_detail(index.data(ALERT_ROLE))

    def _show_kinds(self) -> None:
        self.kinds.blockSignals(True)
        self.kinds.clear()
        for key, title in self.presenter.kinds():
            self.kinds.addItem(title, key)
        self.kinds.setCurrentIndex(max(0, self.kinds.findData(self.presenter.kind_key)))
        self.kinds.blockSignals(False)

    def _show_detail(self, alert: HoldingAlert) -> None:
        self.detail.show_alert(alert, self.presenter.holders(alert.symbol))
        self._show_quote()

    def _show_quote(self) -> None:
        symbol = self.detail.symbol()
        if symbol:
            decimals = decimals_of(self._market.instrument(symbol))
            self.detail.show_quote(self._market.quote(symbol), decimals)
