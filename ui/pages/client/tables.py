"""The tables of the client page: holdings above, the rest in tabs that tell their rows."""

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QSplitter, QTabWidget, QVBoxLayout, QWidget

from models.clients.alert import HoldingAlert
from models.clients.profile import (
    ClientProfile,
    HoldingLine,
    MandateLine,
    PointsLine,
    SubscriptionLine,
)
from models.trading.instruction import Instruction
from ui.pages.client.rows import (
    alert_columns,
    client_order_columns,
    instruction_columns,
    mandate_columns,
    points_columns,
    subscription_columns,
)
from ui.pages.parts.holding_rows import holding_columns
from ui.pages.parts.order_rows import OrderLine
from ui.ports import MarketWatch
from widgets.basic.panel import Panel
from widgets.basic.rows import TableRows
from widgets.basic.table import DataTable
from widgets.paint.look import Look


class ClientTables(QWidget):
    """Holdings; alerts, orders, instructions, subscriptions, points, mandates."""

    def __init__(self, look: Look, market: MarketWatch, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.tabs = QTabWidget()
        self.tabs.setDocumentMode(True)
        self.holdings: DataTable[HoldingLine] = DataTable(
            look, TableRows(holding_columns(market), lambda line: line.symbol)
        )
        self.alerts: DataTable[HoldingAlert] = DataTable(
            look, TableRows(alert_columns(), lambda alert: alert.alert_id)
        )
        self.orders: DataTable[OrderLine] = DataTable(
            look, TableRows(client_order_columns(), lambda line: line.order.client_order_id)
        )
        self.instructions: DataTable[Instruction] = DataTable(
            look, TableRows(instruction_columns(market), lambda line: line.instruction_id)
        )
        self.subscriptions: DataTable[SubscriptionLine] = DataTable(
            look, TableRows(subscription_columns(), lambda x: (x.product, x.starts_on, x.state))
        )
        self.points: DataTable[PointsLine] = DataTable(
            look, TableRows(points_columns(), lambda x: (x.posted_at, x.kind, x.note))
        )
        self.mandates: DataTable[MandateLine] = DataTable(
            look, TableRows(mandate_columns(), lambda line: (line.strategy, line.starts_on))
        )
        self._panel = Panel(self.tr("持仓"), self.holdings)
        split = QSplitter(Qt.Orientation.Vertical)
        split.addWidget(self._panel)
        split.addWidget(self.tabs)
        split.setSizes([320, 220])
        split.setStretchFactor(0, 3)
        split.setStretchFactor(1, 2)
        split.setChildrenCollapsible(False)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.addWidget(split)
        self.setFocusProxy(self.holdings)
        self._titles = self._add_tabs()

    def show_profile(self, profile: ClientProfile, orders: tuple[OrderLine, ...]) -> None:
        """Show what is read with the client; holdings come with their valuation."""
        self.orders.rows.show(orders)
        self.instructions.rows.show(profile.instructions)
        self.subscriptions.rows.show(profile.subscriptions)
        self.points.rows.show(profile.points)
        self.mandates.rows.show(profile.mandates)
        self._count()

    def show_holdings(self, lines: tuple[HoldingLine, ...]) -> None:
        """Show holdings at newer prices."""
        self.holdings.rows.show(lines)
        self._panel.title.set_text(f"持仓 {len(lines)}")

    def show_alerts(self, alerts: tuple[HoldingAlert, ...]) -> None:
        """Show the client's alerts."""
        self.alerts.rows.show(alerts)
        self._count()

    def _count(self) -> None:
        for place, (title, table) in enumerate(self._titles):
            self.tabs.setTabText(place, f"{title} {table.rows.rowCount()}")

    def show_instructions_tab(self) -> None:
        """Turn to the instructions."""
        self.tabs.setCurrentWidget(self.instructions)

    def _add_tabs(self) -> tuple[tuple[str, DataTable[object]], ...]:
        titles: tuple[tuple[str, DataTable[object]], ...] = (
            (self.tr("预警"), self.alerts),  # type: ignore[assignment]
            (self.tr("当日委托"), self.orders),
            (self.tr("客户指令"), self.instructions),
            (self.tr("产品订阅"), self.subscriptions),
            (self.tr("积分"), self.points),
            (self.tr("程序化授权"), self.mandates),
        )
        for title, table in titles:
            self.tabs.addTab(table, title)
        return titles
