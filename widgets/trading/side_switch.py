"""Buy or sell as a mode: colour and word together, never chosen by a click on a price."""

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QButtonGroup, QHBoxLayout, QPushButton, QWidget

from models.trading.order import Side
from widgets.paint.words import word


class SideSwitch(QWidget):
    """Two joined buttons, exactly one of which is down."""

    changed = Signal(object)  # Side

    def __init__(self, keys: dict[Side, str], parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._group = QButtonGroup(self)
        self._buttons: dict[Side, QPushButton] = {}
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(0)
        for side in Side:
            row.addWidget(self._button(side, keys.get(side, "")), 1)
        self._buttons[Side.BUY].setChecked(True)

    def side(self) -> Side:
        """Return the side that is down."""
        return Side.BUY if self._buttons[Side.BUY].isChecked() else Side.SELL

    def choose(self, side: Side) -> None:
        """Press a side as a person would."""
        self._buttons[side].click()

    def show_side(self, side: Side) -> None:
        """Show a side without telling."""
        self._buttons[side].setChecked(True)

    def _button(self, side: Side, key: str) -> QPushButton:
        button = QPushButton(f"{word(side)}  {key}".rstrip())
        button.setObjectName("sideButton")
        button.setProperty("side", side.value)
        button.setCheckable(True)
        button.clicked.connect(lambda: self.changed.emit(side))
        self._group.addButton(button)
        self._buttons[side] = button
        return button
