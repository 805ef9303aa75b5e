"""Approvals by the clock: what waited too long ends, queues follow delegations and escalation."""

import asyncio
import logging

from sqlalchemy.ext.asyncio import AsyncEngine

from models.errors import ExpectedFailure
from services.central.connection import central_faults
from services.central.handlers.approvals.expire import expire_next
from services.central.handlers.approvals.queue import renew_queues
from services.central.session import WORKER, acting
from services.clock.clock import Clock

_LOOK_S = 30.0

_log = logging.getLogger(__name__)


async def keep_approvals(engine: AsyncEngine, clock: Clock) -> None:
    """Look at the clock for ever; end it by cancelling."""
    while True:
        try:
            ended, moved = await look_at_approvals(engine, clock)
            if ended or moved:
                _log.info("%d approvals expired, %d rows of queues changed", ended, moved)
        except ExpectedFailure as failure:
            _log.warning("approvals wait: %s", failure.code)
        await asyncio.sleep(_LOOK_S)


async def look_at_approvals(engine: AsyncEngine, clock: Clock) -> tuple[int, int]:
    """End what is overdue, each in a transaction of its own, then bring the queues up to date.

    Returns how many ended and how many rows of queues changed; ExpectedFailure CENTRAL_DOWN.
    """
    with central_faults():
        ended = 0
        while await _expire_one(engine, clock):
            ended += 1
        async with acting(engine, WORKER) as connection:
            return ended, await renew_queues(connection, clock.now())


async def _expire_one(engine: AsyncEngine, clock: Clock) -> bool:
    async with acting(engine, WORKER) as connection:
        return await expire_next(connection, clock.now())
