"""Slower callbacks on the one frame timer: four a second is enough for numbers to be read."""

from collections.abc import Callable

from PySide6.QtCore import QElapsedTimer

VALUE_MS = 250


class Paced:
    """Call it each frame: it calls on at most once in ``every_ms``, and at once the first time."""

    def __init__(self, callback: Callable[[], object], every_ms: int = VALUE_MS) -> None:
        self._callback = callback
        self._every_ms = every_ms
        self._since = QElapsedTimer()

    def __call__(self) -> None:
        """A frame; call on when it is due."""
        if not self._since.isValid() or self._since.hasExpired(self._every_ms):
            self._since.start()
            self._callback()
