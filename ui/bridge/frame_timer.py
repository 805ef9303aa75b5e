"""One pace for all live panels: a frame when something moved, none when nobody looks."""

from collections.abc import Callable

from PySide6.QtCore import QElapsedTimer, QEvent, QObject, Qt, QTimer
from PySide6.QtWidgets import QWidget
from shiboken6 import isValid

FRAME_MS = 50
LEAST_MS = 8


class FrameTimer(QObject):
    """Calls back once a frame for every panel that is visible; sleeps while none is.

    ``hurry`` makes a frame now, so that what came is painted as it comes and not a turn later; two
    frames are at least LEAST_MS apart. Where nobody hurries a frame comes each ``frame_ms``.
    """

    def __init__(self, parent: QObject | None = None, frame_ms: int = FRAME_MS) -> None:
        super().__init__(parent)
        self._callbacks: dict[QWidget, Callable[[], object]] = {}
        self._timer = QTimer(self)
        self._timer.setInterval(frame_ms)
        self._timer.timeout.connect(self._frame)
        self._soon = QTimer(self)
        self._soon.setSingleShot(True)
        self._soon.setTimerType(Qt.TimerType.PreciseTimer)
        self._soon.timeout.connect(self._frame)
        self._since = QElapsedTimer()
        self._since.start()

    def hurry(self) -> None:
        """Something moved: a frame comes next, or as soon as the last one is old enough."""
        if self._timer.isActive() and not self._soon.isActive():
            self._soon.start(max(0, LEAST_MS - self._since.elapsed()))

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
        self._sleep()

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
        self._sleep()

    def _sleep(self) -> None:
        self._timer.stop()
        self._soon.stop()

    def _frame(self) -> None:
        self._since.start()
        self._timer.start()  # the quiet turn begins anew
        for panel, callback in tuple(self._callbacks.items()):
            if isValid(panel) and panel.isVisible():
                callback()
