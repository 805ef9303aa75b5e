"""Ladder, full depth and flow as tabs over the order queue of one security."""

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import (
    QPushButton,
    QSplitter,
    QStackedWidget,
    QTabWidget,
    QVBoxLayout,
    QWidget,
)

from models.market.instrument import Instrument
from models.market.own_place import OwnPlace
from models.market.picture import Cage, Depth
from ui.pages.parts.securities import decimals_of
from ui.pages.trading.book_presenter import BookPresenter, BookView
from ui.pages.trading.phases import phase_text
from widgets.basic.labels import caption
from widgets.basic.panel import Panel
from widgets.market.book.flow_panel import FlowPanel
from widgets.market.book.full_depth import FullDepthView
from widgets.market.book.level_queue import LevelQueue
from widgets.market.book.queue_cells import QueueForm
from widgets.market.depth_ladder import DepthLadder
from widgets.market.order_queue import OrderQueue
from widgets.paint.look import Look

VIEWS = (BookView.TEN, BookView.FULL, BookView.FLOW)


class BookPane(QWidget):
    """Shows what the presenter has; a level clicked anywhere gives its price only."""

    price_clicked = Signal(int)
    preset_pressed = Signal(int)

    def __init__(self, presenter: BookPresenter, look: Look) -> None:
        super().__init__()
        self._presenter = presenter
        self._decimals = 2
        self.ladder = DepthLadder(look)
        self.full = FullDepthView(look)
        self.flow = FlowPanel(look)
        self.queue = OrderQueue(look)
        self.level_queue = LevelQueue(look)
        self.back = QPushButton(self.tr("回到最优价 Esc"))
        self.age = caption()
        self.age.setContentsMargins(0, 0, 10, 10)
        self.age.setToolTip(self.tr("交易所时钟上次走动距现在多久"))
        self._lay_out()
        self._connect()
        self.dress()

    def show_symbol(self, item: Instrument | None) -> None:
        """Another security: nothing shown so far holds."""
        self._decimals = decimals_of(item)
        for part in (self.ladder, self.full):
            part.set_decimals(self._decimals)
        self.ladder.show_nothing("等待盘口…" if item else "选择证券后显示十档盘口")
        self.full.show_nothing("等待全部档位…" if item else "选择证券后显示全部档位")
        self.flow.show_nothing("等待统计…" if item else "选择证券后显示大单统计")
        self.queue.show_depth(None)
        self.queue.set_own_places(())
        self.dress()

    def show_book(self, depth: Depth, cage: Cage | None) -> None:
        """Show the newest of all that is in front."""
        presenter = self._presenter
        for part in (self.ladder, self.full):
            part.set_cage(cage)
        self.ladder.show_depth(depth)
        if not presenter.access.is_level2:
            return
        self.queue.show_depth(depth)
        if presenter.chosen is not None:
            self.level_queue.show_queue(presenter.queue())
        if presenter.view is BookView.FULL:
            self.full.show_full(presenter.full(), depth)
        flow = presenter.flow() if presenter.view is BookView.FLOW else None
        if flow is not None:
            self.flow.show_flow(flow)

    def show_state(self) -> None:
        """Say the phase, what may be done in it, and what is special now."""
        self.ladder.set_phase(phase_text(self._presenter.trading_state()))
        self.ladder.set_remark(self._presenter.remark())

    def set_stale(self, text: str) -> None:
        """Veil what is shown with the reason; "" lifts the veil."""
        self.ladder.set_stale(text)
        self.full.set_stale(text)
        for queue in (self.queue, self.level_queue):
            queue.set_veiled(on=self.is_doubtful())

    def set_age(self, text: str) -> None:
        """Tell how old the picture is, beside the names of its views."""
        self.age.setText(text)

    def is_doubtful(self) -> bool:
        """Whether the book may not be believed now."""
        return bool(self.ladder.warning())

    def set_own_orders(self, open_quantity: dict[int, int]) -> None:
        """Mark the levels where our own open orders stand."""
        self.ladder.set_own_orders(open_quantity)
        self.full.set_own_orders(open_quantity)

    def set_own_places(self, places: tuple[OwnPlace, ...]) -> None:
        """Tell where these orders stand in their queues."""
        self.ladder.set_own_places(places)
        self.queue.set_own_places(places)

    def focus(self) -> None:
        """Put the keys on the levels in front."""
        target = self.full if self._presenter.view is BookView.FULL else self.ladder
        if self._presenter.view is BookView.FLOW:
            self._presenter.turn(BookView.TEN)
        target.setFocus(Qt.FocusReason.ShortcutFocusReason)

    def dress(self) -> None:
        """Follow view, choice, unit and access."""
        presenter, access = self._presenter, self._presenter.access
        quantities = presenter.quantities
        is_open = access.is_level2 or not presenter.symbol
        self._tabs.setCurrentIndex(VIEWS.index(presenter.view))
        for part in (self.ladder, self.full):
            part.set_quantities(quantities)
            part.choose(presenter.chosen)
        reason, way_out = ("", "") if is_open else (access.reason, access.way_out)
        self.ladder.set_level2(reason, way_out)
        form = QueueForm(quantities, self._decimals, *presenter.big_from())
        self.queue.set_form(form)
        self.level_queue.set_form(form)
        self.level_queue.show_queue(presenter.queue())
        is_chosen = presenter.chosen is not None and is_open
        self._queues.setCurrentWidget(self.level_queue if is_chosen else self.queue)
        self.back.setVisible(is_chosen)
        if not is_open:
            self._show_closed(f"{reason}\n{way_out}")

    def _show_closed(self, text: str) -> None:
        self.full.show_nothing(text)
        self.flow.show_nothing(text)
        self.queue.show_nothing(self.tr("五档行情没有委托队列"))

    def _lay_out(self) -> None:
        tabs = self._tabs = QTabWidget()
        tabs.setDocumentMode(True)
        tabs.addTab(self.ladder, self.tr("十档"))
        tabs.addTab(self.full, self.tr("千档"))
        tabs.addTab(self.flow, self.tr("大单"))
        tabs.setCornerWidget(self.age)
        keys = self.tr("单击填价并看队列 · ↑↓ 选档 · Enter 填价 · 1–9 填数量 · Esc 回到最优价")
        for number, key in enumerate(("Ctrl+1", "Ctrl+2", "Ctrl+3")):
            tabs.setTabToolTip(number, f"{key} · F8 {keys}" if number < 2 else key)
        self._queues = QStackedWidget()
        self._queues.addWidget(self.queue)
        self._queues.addWidget(self.level_queue)
        self.back.setObjectName("preset")
        self.back.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.back.setMinimumWidth(104)
        split = QSplitter(Qt.Orientation.Vertical)
        split.addWidget(tabs)
        split.addWidget(Panel(self.tr("委托队列"), self._queues, (self.back,)))
        split.setStretchFactor(0, 3)
        split.setStretchFactor(1, 1)
        split.setSizes([560, 150])
        split.setChildrenCollapsible(False)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.addWidget(split)

    def _connect(self) -> None:
        presenter = self._presenter
        for part in (self.ladder, self.full):
            part.price_clicked.connect(self.price_clicked)
            part.preset_pressed.connect(self.preset_pressed)
            part.level_chosen.connect(presenter.choose)
            part.unit_pressed.connect(presenter.turn_unit)
        self.back.clicked.connect(lambda: presenter.choose(None))
        self._tabs.currentChanged.connect(lambda number: presenter.turn(VIEWS[number]))
        presenter.changed.connect(self.dress)
