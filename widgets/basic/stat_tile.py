"""A figure with its name and a note under it."""

from PySide6.QtWidgets import QFrame, QVBoxLayout, QWidget

from widgets.basic.labels import caption, label, set_tone


class StatTile(QFrame):
    """Caption above, figure in the middle, note below."""

    def __init__(self, title: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("statTile")
        self._figure = label("—", "assets")
        self._note = caption()
        column = QVBoxLayout(self)
        column.setContentsMargins(12, 8, 12, 8)
        column.setSpacing(2)
        column.addWidget(caption(title))
        column.addWidget(self._figure)
        column.addWidget(self._note)

    def show_figure(self, figure: str, note: str = "", tone: str = "") -> None:
        """Show the figure, its note and tone ("", rise, fall, warn, muted, accent)."""
        self._figure.setText(figure)
        self._note.setText(note)
        set_tone(self._figure, tone)
