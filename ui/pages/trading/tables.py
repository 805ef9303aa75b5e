"""Below the chart: what this client holds, and his orders of today."""

from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QTabWidget

from models.clients.profile import HoldingLine
from ui.pages.parts.holding_rows import ticket_holding_columns
from ui.pages.parts.order_rows import (
    OrderLine,
    attention_columns,
    queue_column,
    reason_column,
    state_column,
    time_column,
    what_columns,
)
from ui.pages.trading.statistics import StatisticsTab
from ui.ports import MarketWatch
from widgets.basic.rows import TableRows
from widgets.basic.table import DataTable
from widgets.paint.look import Look

NARROW = 1_000
ORDERS_LEFT_OUT = frozenset({"代码", "均价", "未成", "排队"})  # the ladder tells the place too
HOLDINGS_LEFT_OUT = frozenset({"代码"})


class ClientTabs(QTabWidget):
    """Holdings and orders of the client of the ticket, and the market's statistics."""

    def __init__(self, look: Look, market: MarketWatch) -> None:
        super().__init__()
        self.setDocumentMode(True)
        self.holdings: DataTable[HoldingLine] = DataTable(
            look, TableRows(ticket_holding_columns(market), lambda line: line.symbol)
        )
        columns = [
            *attention_columns(),
            time_column(),
            *what_columns(),
            queue_column(),
            state_column(),
            reason_column(),
        ]
        self.orders: DataTable[OrderLine] = DataTable(
            look, TableRows(columns, lambda line: line.order.client_order_id)
        )
        self.addTab(self.holdings, "")
        self.addTab(self.orders, "")
        self.statistics = StatisticsTab(look, market)
        self.addTab(self.statistics, "盘中统计")
        self.show_client("", (), ())

    def resizeEvent(self, event: QResizeEvent) -> None:  # noqa: N802 - Qt's name
        """Leave out what a narrow window has no room for: state and reason come first."""
        super().resizeEvent(event)
        is_narrow = event.size().width() < NARROW
        self.orders.hide_columns(ORDERS_LEFT_OUT if is_narrow else frozenset())
        self.holdings.hide_columns(HOLDINGS_LEFT_OUT if is_narrow else frozenset())

    def show_client(
        self, name: str, holdings: tuple[HoldingLine, ...], orders: tuple[OrderLine, ...]
    ) -> None:
        """Show the client's lines; the titles tell whose and how many."""
        self.holdings.rows.show(holdings)
        self.orders.rows.show(orders)
        live = sum(1 for line in orders if line.is_open)
        self.setTabText(0, f"{name} 持仓 {len(holdings)}" if name else "持仓")
        self.setTabText(1, f"当日委托 {len(orders)}(未完成 {live})" if name else "当日委托")

    def show_order(self, client_order_id: str) -> None:
        """Turn to the orders and choose one."""
        self.setCurrentWidget(self.orders)
        self.orders.select_key(client_order_id)
