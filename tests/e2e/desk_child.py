"""A desk of its own process that leaves work behind: waits to be killed, or closes its window."""

import asyncio
import sys
from pathlib import Path

from app.desk.run import run_in_qt
from app.frame.crash import CrashReporter
from app.frame.logs import open_log
from app.frame.places import Places
from tests.e2e.desk_work import open_desk


async def _work(places: Places, closes: bool) -> None:
    async with open_desk(places) as manager:
        order = await manager.leave_working_order()
        await manager.log_contact("已告知")
        asked = await manager.close_the_window() if closes else ""
        sys.stdout.write(f"{order} {asked}\n")
        sys.stdout.flush()
        if not closes:
            await asyncio.Event().wait()


if __name__ == "__main__":
    home = Places(Path(sys.argv[1]))
    open_log(home, "desk")
    run_in_qt(_work(home, "close" in sys.argv), CrashReporter(home, "desk"))
