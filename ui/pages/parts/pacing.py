"""Slower callbacks on the one frame timer: four a second is enough for numbers to be read."""

from collections.abc import Callable

from ui.bridge.frame_timer import FRAME_MS

VALUE_MS = 250


class Paced:
    """Call it each frame: it calls on at most once in ``VALUE_MS``, and at once the first time."""

    def __init__(self, callback: Callable[[], object], frame_ms: int = FRAME_MS) -> None:
        self._callback = callback
        self._every = max(1, VALUE_MS // frame_ms)
        self._frame = 0

    def __call__(self) -> None:
        """Count a frame; call on when it is due."""
        is_due = self._frame % self._every == 0
        self._frame += 1
        if is_due:
            self._callback()
