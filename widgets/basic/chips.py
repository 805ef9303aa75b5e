"""A row of filter chips, one or many of which are on."""

from dataclasses import dataclass

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QPushButton, QWidget


@dataclass(frozen=True, slots=True)
class Chip:
    """One chip; ``count`` None shows no number."""

    key: str
    title: str
    count: int | None = None


class ChipRow(QWidget):
    """Exactly one chip is on, by click or arrow keys."""

    chosen = Signal(str)

    def __init__(self, chips: tuple[Chip, ...], parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._buttons: dict[str, QPushButton] = {}
        self._titles = {chip.key: chip.title for chip in chips}
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(4)
        for chip in chips:
            row.addWidget(self._button(chip))
        row.addStretch(1)
        next(iter(self._buttons.values())).setChecked(True)

    def show_count(self, key: str, count: int | None) -> None:
        """Show how many stand behind a chip."""
        title = self._titles[key]
        self._buttons[key].setText(title if count is None else f"{title} {count:,}")

    def choose(self, key: str) -> None:
        """Turn a chip on as if clicked."""
        self._buttons[key].click()

    def current(self) -> str:
        """Return the key of the chip that is on."""
        return next(key for key, button in self._buttons.items() if button.isChecked())

    def _button(self, chip: Chip) -> QPushButton:
        button = QPushButton()
        button.setObjectName("chip")
        button.setCheckable(True)
        button.setAutoExclusive(True)
        button.setCursor(Qt.CursorShape.PointingHandCursor)
        button.clicked.connect(lambda: self.chosen.emit(chip.key))
        self._buttons[chip.key] = button
        self.show_count(chip.key, chip.count)
        return button
