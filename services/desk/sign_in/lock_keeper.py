"""Knows whether the desk is locked: by the person, by idle time; opens it by his passphrase."""

import asyncio
from collections.abc import Callable
from datetime import datetime, timedelta

from services.clock.clock import Clock

Listener = Callable[[bool], None]


class LockKeeper:
    """``verify`` raises ExpectedFailure for a wrong passphrase; it blocks, so it runs beside the
    loop and works without central. ``idle_limit`` None = the desk never locks by itself."""

    def __init__(
        self, *, clock: Clock, idle_limit: timedelta | None, verify: Callable[[str], object]
    ) -> None:
        self._locked = False
        self._clock = clock
        self._idle_limit = idle_limit
        self._verify = verify
        self._touched = clock.now()
        self._listeners: list[Listener] = []

    @property
    def is_locked(self) -> bool:
        """Whether the passphrase is asked for."""
        return self._locked

    def subscribe(self, listener: Listener) -> None:
        """``listener`` is told True when the desk was locked, False when it was opened."""
        self._listeners.append(listener)

    def touch(self) -> None:
        """The person pressed a key or moved the mouse; behind a lock that counts for nothing."""
        if not self.is_locked:
            self._touched = self._clock.now()

    def look(self) -> None:
        """Lock when nothing was touched for the limit; asked now and then."""
        if self._idle_limit is None or self.is_locked:
            return
        self._touched = min(self._touched, self._clock.now())  # a clock set back begins anew
        if self._idle() >= self._idle_limit:
            self.lock()

    def lock(self) -> None:
        """Lock now."""
        if not self.is_locked:
            self._set(locked=True)

    async def unlock(self, passphrase: str) -> None:
        """Open the desk; ExpectedFailure WRONG_PASSPHRASE, TOO_MANY_ATTEMPTS leave it locked."""
        await asyncio.to_thread(self._verify, passphrase)
        self._touched = self._clock.now()
        if self.is_locked:
            self._set(locked=False)

    def _idle(self) -> timedelta:
        now: datetime = self._clock.now()
        return now - self._touched

    def _set(self, *, locked: bool) -> None:
        self._locked = locked
        for listener in self._listeners:
            listener(locked)
