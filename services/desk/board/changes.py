"""Tells the screens what changed, after the desk's own memory has been brought up to date."""

import asyncio
from collections.abc import Awaitable, Callable

from models.status import ChangeSet

Refresher = Callable[[ChangeSet], Awaitable[None]]
Listener = Callable[[ChangeSet], None]

_NOTHING = ChangeSet()


class DeskChanges:
    """The desk's ChangeFeed: refreshers first, in the order they were added, then listeners."""

    def __init__(self) -> None:
        self._refreshers: list[Refresher] = []
        self._listeners: dict[int, Listener] = {}
        self._next = 0
        self._turn = asyncio.Lock()

    def refresh_with(self, refresher: Refresher) -> None:
        """Await ``refresher`` at each announcement before anybody on the screen is told."""
        self._refreshers.append(refresher)

    def subscribe(self, listener: Listener) -> Callable[[], None]:
        """Call ``listener`` after each change; returns the way out, which may be used twice."""
        number = self._next
        self._next += 1
        self._listeners[number] = listener
        return lambda: self._leave(number)

    async def announce(self, change: ChangeSet) -> None:
        """Bring the desk's memory up to date, then tell the screens.

        One after the other: two at once could leave the older reading of a row in memory.
        """
        async with self._turn:
            for refresher in self._refreshers:
                await refresher(change)
            self.tell(change)

    def tell(self, change: ChangeSet) -> None:
        """Tell the screens of what touches no stored row: connections, alerts."""
        if change == _NOTHING:
            return
        for listener in tuple(self._listeners.values()):
            listener(change)

    def _leave(self, number: int) -> None:
        self._listeners.pop(number, None)
