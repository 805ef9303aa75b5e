"""Today's orders as a panel: what is on its way, beneath whatever screen is open."""

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QVBoxLayout, QWidget

from ui.pages.monitor.presenter import MonitorPresenter
from ui.pages.monitor.rows import monitor_columns
from ui.pages.parts.kit import Page, PageKit
from ui.pages.parts.order_rows import OrderLine
from widgets.basic.rows import TableRows
from widgets.basic.table import DataTable

MIN_HEIGHT = 140


class OrdersPanel(Page):
    """Orders of all clients, newest first; Enter or a double click opens the client."""

    open_client = Signal(str)

    def __init__(self, kit: PageKit, parent: QWidget | None = None) -> None:
        self.presenter = MonitorPresenter(kit.ports, kit.tasks)
        super().__init__(self.presenter, parent)
        self.table: DataTable[OrderLine] = DataTable(
            kit.look, TableRows(monitor_columns(), lambda line: line.order.client_order_id)
        )
        self.table.set_empty_text(self.tr("今天还没有委托"))
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.addWidget(self.table)
        self.setMinimumHeight(MIN_HEIGHT)
        self.table.activated_record.connect(
            lambda line: self.open_client.emit(line.order.client_id)
        )
        self.presenter.changed.connect(lambda: self.table.rows.show(self.presenter.shown()))
