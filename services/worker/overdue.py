"""What ends by the clock: exams without answers, approvals without a decision, time to answer a
question; queues follow. A login that holds a transaction open is ended too: others wait for it."""

from collections.abc import Awaitable, Callable
from datetime import datetime

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from services.central.handlers.approvals.expire import expire_next
from services.central.handlers.approvals.queue import renew_queues
from services.central.handlers.clients.teams.questions.clock import lapse_next, renew_desks
from services.central.handlers.training.expire import expire_exam
from services.central.session import WORKER, acting
from services.clock.clock import Clock
from services.worker.keeper import keep
from services.worker.right_time import checked

_LOOK_S = 30.0
_LONG_S = 120  # a report of a whole firm takes seconds
_END_LONG = text("SELECT end_long_transactions(:seconds)")


async def keep_overdue(engine: AsyncEngine, clock: Clock) -> None:
    """Look at the clock for ever; end it by cancelling."""

    async def look() -> str:
        return await end_overdue(engine, clock)

    await keep("overdue", look, _LOOK_S)


async def end_overdue(engine: AsyncEngine, clock: Clock) -> str:
    """End what is over and say what it was, "" = nothing. Raises ExpectedFailure CLOCK_WRONG."""
    sessions = await end_long_transactions(engine)
    right = await checked(engine, clock)
    exams = await end_exams(engine, right)
    approvals, rows = await end_approvals(engine, right)
    questions, laid = await lapse_questions(engine, right)
    told = (
        f"{exams} exams and {approvals} approvals ended, {questions} questions lapsed,"
        f" {rows + laid} rows of queues changed, {sessions} sessions ended"
    )
    return told if sessions or exams or approvals or questions or rows or laid else ""


async def end_long_transactions(engine: AsyncEngine, seconds: int = _LONG_S) -> int:
    """End what persons' own logins keep open for so long; return how many there were."""
    async with acting(engine, WORKER) as connection:
        return int(await connection.scalar(_END_LONG, {"seconds": seconds}))


async def end_exams(engine: AsyncEngine, clock: Clock) -> int:
    """End what is overdue; return how many."""
    return await _end_each(engine, clock, expire_exam)


async def end_approvals(engine: AsyncEngine, clock: Clock) -> tuple[int, int]:
    """End what is overdue, then bring the queues up to date: delegations, escalation.

    Returns how many ended and how many rows of queues changed.
    """
    ended = await _end_each(engine, clock, expire_next)
    async with acting(engine, WORKER) as connection:
        return ended, await renew_queues(connection, clock.now())


async def lapse_questions(engine: AsyncEngine, clock: Clock) -> tuple[int, int]:
    """Pass on or mark what was not answered in time, then bring the advisers' queues up to date.

    Returns how many lapsed and how many rows of queues changed.
    """
    lapsed = await _end_each(engine, clock, lapse_next)
    async with acting(engine, WORKER) as connection:
        return lapsed, await renew_desks(connection)


async def _end_each(
    engine: AsyncEngine,
    clock: Clock,
    end_next: Callable[[AsyncConnection, datetime], Awaitable[bool]],
) -> int:
    """Each in a transaction of its own."""
    ended = 0
    while True:
        async with acting(engine, WORKER) as connection:
            if not await end_next(connection, clock.now()):
                return ended
        ended += 1
