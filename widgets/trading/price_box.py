"""A limit price: typed, or stepped by one tick with ↑ ↓ and the two buttons."""

from decimal import Decimal, InvalidOperation

from PySide6.QtCore import QRegularExpression, Qt, Signal
from PySide6.QtGui import QKeyEvent, QRegularExpressionValidator, QWheelEvent
from PySide6.QtWidgets import QHBoxLayout, QLineEdit, QToolButton, QWidget

from models.money import PRICE_UNITS_PER_YUAN
from widgets.paint.numbers import MINUS, decimals_of_tick, grouped


class PriceField(QLineEdit):
    """A field that steps with the arrow keys and the wheel."""

    stepped = Signal(int)

    def keyPressEvent(self, event: QKeyEvent) -> None:  # noqa: N802 - Qt's name
        """↑ and ↓ step."""
        steps = {Qt.Key.Key_Up: 1, Qt.Key.Key_Down: -1}
        if event.key() in steps:
            self.stepped.emit(steps[Qt.Key(event.key())])
            return
        super().keyPressEvent(event)

    def wheelEvent(self, event: QWheelEvent) -> None:  # noqa: N802 - Qt's name
        """The wheel steps while the field has the focus."""
        if self.hasFocus() and event.angleDelta().y():
            self.stepped.emit(1 if event.angleDelta().y() > 0 else -1)
            event.accept()


class PriceBox(QWidget):
    """A price in price units; 0 where nothing readable stands."""

    edited = Signal(int)
    entered = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._tick = 100
        self.field = PriceField()
        self.field.setAlignment(Qt.AlignmentFlag.AlignRight)
        self.field.setPlaceholderText("0.00")
        self.field.setAccessibleName(self.tr("委托价格"))
        pattern = QRegularExpression(r"\d{0,6}(\.\d{0,3})?")
        self.field.setValidator(QRegularExpressionValidator(pattern, self.field))
        self.field.textEdited.connect(lambda: self.edited.emit(self.value_units()))
        self.field.stepped.connect(self.step)
        self.field.returnPressed.connect(self.entered)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(4)
        row.addWidget(self._button(MINUS, -1))
        row.addWidget(self.field, 1)
        row.addWidget(self._button("+", 1))
        self.setFocusProxy(self.field)

    def value_units(self) -> int:
        """Return the price in price units."""
        try:
            return int(Decimal(self.field.text()) * PRICE_UNITS_PER_YUAN)
        except InvalidOperation:
            return 0

    def show_units(self, units: int) -> None:
        """Show a price without telling; 0 empties."""
        decimals = decimals_of_tick(self._tick)
        text = grouped(units, PRICE_UNITS_PER_YUAN, decimals).replace(",", "")
        self.field.setText(text if units else "")

    def set_tick(self, tick_units: int) -> None:
        """Step by this many price units (100 = 0.01 CNY)."""
        self._tick = tick_units

    def step(self, ticks: int) -> None:
        """Move the price by whole ticks and tell."""
        units = max(self._tick, self.value_units() + ticks * self._tick)
        self.show_units(units)
        self.edited.emit(units)

    def _button(self, text: str, ticks: int) -> QToolButton:
        button = QToolButton()
        button.setObjectName("stepButton")
        button.setText(text)
        button.setAutoRepeat(True)
        button.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        button.clicked.connect(lambda: self.step(ticks))
        return button
