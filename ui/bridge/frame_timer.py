"""One timer for all live panels: a frame each so many milliseconds, none when nobody looks."""

from collections.abc import Callable

from PySide6.QtCore import QEvent, QObject, QTimer
from PySide6.QtWidgets import QWidget
from shiboken6 import isValid

FRAME_MS = 50


class FrameTimer(QObject):
    """Calls back once a frame for every panel that is visible; sleeps while none is."""

    def __init__(self, parent: QObject | None = None, frame_ms: int = FRAME_MS) -> None:
        super().__init__(parent)
        self._callbacks: dict[QWidget, Callable[[], object]] = {}
        self._timer = QTimer(self)
        self._timer.setInterval(frame_ms)
        self._timer.timeout.connect(self._frame)

    def attach(self, panel: QWidget, callback: Callable[[], object]) -> None:
        """Call ``callback`` each frame while ``panel`` is visible, and once when it appears."""
        self._callbacks[panel] = callback
        panel.installEventFilter(self)
        panel.destroyed.connect(self._drop_destroyed)
        self._watch()

    def detach(self, panel: QWidget) -> None:
        """End the calls for a panel."""
        self._callbacks.pop(panel, None)
        self._watch()

    def is_running(self) -> bool:
        """Tell whether the timer runs."""
        return self._timer.isActive()

    def stop(self) -> None:
        """Forget all panels and stop."""
        self._callbacks.clear()
        self._timer.stop()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:  # noqa: N802 - Qt's name
        """Start and stop with the panels."""
        if event.type() in (QEvent.Type.Show, QEvent.Type.Hide):
            self._watch()
            callback = self._callbacks.get(watched) if isinstance(watched, QWidget) else None
            if callback is not None and event.type() is QEvent.Type.Show:
                callback()
        return super().eventFilter(watched, event)

    def _drop_destroyed(self) -> None:
        self._watch()

    def _watch(self) -> None:
        gone = [panel for panel in self._callbacks if not isValid(panel)]
        for panel in gone:
            del self._callbacks[panel]
        if any(panel.isVisible() for panel in self._callbacks):
            if not self._timer.isActive():
                self._timer.start()
            return
        self._timer.stop()

    def _frame(self) -> None:
        for panel, callback in tuple(self._callbacks.items()):
            if isValid(panel) and panel.isVisible():
                callback()
