"""The chosen alert whole: client, numbers, what to do, acknowledge, and who else holds it."""

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QLineEdit, QPushButton, QVBoxLayout, QWidget

from models.clients.alert import HoldingAlert
from models.market.picture import Quote
from ui.pages.alerts.rows import HolderLine, holder_columns
from widgets.basic.labels import body, caption, change_tone, heading, label, set_tone
from widgets.basic.rows import TableRows
from widgets.basic.table import DataTable
from widgets.clients.tier_badge import TierBadge
from widgets.paint.look import Look
from widgets.paint.numbers import change_bp, compact_money, marked_percent, price_text
from widgets.paint.words import word


class AlertDetail(QWidget):
    """Emits what the person wants to do with the alert that is shown."""

    client_wanted = Signal(str)
    trade_wanted = Signal(str, str)
    acknowledged = Signal(str, str)  # alert id, note

    def __init__(self, look: Look, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("panel")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self._alert: HoldingAlert | None = None
        self.name = label("", "name")
        self.badge = TierBadge(look)
        self.severity = caption()
        self.title = heading()
        self.price = label("", "number")
        self.reason = body()
        self.advice = body()
        self.send = caption()
        self.note = QLineEdit()
        self.confirm = QPushButton(self.tr("确认"))
        self.holders_title = label("", "strong")
        self.holders: DataTable[HolderLine] = DataTable(
            look, TableRows(holder_columns(), lambda line: line.holder.client_id)
        )
        self._lay_out()
        self._connect()

    def show_alert(self, alert: HoldingAlert, holders: tuple[HolderLine, ...]) -> None:
        """Show an alert and all clients who hold its security."""
        if self._alert is None or self._alert.alert_id != alert.alert_id:
            self.note.clear()
        self._alert = alert
        self.name.setText(alert.client_name)
        self.badge.show_tier(alert.tier)
        self.severity.setText(f"{word(alert.severity)} · {alert.raised_at[11:19]}")
        self.title.setText(f"{alert.security_name} {alert.symbol[:6]} · {alert.title}")
        self.reason.setText(alert.reason)
        self.advice.setText(f"建议:{alert.advice}")
        self.send.setText(_send_words(alert))
        set_tone(self.send, "" if alert.entitled else "warn")
        self.confirm.setEnabled(not alert.acknowledged)
        self.confirm.setText(self.tr("已确认") if alert.acknowledged else self.tr("确认 A"))
        self.note.setEnabled(not alert.acknowledged)
        self.holders.rows.show(holders)
        self.holders_title.setText(_holders_words(alert.security_name, holders))

    def show_quote(self, quote: Quote | None, decimals: int) -> None:
        """Show the live price of the security."""
        if quote is None or not quote.last_units:
            self.price.setText(self.tr("暂无行情"))
            set_tone(self.price, "muted")
            return
        change = change_bp(quote.last_units, quote.previous_close_units)
        self.price.setText(f"{price_text(quote.last_units, decimals)}  {marked_percent(change)}")
        set_tone(self.price, change_tone(change))

    def client_id(self) -> str:
        """Return the client of the shown alert, "" before the first."""
        return self._alert.client_id if self._alert else ""

    def symbol(self) -> str:
        """Return the security that is shown, "" before the first alert."""
        return self._alert.symbol if self._alert else ""

    def begin_note(self) -> None:
        """Put the cursor into the note."""
        if self.note.isEnabled():
            self.note.setFocus()

    def _lay_out(self) -> None:
        self.note.setPlaceholderText(self.tr("处理备注(可空),回车确认"))
        self.note.setAccessibleName(self.tr("处理备注"))
        self.confirm.setProperty("role", "primary")
        first = QHBoxLayout()
        first.setSpacing(8)
        for part in (self.name, self.badge, self.severity):
            first.addWidget(part)
        first.addStretch(1)
        second = QHBoxLayout()
        second.addWidget(self.title)
        second.addStretch(1)
        second.addWidget(self.price)
        top = QVBoxLayout()
        top.setContentsMargins(12, 10, 12, 8)
        top.setSpacing(8)
        top.addLayout(first)
        top.addLayout(second)
        for part in (self.reason, self.advice, self.send):
            top.addWidget(part)
        top.addLayout(self._buttons())
        top.addWidget(self.holders_title)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addLayout(top)
        column.addWidget(self.holders, 1)

    def _buttons(self) -> QHBoxLayout:
        self.open_button = QPushButton(self.tr("打开客户 O"))
        self.trade_button = QPushButton(self.tr("去交易 T"))
        row = QHBoxLayout()
        row.setSpacing(8)
        row.addWidget(self.note, 1)
        for button in (self.confirm, self.open_button, self.trade_button):
            row.addWidget(button)
        return row

    def _connect(self) -> None:
        self.note.returnPressed.connect(self.acknowledge)
        self.confirm.clicked.connect(self.acknowledge)
        self.open_button.clicked.connect(self.open_shown)
        self.trade_button.clicked.connect(self.trade_shown)
        self.holders.activated_record.connect(self._open_holder)

    def _open_holder(self, line: HolderLine) -> None:
        self.client_wanted.emit(line.holder.client_id)

    def acknowledge(self) -> None:
        """Acknowledge the shown alert with the note."""
        if self._alert is not None and not self._alert.acknowledged:
            self.acknowledged.emit(self._alert.alert_id, self.note.text())

    def open_shown(self) -> None:
        """Open the client of the shown alert."""
        if self._alert is not None:
            self.client_wanted.emit(self._alert.client_id)

    def trade_shown(self) -> None:
        """Trade the security of the shown alert for its client."""
        if self._alert is not None:
            self.trade_wanted.emit(self._alert.client_id, self._alert.symbol)


def _send_words(alert: HoldingAlert) -> str:
    if alert.entitled:
        return "客户已订阅账户管理短信:可发送给客户"
    return "客户未订阅账户管理短信:仅供客户经理参考,可电话告知"


def _holders_words(security: str, lines: tuple[HolderLine, ...]) -> str:
    value = compact_money(sum(line.holder.value_cents for line in lines))
    alerted = sum(1 for line in lines if line.alert)
    return f"我的客户中持有 {security}:{len(lines):,} 位,市值合计 {value};其中有预警 {alerted:,} 位"
