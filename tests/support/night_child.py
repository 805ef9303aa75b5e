"""A process that runs one night, to be killed: ``python -m tests.support.night_child URL DAY``."""

import asyncio
import sys
from datetime import date, datetime, time

from models.dates import BEIJING
from services.worker.nights.run import Nights
from tests.support.postgres import FixedClock, engine_on


async def _night(url: str, day: date) -> None:
    async with engine_on(url) as engine:
        clock = FixedClock(datetime.combine(day, time(18, 30), BEIJING))
        await Nights(engine, clock).run(day)


if __name__ == "__main__":
    asyncio.run(_night(sys.argv[1], date.fromisoformat(sys.argv[2])))
