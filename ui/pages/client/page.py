"""One client whole: head, figures, tables left, contacts or the instruction form right."""

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QSplitter, QStackedWidget, QTabWidget, QVBoxLayout, QWidget

from models.clients.profile import HoldingLine
from models.trading.instruction import Instruction
from ui.pages.client.contact_box import ContactBox
from ui.pages.client.header import ClientHeader
from ui.pages.client.instruction_box import InstructionBox
from ui.pages.client.instruction_form import Missing
from ui.pages.client.presenter import ClientPresenter
from ui.pages.client.tables import ClientTables
from ui.pages.client.tiles import ClientTiles
from ui.pages.parts.kit import Page, PageKit
from ui.pages.parts.securities import choice_of, offers, tick_of
from ui.pages.parts.valuation import Valuation
from widgets.basic.empty_state import EmptyState
from widgets.basic.panel import Panel

SIDE_WIDTH = 300


class ClientPage(Page):
    """L logs a contact, I records an instruction, T trades, Escape goes back to the tables."""

    trade = Signal(str, str)
    left = Signal()

    def __init__(self, kit: PageKit, parent: QWidget | None = None) -> None:
        self.presenter = ClientPresenter(kit.ports, kit.tasks)
        super().__init__(self.presenter, parent)
        self._market = kit.ports.market
        self._clock = kit.ports.clock
        self.header = ClientHeader(kit.look)
        self.tiles = ClientTiles()
        self.tables = ClientTables(kit.look, self._market)
        self.contacts = ContactBox(kit.look)
        self.instruction = InstructionBox()
        self.tabs: QTabWidget = self.tables.tabs
        self._nobody = EmptyState(
            self.tr("还没有打开客户"), self.tr("在客户列表里选中一位,按回车打开")
        )
        self._awaits_form = False  # asked for before the client was read
        self._side = QStackedWidget()
        self._whole = QStackedWidget()
        self._lay_out()
        self._connect(kit)

    def open_client(self, client_id: str) -> None:
        """Show another client."""
        self._show_contacts()
        self.presenter.open_client(client_id)

    def trade_current(self) -> None:
        """Trade for this client, with the security of the current holding."""
        if self.presenter.client_id:
            line = self.tables.holdings.current_record()
            self.trade.emit(self.presenter.client_id, line.symbol if line else "")

    def begin_contact(self) -> None:
        """Put the cursor into the contact text."""
        self._show_contacts()
        self.contacts.begin()

    def begin_instruction(self) -> None:
        """Open the instruction form."""
        self._awaits_form = self.presenter.profile is None
        if not self._awaits_form:
            self._side.setCurrentWidget(self._instruction_panel)
            self.instruction.begin()

    def keyPressEvent(self, event: QKeyEvent) -> None:  # noqa: N802 - Qt's name
        """L, I, T and Escape."""
        wanted = {
            Qt.Key.Key_L: self.begin_contact,
            Qt.Key.Key_I: self.begin_instruction,
            Qt.Key.Key_T: self.trade_current,
            Qt.Key.Key_Escape: self.left.emit,
        }.get(Qt.Key(event.key()))
        if wanted is None or event.modifiers():
            super().keyPressEvent(event)
            return
        wanted()

    def _lay_out(self) -> None:
        self._contact_panel = Panel(self.tr("联系记录"), self.contacts)
        self._instruction_panel = Panel(self.tr("记录客户指令"), self.instruction)
        self._side.addWidget(self._contact_panel)
        self._side.addWidget(self._instruction_panel)
        self._side.setMinimumWidth(SIDE_WIDTH - 20)
        split = QSplitter(Qt.Orientation.Horizontal)
        split.addWidget(self.tables)
        split.addWidget(self._side)
        split.setStretchFactor(0, 1)
        split.setSizes([1_000, SIDE_WIDTH])
        split.setChildrenCollapsible(False)
        content = QWidget()
        column = QVBoxLayout(content)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(self.header)
        column.addWidget(self.tiles)
        column.addWidget(split, 1)
        self._whole.addWidget(self._nobody)
        self._whole.addWidget(content)
        outer = QVBoxLayout(self)
        outer.setContentsMargins(0, 0, 0, 0)
        outer.addWidget(self._whole)

    def _connect(self, kit: PageKit) -> None:
        self.header.trade_wanted.connect(self.trade_current)
        self.header.contact_wanted.connect(self.begin_contact)
        self.header.instruction_wanted.connect(self.begin_instruction)
        self.contacts.logged.connect(self.presenter.log_contact)
        self.instruction.recorded.connect(self.presenter.record_instruction)
        self.instruction.left.connect(self._show_contacts)
        self.instruction.security_typed.connect(
            lambda text: self.instruction.security.offer(offers(self._market, text))
        )
        self.instruction.security_chosen.connect(self._show_security)
        self.tables.holdings.activated_record.connect(self._trade_holding)
        self.presenter.changed.connect(self._show)
        self.presenter.alerted.connect(lambda: self.tables.show_alerts(self.presenter.alerts()))
        self.presenter.valued.connect(self._show_valuation)
        self.presenter.missing.connect(self._show_missing)
        self.presenter.recorded.connect(self._tell_recorded)
        self.presenter.contact_logged.connect(self.contacts.clear)
        kit.frames.attach_slow(self.tables, self.presenter.value_now)

    def _show(self) -> None:
        profile = self.presenter.profile
        valuation = self.presenter.valuation()
        if profile is None or valuation is None:
            return
        self.header.show_profile(profile, self._clock.now().date())
        self.tiles.show_profile(profile)
        self.contacts.show_contacts(profile.contacts)
        self.tables.show_profile(profile, self.presenter.order_lines())
        self._show_valuation(valuation)
        self._whole.setCurrentIndex(1)
        if self._awaits_form:
            self.begin_instruction()

    def _show_valuation(self, valuation: Valuation) -> None:
        self.tiles.show_valuation(valuation)
        self.tables.show_holdings(valuation.holdings)

    def _show_security(self, symbol: str) -> None:
        item = self._market.instrument(symbol)
        if item is not None:
            self.instruction.show_security(choice_of(item), tick_of(item))

    def _show_missing(self, missing: Missing) -> None:
        self.instruction.show_missing(missing)

    def _tell_recorded(self, instruction: Instruction) -> None:
        self._show_contacts()
        self.tables.show_instructions_tab()
        self.tell_news(
            f"指令 {instruction.instruction_id} 已记录", self.tr("按 T 去交易,票面会带出这条指令")
        )

    def _show_contacts(self) -> None:
        self._side.setCurrentWidget(self._contact_panel)
        self.tables.setFocus()

    def _trade_holding(self, line: HoldingLine) -> None:
        self.trade.emit(self.presenter.client_id, line.symbol)
