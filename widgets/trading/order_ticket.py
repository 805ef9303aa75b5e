"""The order ticket: keyboard first (code → quantity → Enter → Enter), and it tells the truth."""

from dataclasses import dataclass

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import (
    QFormLayout,
    QHBoxLayout,
    QLabel,
    QPushButton,
    QScrollArea,
    QSizePolicy,
    QVBoxLayout,
    QWidget,
)

from models.trading.order import Side
from models.trading.ticket import Ticket, TicketCheck
from widgets.basic.find_box import Choice, FindBox
from widgets.basic.labels import caption, label, set_tone
from widgets.paint.look import Look
from widgets.paint.numbers import decimals_of_tick, price_text, quantity_text
from widgets.paint.words import word
from widgets.trading.check_list import CheckList
from widgets.trading.cost_lines import CostLines
from widgets.trading.picker import Picker
from widgets.trading.price_box import PriceBox
from widgets.trading.quantity_box import QuantityBox
from widgets.trading.send_button import SendButton
from widgets.trading.side_switch import SideSwitch


@dataclass(frozen=True, slots=True)
class TicketKeys:
    """The shortcuts that the ticket names on its buttons (the actions table binds them)."""

    buy: str = "F6"
    sell: str = "F7"
    send: str = "F9"


class OrderTicket(QWidget):
    """Collects a Ticket; ``edited`` after every change by a person, ``sent`` when it is to go."""

    client_typed = Signal(str)
    client_chosen = Signal(str)
    security_typed = Signal(str)
    security_chosen = Signal(str)
    instruction_wanted = Signal()
    edited = Signal(object)  # Ticket
    sent = Signal(object)  # Ticket

    def __init__(
        self, look: Look, keys: TicketKeys | None = None, parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        keys = keys or TicketKeys()
        self.setObjectName("orderTicket")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Expanding)
        self.setMinimumWidth(276)
        self._account = ""
        self._tick = 100
        self._security = ""
        self.client = FindBox(self.tr("姓名 / 拼音 / 账号 / 手机尾号"))
        self.security = FindBox(self.tr("代码 / 名称 / 拼音首字母"))
        self.instruction = Picker(self.tr("客户指令"))
        self.side = SideSwitch({Side.BUY: keys.buy, Side.SELL: keys.sell})
        self.price = PriceBox()
        self.quantity = QuantityBox()
        self.checks = CheckList(look)
        self.cost = CostLines()
        self.send = SendButton(keys.send)
        self._result = caption()
        self._lay_out()
        self._connect()
        self.instruction.show_choices((), "", self.tr("先选择客户"))

    def offer_clients(self, choices: tuple[Choice, ...]) -> None:
        """Answer ``client_typed``."""
        self.client.offer(choices)

    def offer_securities(self, choices: tuple[Choice, ...]) -> None:
        """Answer ``security_typed``."""
        self.security.offer(choices)

    def show_client(self, choice: Choice | None, account: str) -> None:
        """Show the client the order is for."""
        self._account = account
        self.client.show_choice(choice)
        self._refresh_button(None)

    def show_security(self, choice: Choice | None, tick_units: int = 100) -> None:
        """Show the security; prices step by its tick."""
        self._tick = tick_units
        self._security = choice.title if choice else ""
        self.price.set_tick(tick_units)
        self.security.show_choice(choice)
        self._refresh_button(None)

    def show_instructions(self, choices: tuple[Choice, ...], chosen: str = "") -> None:
        """Show today's instructions that fit; "" chosen = the first one, or none."""
        self.instruction.show_choices(choices, chosen, self.tr("无可用指令"))

    def show_side(self, side: Side) -> None:
        """Show a side without telling."""
        self.side.show_side(side)
        self._wear_side()

    def show_price(self, units: int) -> None:
        """Fill the price (a click on a level, the best opposite price)."""
        self.price.show_units(units)
        self._refresh_button(None)

    def show_quantity(self, shares: int) -> None:
        """Fill the quantity."""
        self.quantity.show_value(shares)
        self._refresh_button(None)

    def show_check(self, check: TicketCheck | None, lot: int = 100) -> None:
        """Show what the checks say of the draft; None = nothing to check yet."""
        side = self.side.side()
        self.checks.show_lines(check.lines if check else ())
        self.cost.show_check(check, side)
        title = self.tr("最多可买") if side is Side.BUY else self.tr("最多可卖")
        self.quantity.set_room(check.max_quantity if check else 0, lot, title)
        self._refresh_button(check)

    def show_sending(self) -> None:
        """The order is on its way: nothing can be typed or sent until ``show_ready``."""
        self._paper.setEnabled(False)
        self._say(self.tr("正在报送…"), "muted")

    def show_ready(self) -> None:
        """The next order may be typed."""
        self._paper.setEnabled(True)

    def show_result(self, text: str, tone: str = "") -> None:
        """Say what became of the last order; the next may be typed."""
        self._say(text, tone)
        self.quantity.show_value(0)
        self._refresh_button(None)

    def start(self) -> None:
        """Put the cursor where the next order begins."""
        target = self.security if self.client.current_key() else self.client
        target.setFocus()

    def draft(self) -> Ticket:
        """Return the ticket as typed."""
        return Ticket(
            client_id=self.client.current_key(),
            account=self._account,
            symbol=self.security.current_key(),
            side=self.side.side(),
            quantity=self.quantity.value(),
            price_units=self.price.value_units(),
            instruction_id=self.instruction.current_key(),
        )

    def _lay_out(self) -> None:
        paper = self._paper = QWidget()
        paper.setObjectName("ticketPaper")
        scroll = QScrollArea()
        scroll.setWidget(paper)
        scroll.setWidgetResizable(True)
        scroll.setFrameShape(QScrollArea.Shape.NoFrame)
        scroll.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        whole = QVBoxLayout(self)
        whole.setContentsMargins(0, 2, 0, 0)
        whole.addWidget(scroll)
        column = QVBoxLayout(paper)
        column.setContentsMargins(12, 8, 12, 8)
        column.setSpacing(8)
        column.addWidget(self.side)
        column.addLayout(self._form())
        column.addWidget(self.cost)
        column.addWidget(self.send)
        column.addWidget(self._result)
        column.addWidget(label(self.tr("下单前检查"), "strong"))
        column.addWidget(self.checks)
        column.addStretch(1)
        self._result.setWordWrap(True)
        self._result.hide()

    def _form(self) -> QFormLayout:
        form = QFormLayout()
        form.setContentsMargins(0, 0, 0, 0)
        form.setHorizontalSpacing(10)
        form.setVerticalSpacing(6)
        form.setFieldGrowthPolicy(QFormLayout.FieldGrowthPolicy.AllNonFixedFieldsGrow)
        form.addRow(self._title(self.tr("客户")), self.client)
        form.addRow(self._title(self.tr("证券")), self.security)
        form.addRow(self._title(self.tr("指令")), self._instruction_row())
        form.addRow(self._title(self.tr("价格")), self.price)
        form.addRow(self._title(self.tr("数量")), self.quantity)
        return form

    def _title(self, text: str) -> QLabel:
        title = caption(text)
        title.setProperty("textStyle", "field")
        return title

    def _instruction_row(self) -> QWidget:
        wanted = QPushButton(self.tr("登记"))
        wanted.setToolTip(self.tr("登记一条新的客户指令"))
        wanted.clicked.connect(self.instruction_wanted)
        holder = QWidget()
        row = QHBoxLayout(holder)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(4)
        row.addWidget(self.instruction, 1)
        row.addWidget(wanted)
        return holder

    def _connect(self) -> None:
        self.client.typed.connect(self.client_typed)
        self.client.chosen.connect(self._choose_client)
        self.client.finished.connect(self.security.setFocus)
        self.security.typed.connect(self.security_typed)
        self.security.chosen.connect(self._choose_security)
        self.security.finished.connect(self.quantity.setFocus)
        self.instruction.activated.connect(lambda _place: self._tell_edited())
        self.side.changed.connect(lambda _side: self._tell_edited())
        self.price.edited.connect(lambda _units: self._tell_edited())
        self.price.entered.connect(self.quantity.setFocus)
        self.quantity.edited.connect(lambda _shares: self._tell_edited())
        self.quantity.entered.connect(self.send.setFocus)
        self.send.sent.connect(self._send)
        self._wear_side()

    def _choose_client(self, key: str) -> None:
        self.client_chosen.emit(key)
        self.security.setFocus()
        self._tell_edited()

    def _choose_security(self, key: str) -> None:
        self.security_chosen.emit(key)
        self.quantity.setFocus()
        self._tell_edited()

    def _tell_edited(self) -> None:
        self._wear_side()
        self._refresh_button(None)
        self._result.hide()
        self.edited.emit(self.draft())

    def _send(self) -> None:
        self.sent.emit(self.draft())

    def _refresh_button(self, check: TicketCheck | None) -> None:
        ticket = self.draft()
        complete = ticket.client_id and ticket.symbol and ticket.quantity and ticket.price_units
        summary = self._summary(ticket) if complete else ""
        self.send.show_ticket(ticket.side, summary, passes=check is not None and check.passes)

    def _summary(self, ticket: Ticket) -> str:
        price = price_text(ticket.price_units, decimals_of_tick(self._tick))
        return f"{word(ticket.side)} {quantity_text(ticket.quantity)} 股 × {price}"

    def _wear_side(self) -> None:
        side = self.side.side().value
        if self.property("side") != side:
            self.setProperty("side", side)
            self.style().unpolish(self)
            self.style().polish(self)

    def _say(self, text: str, tone: str) -> None:
        self._result.setText(text)
        self._result.setVisible(bool(text))
        set_tone(self._result, tone)
