"""Two steps to a cancel: what would be cancelled, with count and value, then the confirmation."""

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QFrame, QHBoxLayout, QPushButton, QVBoxLayout, QWidget

from ui.pages.monitor.presenter import CancelPreview
from ui.pages.parts.order_rows import OrderLine
from widgets.basic.labels import body, label
from widgets.paint.numbers import compact_money, price_text, quantity_text
from widgets.paint.words import word

LISTED = 4


class CancelBar(QFrame):
    """Enter confirms, Escape drops; nothing is cancelled before."""

    confirmed = Signal()
    dropped = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("noticeBar")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self.title = label("", "strong")
        self.list = body()
        self.confirm = QPushButton(self.tr("确认撤单 Enter"))
        self.drop = QPushButton(self.tr("不撤 Esc"))
        self.confirm.setAutoDefault(True)
        self.confirm.clicked.connect(self.confirmed)
        self.drop.clicked.connect(self.dropped)
        texts = QVBoxLayout()
        texts.setSpacing(2)
        texts.addWidget(self.title)
        texts.addWidget(self.list)
        row = QHBoxLayout(self)
        row.setContentsMargins(12, 8, 12, 8)
        row.setSpacing(8)
        row.addLayout(texts, 1)
        row.addWidget(self.confirm)
        row.addWidget(self.drop)
        self.hide()

    def show_preview(self, preview: CancelPreview) -> None:
        """Show what would be cancelled and wait for the confirmation."""
        self.title.setText(
            f"将撤 {len(preview.lines)} 笔委托 · 未成 {quantity_text(preview.shares)} 股"
            f" · 金额 {compact_money(preview.value_cents)}"
        )
        more = len(preview.lines) - LISTED
        texts = [_line_text(line) for line in preview.lines[:LISTED]]
        self.list.setText(";".join(texts) + (f";另 {more} 笔" if more > 0 else ""))
        self.show()
        self.confirm.setFocus()

    def keyPressEvent(self, event: QKeyEvent) -> None:  # noqa: N802 - Qt's name
        """Escape drops; Enter confirms while the button has the focus."""
        if event.key() == Qt.Key.Key_Escape:
            self.dropped.emit()
            return
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter) and not event.isAutoRepeat():
            self.confirmed.emit()
            return
        super().keyPressEvent(event)


def _line_text(line: OrderLine) -> str:
    order = line.order
    return (
        f"{line.client_name} {word(order.side)} {line.security} {quantity_text(order.left)} 股"
        f" @ {price_text(order.price_units, line.decimals)}"
    )
