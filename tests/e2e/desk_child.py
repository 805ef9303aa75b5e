"""A desk of its own process that leaves work behind and waits to be killed."""

import asyncio
import sys
from pathlib import Path

from app.desk.run import run_in_qt
from app.frame.crash import CrashReporter
from app.frame.logs import open_log
from app.frame.places import Places
from tests.e2e.desk_work import open_desk


async def _work(places: Places) -> None:
    async with open_desk(places) as manager:
        order = await manager.leave_working_order()
        await manager.log_contact("已告知")
        sys.stdout.write(f"{order}\n")
        sys.stdout.flush()
        await asyncio.Event().wait()


if __name__ == "__main__":
    home = Places(Path(sys.argv[1]))
    open_log(home, "desk")
    run_in_qt(_work(home), CrashReporter(home, "desk"))
