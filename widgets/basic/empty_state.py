"""What stands where there is nothing to show: why, and what to do."""

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QPushButton, QVBoxLayout, QWidget

from widgets.basic.labels import body, caption, heading


class EmptyState(QWidget):
    """Title, advice and, where there is something to do, a button."""

    acted = Signal()

    def __init__(
        self, title: str, advice: str, action: str = "", parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self._title = heading(title)
        self._advice = body(advice)
        self._advice.setProperty("tone", "muted")
        self._button = QPushButton(action)
        self._button.setVisible(bool(action))
        self._button.clicked.connect(self.acted)
        column = QVBoxLayout(self)
        column.setContentsMargins(24, 24, 24, 24)
        column.setSpacing(8)
        column.addStretch(1)
        for part in (self._title, self._advice):
            part.setAlignment(Qt.AlignmentFlag.AlignHCenter)
            column.addWidget(part)
        column.addWidget(self._button, 0, Qt.AlignmentFlag.AlignHCenter)
        column.addStretch(2)

    def say(self, title: str, advice: str) -> None:
        """Change the words."""
        self._title.setText(title)
        self._advice.setText(advice)


def hint(text: str) -> QWidget:
    """Return a one-line hint for a small empty list."""
    made = caption(text)
    made.setAlignment(Qt.AlignmentFlag.AlignCenter)
    made.setProperty("tone", "muted")
    return made
