"""A titled part of a page: a quiet title line over its content."""

from PySide6.QtWidgets import QFrame, QHBoxLayout, QVBoxLayout, QWidget

from widgets.basic.labels import caption

TITLE_HEIGHT = 28


class Panel(QFrame):
    """Title left, an optional note right, content below without a margin."""

    def __init__(self, title: str, content: QWidget, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("panel")
        self.title = caption(title)
        self.note = caption()
        head = QWidget()
        head.setObjectName("panelHead")
        head.setFixedHeight(TITLE_HEIGHT)
        row = QHBoxLayout(head)
        row.setContentsMargins(12, 0, 12, 0)
        row.addWidget(self.title)
        row.addStretch(1)
        row.addWidget(self.note)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(head)
        column.addWidget(content, 1)
