"""A quantity in shares, with parts of the most that may be traded."""

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QIntValidator, QKeyEvent
from PySide6.QtWidgets import QHBoxLayout, QLineEdit, QPushButton, QVBoxLayout, QWidget

from widgets.basic.labels import caption
from widgets.paint.numbers import quantity_text

PARTS = ((4, "1/4"), (3, "1/3"), (2, "1/2"), (1, "全部"))


class QuantityField(QLineEdit):
    """A field that steps by a lot with the arrow keys."""

    stepped = Signal(int)

    def keyPressEvent(self, event: QKeyEvent) -> None:  # noqa: N802 - Qt's name
        """↑ and ↓ step."""
        steps = {Qt.Key.Key_Up: 1, Qt.Key.Key_Down: -1}
        if event.key() in steps:
            self.stepped.emit(steps[Qt.Key(event.key())])
            return
        super().keyPressEvent(event)


class QuantityBox(QWidget):
    """A quantity in shares; the preset buttons take parts of the room, in whole lots."""

    edited = Signal(int)
    entered = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._room = 0
        self._lot = 100
        self.field = QuantityField()
        self.field.setAlignment(Qt.AlignmentFlag.AlignRight)
        self.field.setPlaceholderText("0")
        self.field.setAccessibleName(self.tr("委托数量(股)"))
        self.field.setValidator(QIntValidator(0, 99_999_999, self.field))
        self.field.textEdited.connect(lambda: self.edited.emit(self.value()))
        self.field.stepped.connect(self._step)
        self.field.returnPressed.connect(self.entered)
        self._hint = caption("", self.field)
        self._hint.setProperty("tone", "muted")
        self._hint.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        self._hint.move(9, 6)
        self._presets = tuple(self._preset(part, text) for part, text in PARTS)
        self._lay_out()
        self.setFocusProxy(self.field)

    def value(self) -> int:
        """Return the shares, 0 where nothing stands."""
        return int(self.field.text() or 0)

    def show_value(self, shares: int) -> None:
        """Show a quantity without telling; 0 empties."""
        self.field.setText(str(shares) if shares else "")

    def set_room(self, shares: int, lot: int, word: str) -> None:
        """Tell the most that may be traded, the lot, and what to call it (最多可买)."""
        self._room, self._lot = shares, max(1, lot)
        self._hint.setText(f"{word} {quantity_text(shares)}")
        self._hint.adjustSize()
        for button in self._presets:
            button.setEnabled(shares > 0)

    def part_of_room(self, part: int) -> int:
        """Return one part of the room in whole lots; all of it may end in an odd lot."""
        if part == 1:
            return self._room
        return self._room // part // self._lot * self._lot

    def _lay_out(self) -> None:
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(6)
        column.addWidget(self.field)
        row = QHBoxLayout()
        row.setSpacing(4)
        for button in self._presets:
            row.addWidget(button, 1)
        column.addLayout(row)

    def _preset(self, part: int, text: str) -> QPushButton:
        button = QPushButton(text)
        button.setObjectName("preset")
        button.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        button.setEnabled(False)
        button.clicked.connect(lambda: self._take(self.part_of_room(part)))
        return button

    def _step(self, lots: int) -> None:
        self._take(max(0, self.value() + lots * self._lot))

    def _take(self, shares: int) -> None:
        self.show_value(shares)
        self.edited.emit(shares)
