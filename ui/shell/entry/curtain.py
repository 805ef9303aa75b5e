"""Covers the desk while it is locked: no window of it is seen or takes a key."""

from PySide6.QtCore import QEvent, QObject, QTimer, Signal
from PySide6.QtGui import QWindow
from PySide6.QtWidgets import QApplication, QWidget
from shiboken6 import isValid

_HANDS = frozenset(
    {
        QEvent.Type.KeyPress,
        QEvent.Type.MouseButtonPress,
        QEvent.Type.MouseMove,
        QEvent.Type.Wheel,
        QEvent.Type.TouchBegin,
    }
)


class Curtain(QObject):
    """Hides every window but one; what opens meanwhile is hidden too, and shown afterwards.

    The person's hands are heard at the windows themselves; all events of the program are looked
    through only while the curtain is drawn.
    """

    touched = Signal()  # a key or the mouse was used

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._before: QWidget | None = None
        self._hidden: list[QWidget] = []
        application = QApplication.instance()
        assert isinstance(application, QApplication)
        self._application = application
        application.focusWindowChanged.connect(self._listen_at)
        self._listen_at(application.focusWindow())

    def draw(self, before: QWidget) -> None:
        """Hide all windows but ``before``, which stands in front of the curtain."""
        self._before = before
        self._application.installEventFilter(self)
        while (popup := QApplication.activePopupWidget()) is not None:
            popup.close()
        for window in self._application.topLevelWidgets():
            self._hide(window)

    def lift(self) -> None:
        """Show again what was hidden, the windows that stand alone first."""
        self._before = None
        self._application.removeEventFilter(self)
        hidden, self._hidden = [one for one in self._hidden if isValid(one)], []
        for window in sorted(hidden, key=lambda one: one.parentWidget() is not None):
            window.show()

    def close(self) -> None:
        """Listen no longer."""
        self._application.focusWindowChanged.disconnect(self._listen_at)
        self._application.removeEventFilter(self)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:  # noqa: N802 - Qt's name
        """Tell of the person's hands; hide what opens behind the curtain."""
        kind = event.type()
        if kind in _HANDS and isinstance(watched, QWindow):
            self.touched.emit()
        if kind == QEvent.Type.Show and self._before is not None and isinstance(watched, QWidget):
            self._hide_late(watched)
        return False

    def _listen_at(self, window: QWindow | None) -> None:
        if window is not None:
            window.installEventFilter(self)

    def _hide_late(self, window: QWidget) -> None:
        """A window cannot be hidden in the middle of its own Show event: right after it."""
        if window.isWindow() and window is not self._before:
            window.setWindowOpacity(0.0)
            QTimer.singleShot(0, window, lambda: self._hide_opened(window))

    def _hide_opened(self, window: QWidget) -> None:
        self._hide(window)
        window.setWindowOpacity(1.0)

    def _hide(self, window: QWidget) -> None:
        if self._before is None or window is self._before or not window.isVisible():
            return
        if window not in self._hidden:
            self._hidden.append(window)
        window.hide()
