"""Orders of all clients: chips with counts, the table, the chosen order's trace below."""

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QKeyEvent, QResizeEvent, QShowEvent
from PySide6.QtWidgets import (
    QAbstractItemView,
    QHBoxLayout,
    QPushButton,
    QSplitter,
    QStackedWidget,
    QVBoxLayout,
    QWidget,
)

from ui.pages.monitor.cancel_bar import CancelBar
from ui.pages.monitor.detail import OrderDetailView
from ui.pages.monitor.filters import FILTERS
from ui.pages.monitor.presenter import CancelPreview, MonitorPresenter
from ui.pages.monitor.rows import monitor_columns
from ui.pages.parts.kit import Page, PageKit
from ui.pages.parts.order_rows import OrderLine
from widgets.basic.chips import Chip, ChipRow
from widgets.basic.empty_state import EmptyState
from widgets.basic.labels import caption
from widgets.basic.rows import RECORD_ROLE, TableRows
from widgets.basic.table import DataTable

NARROW = 1_500
LEFT_OUT = frozenset({"资金账号", "均价", "金额", "录入"})


class MonitorPage(Page):
    """F3 or Delete asks to cancel the chosen rows, Enter opens the client."""

    open_client = Signal(str)
    trade = Signal(str, str)

    def __init__(self, kit: PageKit, parent: QWidget | None = None) -> None:
        self.presenter = MonitorPresenter(kit.ports, kit.tasks)
        super().__init__(self.presenter, parent)
        self.table: DataTable[OrderLine] = DataTable(
            kit.look, TableRows(monitor_columns(), lambda line: line.order.client_order_id)
        )
        self.detail = OrderDetailView(kit.look)
        self.chips = ChipRow(tuple(Chip(key, title) for key, (title, _) in FILTERS.items()))
        self.shown = caption()
        self.cancel = QPushButton(self.tr("撤单 F3"))
        self.cancel_bar = CancelBar()
        self.empty = EmptyState(
            self.tr("没有这样的委托"), self.tr("换一个筛选,或到交易页下单;委托和废单都会列在这里")
        )
        self._stack = QStackedWidget()
        self._lay_out()
        self._connect()

    def showEvent(self, event: QShowEvent) -> None:  # noqa: N802 - Qt's name
        """Put the keyboard on the table."""
        super().showEvent(event)
        self.table.setFocus()

    def resizeEvent(self, event: QResizeEvent) -> None:  # noqa: N802 - Qt's name
        """Give a narrow window's width to the reasons; what is hidden stands in the trace."""
        super().resizeEvent(event)
        hidden = LEFT_OUT if event.size().width() < NARROW else frozenset()
        self.table.hide_columns(hidden)
        self._show_counts()

    def client_id(self) -> str:
        """Return the client of the current row, "" when there is none."""
        line = self.table.current_record()
        return line.order.client_id if line else ""

    def show_open(self, client_id: str) -> None:
        """Show what can be cancelled, this client's orders selected."""
        self.chips.choose("open")
        self.table.clearSelection()
        wanted = [line for line in self.presenter.shown() if line.order.client_id == client_id]
        for line in wanted[:1]:
            self.table.select_key(line.order.client_order_id)

    def ask_cancel(self) -> None:
        """Preview cancelling the chosen rows."""
        self.presenter.ask_cancel(self.chosen_lines())

    def chosen_lines(self) -> tuple[OrderLine, ...]:
        """Return the selected rows."""
        return tuple(
            index.data(RECORD_ROLE) for index in self.table.selectionModel().selectedRows()
        )

    def keyPressEvent(self, event: QKeyEvent) -> None:  # noqa: N802 - Qt's name
        """Delete asks to cancel, T trades for the client of the row."""
        if event.key() == Qt.Key.Key_Delete:
            self.ask_cancel()
        elif event.key() == Qt.Key.Key_T and not event.modifiers():
            self.trade_current()
        else:
            super().keyPressEvent(event)

    def _lay_out(self) -> None:
        self.table.setSelectionMode(QAbstractItemView.SelectionMode.ExtendedSelection)
        head = QHBoxLayout()
        head.setContentsMargins(12, 8, 12, 8)
        head.setSpacing(12)
        head.addWidget(self.chips, 1)
        head.addWidget(self.shown)
        head.addWidget(self.cancel)
        self._stack.addWidget(self.table)
        self._stack.addWidget(self.empty)
        split = QSplitter(Qt.Orientation.Vertical)
        split.addWidget(self._stack)
        split.addWidget(self.detail)
        split.setSizes([460, 220])
        split.setStretchFactor(0, 2)
        split.setStretchFactor(1, 1)
        split.setChildrenCollapsible(False)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addLayout(head)
        column.addWidget(self.cancel_bar)
        column.addWidget(split, 1)

    def _connect(self) -> None:
        self.chips.chosen.connect(self.presenter.choose_filter)
        self.cancel.clicked.connect(self.ask_cancel)
        self.table.chosen_record.connect(
            lambda line: self.presenter.choose(line.order.client_order_id)
        )
        self.table.activated_record.connect(
            lambda line: self.open_client.emit(line.order.client_id)
        )
        self.cancel_bar.confirmed.connect(self.presenter.confirm_cancel)
        self.cancel_bar.dropped.connect(self._drop_cancel)
        self.presenter.changed.connect(self._show)
        self.presenter.detailed.connect(self.detail.show_detail)
        self.presenter.cancel_asked.connect(self._show_preview)
        self.presenter.cancel_sent.connect(self._tell_cancelled)

    def _show(self) -> None:
        self.table.rows.show(self.presenter.shown())
        for key in FILTERS:
            self.chips.show_count(key, self.presenter.count(key))
        self._show_counts()
        self._stack.setCurrentIndex(0 if self.presenter.shown() else 1)
        if self.table.current_record() is None and self.presenter.shown():
            self.table.selectRow(0)

    def _show_counts(self) -> None:
        is_narrow = self.table.isColumnHidden(self._place_of("均价"))
        note = self.tr(" · 窄窗口未列:资金账号、均价、金额、录入(见下方)") if is_narrow else ""
        self.shown.setText(self.presenter.shown_text() + note)

    def _place_of(self, title: str) -> int:
        return [column.title for column in self.table.rows.columns].index(title)

    def _show_preview(self, preview: CancelPreview) -> None:
        if preview.lines:
            self.cancel_bar.show_preview(preview)
            return
        self.tell_trouble(
            self.tr("选中的委托都已结束"),
            self.tr("没有可撤的数量;先选未完成的委托"),
            "NOTHING_TO_CANCEL",
        )

    def _drop_cancel(self) -> None:
        self.presenter.drop_cancel()
        self.cancel_bar.hide()
        self.table.setFocus()

    def _tell_cancelled(self, count: int) -> None:
        self.cancel_bar.hide()
        self.table.setFocus()
        self.tell_news(f"已申请撤单 {count} 笔", self.tr("结果以状态列为准:已撤、部撤或已成"))

    def trade_current(self) -> None:
        """Trade the security of the current row for its client."""
        line = self.table.current_record()
        if line is not None:
            self.trade.emit(line.order.client_id, line.order.symbol)
