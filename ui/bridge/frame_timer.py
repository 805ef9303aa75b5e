"""One pace for all live panels: a frame when something moved, none when nobody looks."""

from collections.abc import Callable

from PySide6.QtCore import QElapsedTimer, QEvent, QObject, Qt, QTimer, Signal
from PySide6.QtWidgets import QWidget
from shiboken6 import isValid

FRAME_MS = 50
LEAST_MS = 8
SLOW_MS = 250

Callback = Callable[[], object]


class FrameTimer(QObject):
    """Calls back for every panel that is visible; sleeps while none is.

    Live panels get a frame at each ``hurry``, two frames at least LEAST_MS apart, and one each
    ``frame_ms`` where nobody hurries. Slow panels get a turn of their own four times a
    second, right behind a frame: no other is awaited then, and their work delays none.
    """

    _due = Signal()  # a slot's failure is reported and does not reach who hurried

    def __init__(self, parent: QObject | None = None, frame_ms: int = FRAME_MS) -> None:
        super().__init__(parent)
        self._due.connect(self._frame)
        self._live: dict[QWidget, Callback] = {}
        self._slow: dict[QWidget, Callback] = {}
        self._frames = QTimer(self, interval=frame_ms)
        self._frames.timeout.connect(self._frame)
        self._soon = QTimer(self, singleShot=True, timerType=Qt.TimerType.PreciseTimer)
        self._soon.timeout.connect(self._frame)
        self._turns = QTimer(self, interval=SLOW_MS)
        self._turns.timeout.connect(self._turn)
        self._is_turn_due = False
        self._since = QElapsedTimer()
        self._since.start()

    def attach(self, panel: QWidget, callback: Callback) -> None:
        """Call ``callback`` each frame while ``panel`` is visible, and once when it appears."""
        self._attach(self._live, panel, callback)

    def attach_slow(self, panel: QWidget, callback: Callback) -> None:
        """The same, but each slow turn; who comes and goes quickly is not called each time."""
        self._attach(self._slow, panel, _Slowly(callback))

    def detach(self, panel: QWidget) -> None:
        """End the calls for a panel."""
        self._live.pop(panel, None)
        self._slow.pop(panel, None)
        self._watch()

    def hurry(self) -> None:
        """Something moved: a frame comes now, or as soon as the last one is old enough."""
        if not self._frames.isActive() or self._soon.isActive():
            return
        left_ms = LEAST_MS - self._since.elapsed()
        if left_ms > 0:
            self._soon.start(left_ms)
        else:
            self._due.emit()

    def is_running(self) -> bool:
        """Tell whether any timer runs."""
        return self._frames.isActive() or self._turns.isActive()

    def stop(self) -> None:
        """Forget all panels and stop."""
        self._live.clear()
        self._slow.clear()
        self._watch()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:  # noqa: N802 - Qt's name
        """Start and stop with the panels."""
        if event.type() in (QEvent.Type.Show, QEvent.Type.Hide):
            self._watch()
            if event.type() is QEvent.Type.Show and isinstance(watched, QWidget):
                for callbacks in (self._live, self._slow):
                    if watched in callbacks:
                        callbacks[watched]()
        return super().eventFilter(watched, event)

    def _attach(self, to: dict[QWidget, Callback], panel: QWidget, callback: Callback) -> None:
        to[panel] = callback
        panel.installEventFilter(self)
        panel.destroyed.connect(self._watch)
        self._watch()

    def _watch(self) -> None:
        _run_while(_has_visible(self._live), self._frames)
        _run_while(_has_visible(self._slow), self._turns)
        if not self._frames.isActive():
            self._soon.stop()

    def _turn(self) -> None:
        """A slow turn follows the next frame: right behind one, no other is awaited yet."""
        self._is_turn_due = self._frames.isActive()
        if not self._is_turn_due:
            _call(self._slow)

    def _frame(self) -> None:
        self._since.start()
        self._frames.start()  # the quiet turn begins anew
        _call(self._live)
        if self._is_turn_due:
            self._is_turn_due = False
            _call(self._slow)


class _Slowly:
    """Calls on at once the first time, then not before half a turn has passed."""

    def __init__(self, callback: Callback) -> None:
        self._callback = callback
        self._since = QElapsedTimer()

    def __call__(self) -> None:
        if not self._since.isValid() or self._since.hasExpired(SLOW_MS // 2):
            self._since.start()
            self._callback()


def _has_visible(callbacks: dict[QWidget, Callback]) -> bool:
    for gone in [panel for panel in callbacks if not isValid(panel)]:
        del callbacks[gone]
    return any(panel.isVisible() for panel in callbacks)


def _run_while(is_wanted: bool, timer: QTimer) -> None:
    if not is_wanted:
        timer.stop()
    elif not timer.isActive():
        timer.start()


def _call(callbacks: dict[QWidget, Callback]) -> None:
    for panel, callback in tuple(callbacks.items()):
        if isValid(panel) and panel.isVisible():
            callback()
