"""Runs a night: step after step, part after part, each part in a transaction of its own.

A step that was interrupted runs again from its beginning: what its committed parts did is found
done. A desk waits at most for the part that holds its own stream.
"""

import logging
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import groupby

from sqlalchemy import RowMapping, func, select, text
from sqlalchemy.exc import DBAPIError
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from models.rules.basis.missing import NotConfigured
from models.tables.firm import CLIENT
from services.central.connection import central_faults, lost_a_race
from services.central.handlers.files.loads import NIGHT_LOCK
from services.central.handlers.firm_rules import read_settings
from services.central.session import NIGHT, acting
from services.clock.clock import Clock
from services.rules.loader import load_calendar
from services.worker.nights import book
from services.worker.nights.book import StepReport
from services.worker.nights.plan import STEPS
from services.worker.nights.step import (
    WHOLE_FIRM,
    Night,
    NotDue,
    Part,
    Step,
    Values,
    moment_of,
    night_is_running,
)
from services.worker.right_time import checked

_CLIENTS_A_PART = 20_000
_MOST_DAYS = 31  # a worker that was away longer needs a person to say which days to run
_WORDS = 500
_RACES = 5
# All clients are joined with all rows: hashing is linear whatever the statistics say, and of tables
# that have just been loaded they say nothing.
_PLANNING = text(
    "SELECT set_config('work_mem', '128MB', true), set_config('jit', 'off', true),"
    " set_config('enable_nestloop', 'off', true)"
)

_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class NightReport:
    """What became of one night."""

    day: date
    steps: tuple[StepReport, ...]


class Nights:
    """Runs nights one at a time, whatever number of workers there is."""

    def __init__(self, engine: AsyncEngine, clock: Clock, steps: Sequence[Step] = STEPS) -> None:
        self._engine = engine
        self._clock = clock
        self._steps = tuple(steps)

    async def run(self, day: date, *, again: bool = False) -> NightReport:
        """Run the steps of ``day`` that have not ended; ``again`` = the ended ones too.

        Raises ExpectedFailure NIGHT_RUNNING when another process is at it, CENTRAL_DOWN.
        """
        with central_faults():
            async with self._alone():
                return await self._run(day, again)

    async def run_due(self) -> tuple[NightReport, ...]:
        """Run all nights after the last one that ended, up to today's.

        Raises as ``run``, and ExpectedFailure CLOCK_WRONG.
        """
        with central_faults():
            today = (await checked(self._engine, self._clock)).now().date()
            async with self._alone():
                first = await self._first_due(today)
                days = [first + timedelta(days=at) for at in range((today - first).days + 1)]
                return tuple([await self._run(day, False) for day in days[-_MOST_DAYS:]])

    async def _first_due(self, today: date) -> date:
        async with acting(self._engine, NIGHT) as connection:
            last = await book.last_night(connection, self._steps[-1].name)
        return today if last is None else min(last + timedelta(days=1), today)

    async def _run(self, day: date, again: bool) -> NightReport:
        async with acting(self._engine, NIGHT) as connection:
            night = await self._night(connection, day)
            ended = {} if again else await book.ended_steps(connection, day, self._steps)
        reports = [
            ended.get(step.name) or await self._run_step(night, step) for step in self._steps
        ]
        return NightReport(day, tuple(reports))

    async def _night(self, connection: AsyncConnection, day: date) -> Night:
        newest = await book.newest_begun(connection)
        return Night(
            day=day,
            now=moment_of(day, self._clock.now()),
            settings=await read_settings(connection, day),
            calendar=load_calendar(),
            is_newest=newest is None or newest <= day,
        )

    async def _run_step(self, night: Night, step: Step) -> StepReport:
        async with acting(self._engine, NIGHT) as connection:
            await book.begin(connection, night, step)
        try:
            async with acting(self._engine, NIGHT) as connection:
                values = await step.values(connection, night)
                parts = [WHOLE_FIRM] if step.is_firm_wide else await _parts(connection)
            for part in parts:
                await self._run_part(night, step, part, values)
        except (NotDue, NotConfigured) as hindrance:
            reason = hindrance.reason if isinstance(hindrance, NotDue) else hindrance.code
            async with acting(self._engine, NIGHT) as connection:
                if isinstance(hindrance, NotConfigured) and step.unset is not None:
                    await connection.execute(step.unset.sql, night.common | {"code": reason})
                return await book.end(connection, night, step, book.SKIPPED, reason)
        except Exception as fault:
            await self._note_failure(night, step, fault)
            raise
        async with acting(self._engine, NIGHT) as connection:
            return await book.end(connection, night, step, book.DONE)

    async def _run_part(self, night: Night, step: Step, part: Part, values: Values) -> None:
        """Run it, once more where a command that is applied meanwhile was given the way."""
        for _ in range(_RACES):
            try:
                return await self._try_part(night, step, part, values)
            except DBAPIError as fault:
                if not lost_a_race(fault):
                    raise
                _log.info("step %s gave way and begins its part again", step.name)
        return await self._try_part(night, step, part, values)

    async def _try_part(self, night: Night, step: Step, part: Part, values: Values) -> None:
        given = {**night.common, **part.values, **values}
        async with acting(self._engine, NIGHT) as connection:
            await connection.execute(_PLANNING)
            counts: dict[str, int] = {}
            for each in step.statements:
                done = await connection.execute(each.sql, given)
                if each.counted:
                    counts[each.counted] = counts.get(each.counted, 0) + max(done.rowcount, 0)
            await book.add_counts(connection, night, step, counts)

    async def _note_failure(self, night: Night, step: Step, fault: Exception) -> None:
        _log.error("step %s of the night of %s failed", step.name, night.day, exc_info=fault)
        async with acting(self._engine, NIGHT) as connection:
            words = f"{type(fault).__name__}: {fault}"[:_WORDS]
            await book.note_failure(connection, night, step, words)

    @asynccontextmanager
    async def _alone(self) -> AsyncIterator[None]:
        """Hold the night's lock; a killed process lets go of it."""
        async with self._engine.connect() as connection:
            lock = {"lock": NIGHT_LOCK}
            if not await connection.scalar(text("SELECT pg_try_advisory_lock(:lock)"), lock):
                raise night_is_running()
            await connection.commit()
            try:
                yield
            finally:
                await connection.execute(text("SELECT pg_advisory_unlock(:lock)"), lock)
                await connection.commit()


async def _parts(connection: AsyncConnection) -> list[Part]:
    """Cut all clients into parts of whole streams, some thousands of clients each."""
    query = (
        select(CLIENT.c.branch_id, CLIENT.c.manager_id, func.count().label("clients"))
        .group_by(CLIENT.c.branch_id, CLIENT.c.manager_id)
        .order_by(CLIENT.c.branch_id, CLIENT.c.manager_id)
    )
    rows = (await connection.execute(query)).mappings().all()
    return [
        Part(branch_id, managers)
        for branch_id, streams in groupby(rows, lambda row: str(row["branch_id"]))
        for managers in _cut(list(streams))
    ]


def _cut(streams: Sequence[RowMapping]) -> list[tuple[str, ...]]:
    parts: list[list[str]] = []
    room = 0
    for row in streams:
        if room < row["clients"] or not parts:
            parts.append([])
            room = _CLIENTS_A_PART
        parts[-1].append(str(row["manager_id"]))
        room -= row["clients"]
    return [tuple(part) for part in parts]
