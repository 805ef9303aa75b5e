"""Waits with the event in hand while central is away: in their order, none lost, none twice.

What comes meanwhile waits where it came from, as in a pipe; an event whose answer was lost on the
way is told again and found known.
"""

from collections import Counter
from collections.abc import Awaitable, Callable
from typing import Protocol

from sqlalchemy.exc import DBAPIError
from sqlalchemy.ext.asyncio import AsyncEngine

from models.errors import ExpectedFailure
from models.wire.service.teams.telephone import CallEvent
from services.central.connection import lost_a_race
from services.clock.clock import Clock
from services.worker.calls.intake import Answer, Intake
from services.worker.calls.source import Unread

_AWAY = frozenset({"CENTRAL_DOWN", "CENTRAL_UNREACHABLE", "CENTRAL_START_FAILED"})
Reach = Callable[[], Awaitable[AsyncEngine]]


class Waiting(Protocol):
    """What is done while central is away."""

    async def away(self, fault: ExpectedFailure) -> None:
        """Say so, and wait until it is worth another try."""
        ...

    def back(self) -> None:
        """An event was answered."""
        ...


class PatientIntake:
    """The telephone system's door at a central that may go and come back."""

    def __init__(self, reach: Reach, clock: Clock, waiting: Waiting) -> None:
        self._reach = reach
        self._clock = clock
        self._waiting = waiting
        self._engine: AsyncEngine | None = None
        self.counts: Counter[str] = Counter()

    async def take(self, event: CallEvent | Unread) -> Answer:
        """Take one event in, however long it takes; raises what is no absence of central."""
        while True:
            try:
                answer = await self._try(event)
            except ExpectedFailure as fault:
                if fault.code not in _AWAY:
                    raise
                await self.close()
                await self._waiting.away(fault)
            except DBAPIError as fault:
                if not lost_a_race(fault):
                    raise
            else:
                self._waiting.back()
                self.counts[answer.code or answer.result] += 1
                return answer

    async def close(self) -> None:
        """Give the connections back."""
        if self._engine is not None:
            await self._engine.dispose()
        self._engine = None

    async def _try(self, event: CallEvent | Unread) -> Answer:
        if self._engine is None:
            self._engine = await self._reach()
        return await Intake(self._engine, self._clock).take(event)
