"""Once a business day, whichever worker comes first: what was kept long enough goes."""

import asyncio
import logging

from sqlalchemy.ext.asyncio import AsyncEngine

from models.errors import ExpectedFailure
from services.central.connection import central_faults
from services.central.sync.pruning import Keeping, Pruned, mark_day, prune
from services.clock.clock import Clock

_LOOK_S = 300.0

_log = logging.getLogger(__name__)


async def keep_house(engine: AsyncEngine, clock: Clock, keeping: Keeping) -> None:
    """Look for a new day for ever; end it by cancelling."""
    while True:
        try:
            pruned = await clean_if_new_day(engine, clock, keeping)
            if pruned is not None:
                _log.info("pruned %s", pruned)
        except ExpectedFailure as failure:
            _log.warning("no pruning for now: %s", failure.code)
        await asyncio.sleep(_LOOK_S)


async def clean_if_new_day(engine: AsyncEngine, clock: Clock, keeping: Keeping) -> Pruned | None:
    """Prune if no worker has done so today, else return None; ExpectedFailure CENTRAL_DOWN."""
    today = clock.now().date()
    with central_faults():
        if not await mark_day(engine, today):
            return None
        return await prune(engine, today, keeping)
