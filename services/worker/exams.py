"""Exams by the clock: those whose answers cannot come in time any more are ended."""

import asyncio
import logging

from sqlalchemy.ext.asyncio import AsyncEngine

from models.errors import ExpectedFailure
from services.central.connection import central_faults
from services.central.handlers.training.expire import expire_exam
from services.central.session import WORKER, acting
from services.clock.clock import Clock

_LOOK_S = 30.0

_log = logging.getLogger(__name__)


async def keep_exams(engine: AsyncEngine, clock: Clock) -> None:
    """Look at the clock for ever; end it by cancelling."""
    while True:
        try:
            ended = await end_overdue_exams(engine, clock)
            if ended:
                _log.info("%d exams expired", ended)
        except ExpectedFailure as failure:
            _log.warning("exams wait: %s", failure.code)
        await asyncio.sleep(_LOOK_S)


async def end_overdue_exams(engine: AsyncEngine, clock: Clock) -> int:
    """End what is overdue, each in a transaction of its own; return how many.

    Raises ExpectedFailure CENTRAL_DOWN.
    """
    ended = 0
    with central_faults():
        while True:
            async with acting(engine, WORKER) as connection:
                if not await expire_exam(connection, clock.now()):
                    return ended
            ended += 1
