"""The column of screens at the window's left: icon and word."""

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtWidgets import QButtonGroup, QSizePolicy, QToolButton, QVBoxLayout, QWidget

from ui.theme.icons import nav_icon
from widgets.paint.look import Look

WIDTH = 72


class Navigation(QWidget):
    """Buttons in the order they were added; one is down."""

    chosen = Signal(str)

    def __init__(self, look: Look, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("navigation")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self.setFixedWidth(WIDTH)
        self._look = look
        self._group = QButtonGroup(self)
        self._buttons: dict[str, QToolButton] = {}
        self._icons: dict[str, str] = {}
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(4, 8, 4, 8)
        self._column.setSpacing(4)
        self._column.addStretch(1)
        look.changed.connect(self._tint)

    def add(self, key: str, title: str, icon: str, shortcut: str) -> None:
        """Add a screen at the end."""
        button = QToolButton()
        button.setObjectName("navButton")
        button.setText(title)
        button.setToolTip(f"{title}  {shortcut}".rstrip())
        button.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextUnderIcon)
        button.setIconSize(QSize(22, 22))
        button.setCheckable(True)
        button.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        button.clicked.connect(lambda: self.chosen.emit(key))
        self._group.addButton(button)
        self._buttons[key] = button
        self._icons[key] = icon
        self._column.insertWidget(self._column.count() - 1, button)
        self._tint()

    def show_current(self, key: str) -> None:
        """Show which screen is open, without telling."""
        self._buttons[key].setChecked(True)

    def _tint(self) -> None:
        for key, button in self._buttons.items():
            button.setIcon(nav_icon(self._icons[key], self._look.tokens))
