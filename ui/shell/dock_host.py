"""A place for panels that can be moved, hidden and floated; its arrangement can be kept."""

from PySide6.QtCore import QByteArray, Qt
from PySide6.QtWidgets import QDockWidget, QMainWindow, QToolButton, QWidget

from ui.theme.icons import icon
from widgets.basic.panel import PanelTitle
from widgets.paint.look import Look

STATE_VERSION = 1


class Dock(QDockWidget):
    """A dock with a calm title: float and close appear as quiet icons."""

    def __init__(self, look: Look, key: str, title: str, content: QWidget) -> None:
        super().__init__(title)
        self.setObjectName(f"dock.{key}")
        self._look = look
        self._float = self._tool(self.tr("浮动 / 停靠"))
        self._close = self._tool(self.tr("隐藏面板"))
        self._float.clicked.connect(lambda: self.setFloating(not self.isFloating()))
        self._close.clicked.connect(self.close)
        self._title = PanelTitle(title, (self._float, self._close))
        self.setTitleBarWidget(self._title)
        self.setWidget(content)
        look.changed.connect(self._tint)
        self._tint()

    def set_title(self, title: str) -> None:
        """Change the title."""
        self.setWindowTitle(title)
        self._title.set_text(title)

    def _tool(self, tip: str) -> QToolButton:
        button = QToolButton()
        button.setToolTip(tip)
        button.setAccessibleName(tip)
        button.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        button.setFixedSize(22, 22)
        return button

    def _tint(self) -> None:
        colour = self._look.tokens.text_3
        self._float.setIcon(icon("dock-window", colour))
        self._close.setIcon(icon("close", colour))


class DockHost(QMainWindow):
    """Panels about a centre. A plain widget: it may stand inside a page or the window."""

    def __init__(self, look: Look, centre: QWidget | None = None) -> None:
        super().__init__()
        self.setWindowFlags(Qt.WindowType.Widget)
        self._look = look
        self._docks: dict[str, Dock] = {}
        self.setDockNestingEnabled(True)
        self.setDockOptions(
            QMainWindow.DockOption.AllowNestedDocks | QMainWindow.DockOption.AllowTabbedDocks
        )
        self.setContextMenuPolicy(Qt.ContextMenuPolicy.NoContextMenu)
        if centre is not None:
            self.setCentralWidget(centre)

    def add_panel(
        self,
        key: str,
        title: str,
        content: QWidget,
        area: Qt.DockWidgetArea = Qt.DockWidgetArea.RightDockWidgetArea,
    ) -> Dock:
        """Add a panel at an edge."""
        dock = Dock(self._look, key, title, content)
        self._docks[key] = dock
        self.addDockWidget(area, dock)
        return dock

    def put_under(self, upper: str, lower: str) -> None:
        """Place a panel under another."""
        self.splitDockWidget(self._docks[upper], self._docks[lower], Qt.Orientation.Vertical)

    def put_beside(self, left: str, right: str) -> None:
        """Place a panel at the right of another."""
        self.splitDockWidget(self._docks[left], self._docks[right], Qt.Orientation.Horizontal)

    def share(self, sizes: dict[str, int], direction: Qt.Orientation) -> None:
        """Give panels these sizes along a direction."""
        self.resizeDocks([self._docks[key] for key in sizes], list(sizes.values()), direction)

    def dock(self, key: str) -> Dock:
        """Return the dock of a panel."""
        return self._docks[key]

    def show_panel(self, key: str, *, on: bool) -> None:
        """Show or hide a panel."""
        self._docks[key].setVisible(on)

    def arrangement(self) -> bytes:
        """Return the arrangement of all panels."""
        return bytes(self.saveState(STATE_VERSION).data())

    def arrange(self, kept: bytes) -> bool:
        """Bring back an arrangement; False when it does not fit these panels."""
        return self.restoreState(QByteArray(kept), STATE_VERSION)
