"""The form that records what the client told us to do."""

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QIntValidator, QKeyEvent
from PySide6.QtWidgets import (
    QButtonGroup,
    QCheckBox,
    QComboBox,
    QFormLayout,
    QHBoxLayout,
    QLineEdit,
    QPushButton,
    QVBoxLayout,
    QWidget,
)

from models.trading.instruction import InstructionChannel, PriceType
from models.trading.order import Side
from ui.pages.client.instruction_form import InstructionForm, Missing
from ui.pages.client.rows import PRICE_TYPE_WORDS
from widgets.basic.find_box import Choice, FindBox
from widgets.basic.labels import body, set_tone
from widgets.paint.words import word
from widgets.trading.price_box import PriceBox

MOST_SHARES = 99_999_999


class InstructionBox(QWidget):
    """Enter records from any field, Escape leaves. No side is chosen before the person does."""

    recorded = Signal(object)  # InstructionForm
    left = Signal()
    security_typed = Signal(str)
    security_chosen = Signal(str)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.security = FindBox(self.tr("代码 / 名称 / 拼音首字母"))
        self.sides = {side: _side_button(side) for side in Side}
        self.quantity = QLineEdit()
        self.price = PriceBox()
        self.price_type = _combo({kind: PRICE_TYPE_WORDS[kind] for kind in reversed(PriceType)})
        self.channel = _combo({channel: word(channel) for channel in InstructionChannel})
        self.evidence = QLineEdit()
        self.read_back = QCheckBox(self.tr("已向客户复述并确认"))
        self.identity = QCheckBox(self.tr("已核对客户身份"))
        self.reason = body()
        self.record = QPushButton(self.tr("记录指令"))
        self._set_up()
        self._lay_out()
        self._connect()

    def begin(self) -> None:
        """Start an empty form."""
        self.security.show_choice(None)
        group = self.sides[Side.BUY].group()
        group.setExclusive(False)
        for button in self.sides.values():
            button.setChecked(False)
        group.setExclusive(True)
        for field in (self.quantity, self.evidence):
            field.clear()
        self.price.show_units(0)
        self.read_back.setChecked(False)
        self.identity.setChecked(False)
        self.reason.setText("")
        self.security.setFocus()

    def form(self) -> InstructionForm:
        """Return the form as typed."""
        chosen = [side for side, button in self.sides.items() if button.isChecked()]
        return InstructionForm(
            symbol=self.security.current_key(),
            side=chosen[0] if chosen else None,
            quantity=int(self.quantity.text() or 0),
            price_units=self.price.value_units(),
            price_type=PriceType(self.price_type.currentData()),
            channel=InstructionChannel(self.channel.currentData()),
            evidence_ref=self.evidence.text(),
            read_back=self.read_back.isChecked(),
            identity_checked=self.identity.isChecked(),
        )

    def show_security(self, choice: Choice, tick_units: int) -> None:
        """Show the chosen security; prices step by its tick."""
        self.security.show_choice(choice)
        self.price.set_tick(tick_units)

    def show_missing(self, missing: Missing) -> None:
        """Say why it is refused and go to the field."""
        self.reason.setText(f"未记录。{missing.reason}")
        self._field(missing.field).setFocus()

    def keyPressEvent(self, event: QKeyEvent) -> None:  # noqa: N802 - Qt's name
        """Escape leaves the form."""
        if event.key() == Qt.Key.Key_Escape:
            self.left.emit()
            return
        super().keyPressEvent(event)

    def _field(self, name: str) -> QWidget:
        return {
            "symbol": self.security,
            "side": self.sides[Side.BUY],
            "quantity": self.quantity,
            "price": self.price,
            "evidence": self.evidence,
            "read_back": self.read_back,
            "identity": self.identity,
        }[name]

    def _set_up(self) -> None:
        group = QButtonGroup(self)
        for button in self.sides.values():
            group.addButton(button)
        self.quantity.setValidator(QIntValidator(0, MOST_SHARES, self.quantity))
        self.quantity.setAlignment(Qt.AlignmentFlag.AlignRight)
        self.quantity.setPlaceholderText(self.tr("股"))
        self.quantity.setAccessibleName(self.tr("数量(股)"))
        self.evidence.setPlaceholderText(self.tr("录音号 / 会话号 / 单据号"))
        self.evidence.setAccessibleName(self.tr("证据编号"))
        set_tone(self.reason, "warn")
        self.record.setProperty("role", "primary")

    def _lay_out(self) -> None:
        form = QFormLayout()
        form.setHorizontalSpacing(10)
        form.setVerticalSpacing(8)
        form.setFieldGrowthPolicy(QFormLayout.FieldGrowthPolicy.AllNonFixedFieldsGrow)
        form.addRow(self.tr("证券"), self.security)
        form.addRow(self.tr("方向"), self._side_row())
        form.addRow(self.tr("数量"), self.quantity)
        form.addRow(self.tr("价格"), self.price)
        form.addRow(self.tr("价格类型"), self.price_type)
        form.addRow(self.tr("指令渠道"), self.channel)
        form.addRow(self.tr("证据编号"), self.evidence)
        column = QVBoxLayout(self)
        column.setContentsMargins(12, 10, 12, 10)
        column.setSpacing(8)
        column.addLayout(form)
        column.addWidget(self.read_back)
        column.addWidget(self.identity)
        column.addWidget(self.reason)
        column.addLayout(self._buttons())
        column.addStretch(1)

    def _side_row(self) -> QWidget:
        holder = QWidget()
        row = QHBoxLayout(holder)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(0)
        for button in self.sides.values():
            row.addWidget(button, 1)
        return holder

    def _buttons(self) -> QHBoxLayout:
        leave = QPushButton(self.tr("取消 Esc"))
        leave.clicked.connect(self.left)
        row = QHBoxLayout()
        row.addStretch(1)
        row.addWidget(leave)
        row.addWidget(self.record)
        return row

    def _connect(self) -> None:
        self.security.typed.connect(self.security_typed)
        self.security.chosen.connect(self._take_security)
        self.security.finished.connect(self.sides[Side.BUY].setFocus)
        self.quantity.returnPressed.connect(self.price.setFocus)
        self.price.entered.connect(self.evidence.setFocus)
        self.evidence.returnPressed.connect(self._tell)
        self.record.clicked.connect(self._tell)

    def _take_security(self, symbol: str) -> None:
        self.security_chosen.emit(symbol)
        self.sides[Side.BUY].setFocus()

    def _tell(self) -> None:
        self.recorded.emit(self.form())


def _side_button(side: Side) -> QPushButton:
    button = QPushButton(word(side))
    button.setObjectName("sideButton")
    button.setProperty("side", side.value)
    button.setCheckable(True)
    return button


def _combo(words: dict[PriceType, str] | dict[InstructionChannel, str]) -> QComboBox:
    made = QComboBox()
    for value, text in words.items():
        made.addItem(text, value.value)
    return made
