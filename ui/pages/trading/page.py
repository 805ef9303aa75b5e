"""One security and one ticket: chart, tape, ladder, queue, ticket, and the client's lines."""

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QMessageBox, QSplitter, QVBoxLayout, QWidget

from models.clients.profile import HoldingLine
from models.trading.order import Side
from ui.pages.parts.kit import Page, PageKit
from ui.pages.parts.order_rows import OrderLine
from ui.pages.parts.valuation import revalue
from ui.pages.trading.board import MarketBoard
from ui.pages.trading.book_presenter import BookView
from ui.pages.trading.desk_ticket import DeskTicket
from ui.pages.trading.draft import open_ids
from ui.pages.trading.presenter import TradingPresenter
from ui.pages.trading.tables import ClientTabs
from widgets.basic.panel import Panel
from widgets.trading.order_ticket import OrderTicket, TicketKeys

BOOK_WIDTH = 238
WIDE_BOOK = 344  # own orders in words on their levels
WIDE_PAGE = 1_600
TICKET_WIDTH = 288


class TradingPage(Page):
    """Client → code → B/S → price → quantity → Enter → Enter; a level fills the price only."""

    open_client = Signal(str)
    record_instruction = Signal(str)  # client id

    def __init__(
        self, kit: PageKit, keys: TicketKeys | None = None, parent: QWidget | None = None
    ) -> None:
        self.presenter = TradingPresenter(kit.ports, kit.tasks)
        super().__init__(self.presenter, parent)
        self._market = kit.ports.market
        self.board = MarketBoard(kit.ports, kit.look, self.presenter.book)
        self.ticket = OrderTicket(kit.look, keys)
        self.desk_ticket = DeskTicket(self.ticket, self.presenter)
        self.tabs = ClientTabs(kit.look, self._market)
        self._awaited = ""
        self._is_beginning = False
        self._is_wide = False
        self._revision = -1
        self.asked: QMessageBox | None = None
        self._lay_out()
        self._connect(kit)

    def begin(self, client_id: str, symbol: str) -> None:
        """Start a ticket; empty ids keep what stands."""
        self._is_beginning = bool(client_id)
        if client_id:
            self.presenter.begin(client_id, symbol)
        elif symbol:
            self.presenter.choose_symbol(symbol)
        self.desk_ticket.begin()

    def clear(self) -> None:
        """Start a ticket without a client: the book is the person's own again."""
        self.presenter.begin("", "")
        self.desk_ticket.begin()

    def turn(self, side: Side) -> None:
        """Turn the side by shortcut."""
        self.presenter.choose_side(side)

    def turn_book(self, view: BookView) -> None:
        """Bring ten levels, all of them or the flow to the front."""
        self.presenter.book.turn(view)

    def show_best(self) -> None:
        """Show the queues at the best prices again."""
        self.presenter.book.choose(None)

    def turn_unit(self) -> None:
        """Change between lots and single ones."""
        self.presenter.book.turn_unit()

    def show_statistics(self) -> None:
        """Bring the market's statistics to the front."""
        self.tabs.setCurrentWidget(self.tabs.statistics)

    def focus_send(self) -> None:
        """Put the cursor on the button that sends."""
        self.ticket.send.setFocus()

    def _lay_out(self) -> None:
        upper = QWidget()
        column = QVBoxLayout(upper)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(self.board.header)
        column.addWidget(self.board.tape_and_chart(), 1)
        left = QSplitter(Qt.Orientation.Vertical)
        left.addWidget(upper)
        left.addWidget(self.tabs)
        left.setStretchFactor(0, 5)
        left.setStretchFactor(1, 2)
        left.setSizes([470, 180])
        split = self._split = QSplitter(Qt.Orientation.Horizontal)
        for part in (left, self.board.book, Panel(self.tr("委托"), self.ticket)):
            split.addWidget(part)
        split.setStretchFactor(0, 1)
        split.setSizes([900, BOOK_WIDTH, TICKET_WIDTH])
        for each in (left, split):
            each.setChildrenCollapsible(False)
        outer = QVBoxLayout(self)
        outer.setContentsMargins(0, 0, 0, 0)
        outer.addWidget(split)

    def resizeEvent(self, event: QResizeEvent) -> None:  # noqa: N802 - Qt's name
        """Give the book its room when the window becomes wide or narrow; else leave it as drawn."""
        super().resizeEvent(event)
        is_wide = event.size().width() >= WIDE_PAGE
        if is_wide is not self._is_wide:  # an event for a page shown again has no old size
            self._is_wide = is_wide
            book = WIDE_BOOK if is_wide else BOOK_WIDTH
            left = event.size().width() - book - TICKET_WIDTH
            self._split.setSizes([left, book, TICKET_WIDTH])

    def _connect(self, kit: PageKit) -> None:
        presenter = self.presenter
        self.board.book.price_clicked.connect(presenter.fill_price)
        self.board.book.preset_pressed.connect(presenter.fill_preset)
        self.desk_ticket.instruction_wanted.connect(self._want_instruction)
        self.tabs.holdings.activated_record.connect(self._take_holding)
        self.tabs.orders.activated_record.connect(self._show_order_security)
        self.tabs.statistics.security_opened.connect(presenter.choose_symbol)
        self.tabs.currentChanged.connect(lambda _tab: self._follow_tab())
        presenter.symbol_changed.connect(self.board.show_symbol)
        presenter.client_changed.connect(self._show_client)
        presenter.placed.connect(self._tell_placed)
        presenter.danger.connect(self._ask_danger)
        kit.frames.attach(self.board.book, self.board.refresh)
        kit.frames.attach_slow(self.board.chart, self.board.refresh_slowly)
        kit.frames.attach_slow(self.tabs, self._value)

    def _show_client(self) -> None:
        self._revision = -1
        self._value()
        open_orders = open_ids(self.presenter.order_lines())
        self.board.show_own(self.presenter.own_levels(), open_orders)
        if self._is_beginning and self.presenter.is_ready:
            self._is_beginning = False
            self.desk_ticket.begin()
        if self._awaited and self.tabs.orders.rows.row_of(self._awaited) >= 0:
            self.tabs.show_order(self._awaited)
            self._awaited = ""

    def _follow_tab(self) -> None:
        is_shown = self.tabs.currentWidget() is self.tabs.statistics
        self.presenter.book.show_ranking(on=is_shown)
        self._show_ranking()

    def _show_ranking(self) -> None:
        """What the statistics tab shows, while it is in front."""
        book, statistics = self.presenter.book, self.tabs.statistics
        if self.tabs.currentWidget() is not statistics:
            return
        ranking = book.ranking()
        if ranking is not None:
            statistics.show_ranking(ranking)
        elif not book.access.is_level2:
            statistics.show_nothing(f"{book.access.reason},不显示全市场统计")

    def _value(self) -> None:
        self._show_ranking()
        revision = self._market.revision()
        if revision == self._revision:
            return
        self._revision = revision
        profile = self.presenter.profile
        if profile is None:
            self.tabs.show_client("", (), ())
            return
        holdings = revalue(profile, self._market.quote).holdings
        self.tabs.show_client(profile.card.name, holdings, self.presenter.order_lines())

    def _tell_placed(self, client_order_id: str) -> None:
        self._awaited = client_order_id
        self.ticket.show_result(f"已报送 {client_order_id},状态以当日委托为准")
        self.desk_ticket.show_draft()
        self._show_client()
        self.ticket.start()

    def _ask_danger(self, reasons: tuple[str, ...]) -> None:
        box = QMessageBox(self)
        box.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        box.setIcon(QMessageBox.Icon.Warning)
        box.setWindowTitle(self.tr("请再看一眼"))
        box.setText("\n".join(reasons))
        box.setInformativeText(self.tr("确认仍按客户指令报送?"))
        send = box.addButton(self.tr("仍然报送"), QMessageBox.ButtonRole.AcceptRole)
        back = box.addButton(self.tr("返回修改"), QMessageBox.ButtonRole.RejectRole)
        box.setDefaultButton(back)
        send.clicked.connect(self.presenter.send_despite)
        self.asked = box
        box.open()

    def _want_instruction(self) -> None:
        client = self.presenter.draft.client
        if client is None:
            self.tell_trouble(
                self.tr("还没有选客户"), self.tr("先选客户,再登记指令"), "CLIENT_MISSING"
            )
            self.ticket.client.setFocus()
            return
        self.record_instruction.emit(client.client_id)

    def _take_holding(self, line: HoldingLine) -> None:
        self.presenter.choose_symbol(line.symbol)
        self.desk_ticket.begin()

    def _show_order_security(self, line: OrderLine) -> None:
        self.presenter.choose_symbol(line.order.symbol)
