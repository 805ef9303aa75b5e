"""The alerts as a side panel: what presses, beside whatever screen is open."""

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QStackedWidget, QVBoxLayout, QWidget

from ui.pages.alerts.presenter import AlertsPresenter
from ui.pages.alerts.rows import AlertRows
from ui.pages.parts.kit import Page, PageKit
from widgets.basic.empty_state import EmptyState
from widgets.clients.alert_row import AlertView

MIN_WIDTH = 300


class AlertsPanel(Page):
    """Alerts not yet acknowledged; Enter or a double click opens the client."""

    open_client = Signal(str)

    def __init__(self, kit: PageKit, parent: QWidget | None = None) -> None:
        self.presenter = AlertsPresenter(kit.ports, kit.tasks)
        super().__init__(self.presenter, parent)
        self.rows = AlertRows(self)
        self.view = AlertView(kit.look)
        self.view.setModel(self.rows)
        self._empty = EmptyState(self.tr("没有待处理的预警"), self.tr("持仓一有异动就会排在这里"))
        self._stack = QStackedWidget()
        self._stack.addWidget(self.view)
        self._stack.addWidget(self._empty)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.addWidget(self._stack)
        self.setMinimumWidth(MIN_WIDTH)
        self.view.opened.connect(lambda alert: self.open_client.emit(alert.client_id))
        self.presenter.changed.connect(self._show)

    def _show(self) -> None:
        self.rows.show(self.presenter.shown())
        self._stack.setCurrentIndex(0 if self.rows.rowCount() else 1)
