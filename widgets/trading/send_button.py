"""The one button that sends: says what it will do; asks again when the checks do not hold."""

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QPushButton, QWidget

from models.trading.order import Side


class SendButton(QPushButton):
    """Enter, Space or a click sends; a ticket that fails its checks needs a second press."""

    sent = Signal()

    def __init__(self, key: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._key = key
        self._summary = ""
        self._passes = False
        self._is_armed = False
        self.setObjectName("sendButton")
        self.setAutoDefault(True)
        self.clicked.connect(self._press)
        self.show_ticket(Side.BUY, "", passes=False)

    def show_ticket(self, side: Side, summary: str, *, passes: bool) -> None:
        """Wear the side's colour and say the order; "" = not complete, cannot be sent.

        The same order again (checked anew at another price) leaves the button armed.
        """
        if (summary, passes) != (self._summary, self._passes):
            self._is_armed = False
        self._summary, self._passes = summary, passes
        self.setEnabled(bool(summary))
        self._wear("side", side.value)
        self._wear("doubt", "yes" if summary and not passes else "no")
        self.setText(self._words())

    def keyPressEvent(self, event: QKeyEvent) -> None:  # noqa: N802 - Qt's name
        """Enter presses the button once per stroke (no auto-repeat)."""
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter) and not event.isAutoRepeat():
            self.click()
            return
        super().keyPressEvent(event)

    def _press(self) -> None:
        if self._passes or self._is_armed:
            self._is_armed = False
            self.setText(self._words())
            self.sent.emit()
            return
        self._is_armed = True
        self.setText(self._words())

    def _words(self) -> str:
        if not self._summary:
            return self.tr("填完委托后发送  {0}").format(self._key)
        if self._is_armed:
            return self.tr("再按一次:仍报送(将被拒绝并留痕)")
        if not self._passes:
            return self.tr("检查未通过  {0}").format(self._key)
        return f"{self._summary}  {self._key}"

    def _wear(self, name: str, value: str) -> None:
        if self.property(name) != value:
            self.setProperty(name, value)
            self.style().unpolish(self)
            self.style().polish(self)
