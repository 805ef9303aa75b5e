"""Begins the nights at the time the firm has set, and catches up on those that were missed."""

import asyncio
import logging
from datetime import date, time

from models.errors import ExpectedFailure
from services.clock.clock import Clock
from services.worker.nights.run import Nights

_LOOK_S = 20.0

_log = logging.getLogger(__name__)


class NightWatch:
    """``at`` is HH:MM of Beijing time, "" = never."""

    def __init__(self, nights: Nights, clock: Clock, at: str) -> None:
        self._nights = nights
        self._clock = clock
        self._at = time.fromisoformat(at) if at else None
        self._done: date | None = None

    async def run(self) -> None:
        """Look at the clock until cancelled; what goes wrong is tried again."""
        while self._at is not None:
            await self.look()
            await asyncio.sleep(_LOOK_S)

    async def look(self) -> bool:
        """Run what is due; False when nothing was, or it did not work this time."""
        now = self._clock.now()
        if self._at is None or now.time() < self._at or self._done == now.date():
            return False
        try:
            await self._nights.run_due()
        except ExpectedFailure as failure:
            _log.warning("nights wait: %s", failure)
            return False
        except Exception as fault:  # noqa: BLE001 - owner of the work: the next look goes on
            _log.error("nights failed", exc_info=fault)
            return False
        self._done = now.date()
        return True
