"""A titled area of a page; tools stand at the right of the title."""

from PySide6.QtCore import QSize, Qt
from PySide6.QtWidgets import QHBoxLayout, QLabel, QVBoxLayout, QWidget

TITLE_HEIGHT = 30


class PanelTitle(QWidget):
    """A calm title line."""

    def __init__(
        self, text: str, tools: tuple[QWidget, ...] = (), parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self.setObjectName("panelTitle")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self.setFixedHeight(TITLE_HEIGHT)
        self._text = QLabel(text)
        self._row = QHBoxLayout(self)
        self._row.setContentsMargins(12, 0, 6, 0)
        self._row.setSpacing(6)
        self._row.addWidget(self._text)
        self._row.addStretch(1)
        for tool in tools:
            self._row.addWidget(tool)

    def sizeHint(self) -> QSize:  # noqa: N802 - Qt's name
        """As high as a title is: docks ask for this."""
        return QSize(super().sizeHint().width(), TITLE_HEIGHT)

    def set_text(self, text: str) -> None:
        """Change the title."""
        self._text.setText(text)


class Panel(QWidget):
    """A title above its content."""

    def __init__(
        self,
        title: str,
        content: QWidget,
        tools: tuple[QWidget, ...] = (),
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self.setObjectName("panel")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self.title = PanelTitle(title, tools)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(self.title)
        column.addWidget(content, 1)
