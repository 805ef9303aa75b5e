"""The chosen order whole: its trace left, its fills right."""

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QSplitter, QVBoxLayout, QWidget

from models.trading.order import Fill
from ui.pages.monitor.presenter import OrderDetail
from ui.pages.monitor.rows import fill_columns
from ui.pages.monitor.trace import TraceStep
from ui.pages.parts.order_rows import OrderLine
from widgets.basic.panel import Panel
from widgets.basic.rows import TableRows
from widgets.basic.table import DataTable
from widgets.clients.timeline import Timeline, TimelineEntry
from widgets.paint.look import Look


class OrderDetailView(QWidget):
    """Trace and fills of one order."""

    def __init__(self, look: Look, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.trace = Timeline(look)
        self.fills: DataTable[Fill] = DataTable(
            look, TableRows(fill_columns(), lambda fill: fill.fill_id)
        )
        self.steps: tuple[TraceStep, ...] = ()
        self._trace_panel = Panel(self.tr("来龙去脉:指令 → 检查 → 委托 → 成交"), self.trace)
        self._fill_panel = Panel(self.tr("成交明细"), self.fills)
        split = QSplitter(Qt.Orientation.Horizontal)
        split.addWidget(self._trace_panel)
        split.addWidget(self._fill_panel)
        split.setSizes([720, 560])
        split.setChildrenCollapsible(False)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.addWidget(split)

    def show_detail(self, detail: OrderDetail) -> None:
        """Show an order."""
        self.steps = detail.steps
        self.trace.show_entries(tuple(_entry(step) for step in detail.steps))
        self.fills.rows.show(detail.fills)
        self._trace_panel.title.set_text(_title(detail.line))
        self._fill_panel.title.set_text(f"成交明细 {len(detail.fills)} 笔")


def _title(line: OrderLine) -> str:
    order = line.order
    who = f"{line.client_name} {order.account}"
    return f"来龙去脉 · {who} · {line.security} · {order.client_order_id}"


def _entry(step: TraceStep) -> TimelineEntry:
    return TimelineEntry(step.time, step.title, step.text, by="", pending=False)
