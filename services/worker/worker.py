"""One worker: takes commands as they come, until it is told to finish."""

import asyncio
import logging
from contextlib import suppress
from dataclasses import dataclass, replace

from sqlalchemy.ext.asyncio import AsyncEngine

from models.errors import ExpectedFailure
from models.wire.commands import REFUSED
from services.central.connection import central_faults, is_away, lost_a_race
from services.central.session import WORKER, acting
from services.central.sync.inbox import TakenCommand, count_failure, finish_command, take_command
from services.clock.clock import Clock
from services.worker.answering import Answer, answer_command, settle
from services.worker.right_time import right_now

_IDLE_S = 1.0  # wake-ups are a courtesy: without any the inbox is looked at this often
_AWAY_S = 0.5
_ATTEMPTS = 3
_GIVINGS_UP = _ATTEMPTS + 2  # with what it says, without
_WORDS = 500

_GIVEN_UP = Answer(REFUSED, "COMMAND_FAILED", "中心处理该命令时多次出错,已通知技术支持")

_log = logging.getLogger(__name__)


class Worker:
    """Holds one command at a time, each in a transaction of its own."""

    def __init__(self, engine: AsyncEngine, clock: Clock) -> None:
        self._engine = engine
        self._clock = clock
        self._wake = asyncio.Event()
        self._is_ending = False

    def wake(self, _: str) -> None:
        """Look into the inbox soon."""
        self._wake.set()

    def finish(self) -> None:
        """End after the command in hand."""
        self._is_ending = True
        self._wake.set()

    async def run(self) -> None:
        """Work until ``finish``."""
        while not self._is_ending:
            self._wake.clear()
            try:
                while not self._is_ending and await self.work_once():
                    continue
                await self._pause(_IDLE_S)
            except ExpectedFailure as failure:
                _log.warning("commands wait: %s", failure)
                await self._pause(_AWAY_S)

    async def work_once(self) -> bool:
        """Answer one command; False when none is ready.

        Raises ExpectedFailure CENTRAL_DOWN, CLOCK_WRONG; every other fault is counted on the
        command, which is given up after three attempts, so that the client's next ones can follow.
        """
        with central_faults():
            held = _Held()
            try:
                return await self._take_and_answer(held)
            except Exception as fault:  # noqa: BLE001 - owner of the work: it counts and goes on
                if held.taken is None or is_away(fault):
                    raise
                await self._count(held.taken, fault)
                return True

    async def _take_and_answer(self, held: "_Held") -> bool:
        async with acting(self._engine, WORKER) as connection:
            taken = await take_command(connection)
            if taken is None:
                return False
            now = right_now(self._clock, taken.central_s)
            held.taken = taken
            if taken.attempts < _ATTEMPTS:
                await answer_command(connection, taken, now)
            elif taken.attempts < _GIVINGS_UP:
                await settle(connection, _given_up(taken), _GIVEN_UP, now)
            else:  # what it says cannot even be written down: the inbox keeps it with its trouble
                await finish_command(connection, taken)
        return True

    async def _count(self, taken: TakenCommand, fault: Exception) -> None:
        _log.error("command %s failed", taken.command_id, exc_info=fault)
        if lost_a_race(fault):
            return
        async with acting(self._engine, WORKER) as connection:
            await count_failure(connection, taken, f"{type(fault).__name__}: {fault}"[:_WORDS])

    async def _pause(self, seconds: float) -> None:
        """Wait for a wake-up, no longer than ``seconds``."""
        with suppress(TimeoutError):
            await asyncio.wait_for(self._wake.wait(), seconds)


def _given_up(taken: TakenCommand) -> TakenCommand:
    """What even giving up failed on is not looked into again: the next ones have to follow."""
    return taken if taken.attempts == _ATTEMPTS else replace(taken, envelope=b"")


@dataclass(slots=True)
class _Held:
    taken: TakenCommand | None = None
