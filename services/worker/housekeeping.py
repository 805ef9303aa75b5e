"""Once a business day, whichever worker comes first: what was kept long enough goes."""

from sqlalchemy.ext.asyncio import AsyncEngine

from services.central.sync.pruning import Keeping, Pruned, mark_day, prune
from services.clock.clock import Clock
from services.worker.keeper import keep
from services.worker.right_time import checked

_LOOK_S = 300.0


async def keep_house(engine: AsyncEngine, clock: Clock, keeping: Keeping) -> None:
    """Look for a new day for ever; end it by cancelling."""

    async def look() -> str:
        pruned = await clean_if_new_day(engine, clock, keeping)
        return str(pruned) if pruned is not None else ""

    await keep("housekeeping", look, _LOOK_S)


async def clean_if_new_day(engine: AsyncEngine, clock: Clock, keeping: Keeping) -> Pruned | None:
    """Prune if no worker has done so today, else return None. Raises CLOCK_WRONG."""
    today = (await checked(engine, clock)).now().date()
    return await prune(engine, today, keeping) if await mark_day(engine, today) else None
