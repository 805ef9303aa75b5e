"""Asks who works here and for his passphrase: at the start, and before a locked desk opens."""

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QCloseEvent
from PySide6.QtWidgets import QGridLayout, QLineEdit, QPushButton, QVBoxLayout, QWidget

from widgets.basic.labels import body, caption, heading, set_tone

_WIDTH = 420
_FAULT_HEIGHT = 40  # two lines: the window keeps its size
_LONGEST = 256


class SignInWindow(QWidget):
    """``asked`` carries staff id and passphrase; the passphrase leaves the field at once."""

    asked = Signal(str, str)
    closed = Signal()

    def __init__(self, staff_id: str, note: str = "", mark: str = "") -> None:
        super().__init__()
        self.setObjectName("startWindow")
        self.setWindowTitle(f"{mark}{self.tr('客户经理工作站')}")
        self.setFixedWidth(_WIDTH)
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self._heading = heading(f"{mark}{self.tr('登录')}")
        self._mark = mark
        self._reason = caption(self.tr("口令只在本机核对,不联网也能登录"))
        self._staff = QLineEdit(staff_id)
        self._staff.setMaxLength(_LONGEST)
        self._passphrase = QLineEdit()
        self._passphrase.setEchoMode(QLineEdit.EchoMode.Password)
        self._passphrase.setMaxLength(_LONGEST)
        self._button = QPushButton(self.tr("登录"))
        self._button.setProperty("role", "primary")
        self._fault = body()
        self._arrange(note)
        self._button.clicked.connect(self._ask)
        self._passphrase.returnPressed.connect(self._ask)
        self._staff.returnPressed.connect(self._passphrase.setFocus)

    def ask_to_sign_in(self) -> None:
        """Show it for a desk that opens."""
        self._present()

    def ask_to_unlock(self, reason: str) -> None:
        """Show it before a locked desk: only its own person can open it."""
        self._heading.setText(f"{self._mark}{self.tr('工作站已锁定')}")
        self._reason.setText(reason)
        self._button.setText(self.tr("解锁"))
        self._staff.setReadOnly(True)
        self._staff.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self._present()

    def show_trying(self) -> None:
        """The passphrase is being tried: that takes a moment."""
        self._set_enabled(enabled=False)
        self._fault.setText(self.tr("正在核对…"))
        set_tone(self._fault, "")

    def show_fault(self, text: str) -> None:
        """Say why it was not let in, and let it be typed again."""
        self._set_enabled(enabled=True)
        self._fault.setText(text)
        set_tone(self._fault, "warn")
        self._passphrase.setFocus()

    @property
    def fault_text(self) -> str:
        """What is said under the fields."""
        return self._fault.text()

    def closeEvent(self, event: QCloseEvent) -> None:  # noqa: N802 - Qt's name
        """Tell that the person, or the wiring, closed it."""
        self.closed.emit()
        super().closeEvent(event)

    def _arrange(self, note: str) -> None:
        fields = QGridLayout()
        fields.setVerticalSpacing(8)
        fields.setHorizontalSpacing(12)
        for row, (name, field) in enumerate(
            ((self.tr("工号"), self._staff), (self.tr("口令"), self._passphrase))
        ):
            fields.addWidget(body(name), row, 0)
            fields.addWidget(field, row, 1)
        fields.setColumnStretch(1, 1)
        self._fault.setMinimumHeight(_FAULT_HEIGHT)
        self._fault.setAlignment(Qt.AlignmentFlag.AlignTop)
        column = QVBoxLayout(self)
        column.setContentsMargins(24, 20, 24, 20)
        column.setSpacing(12)
        column.addWidget(self._heading)
        column.addWidget(self._reason)
        column.addLayout(fields)
        column.addWidget(self._fault)
        if note:
            column.addWidget(caption(note))
        column.addWidget(self._button, 0, Qt.AlignmentFlag.AlignRight)

    def _present(self) -> None:
        self._fault.setText("")
        self._passphrase.clear()
        self._set_enabled(enabled=True)
        self.show()
        self.raise_()
        self.activateWindow()
        (self._passphrase if self._staff.text() else self._staff).setFocus()

    def _set_enabled(self, *, enabled: bool) -> None:
        for part in (self._staff, self._passphrase, self._button):
            part.setEnabled(enabled)

    def _ask(self) -> None:
        staff_id, passphrase = self._staff.text().strip(), self._passphrase.text()
        if not staff_id or not passphrase:
            self.show_fault(self.tr("请输入工号和口令"))
            return
        self._passphrase.clear()
        self.asked.emit(staff_id, passphrase)
