"""A worker as the process runs it, on this loop or as a process that can be killed."""

import asyncio
import os
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from app.worker import run_worker
from tests.support.postgres import FixedClock
from tests.support.shared_data import REPOSITORY

_DEADLINE_S = 20
_PROGRAM = """
import asyncio, os
from app.worker import run_worker
from tests.support.postgres import FixedClock
asyncio.run(run_worker(database_url=os.environ["CENTRAL_URL"], clock=FixedClock(),
                       night_at="", ready=print, stop=asyncio.Event()))
"""


@asynccontextmanager
async def running_worker(url: str) -> AsyncIterator[None]:
    """A worker on this loop; it ends with the block."""
    stop, ready = asyncio.Event(), asyncio.Event()
    worker = asyncio.create_task(
        run_worker(
            database_url=url,
            clock=FixedClock(),
            night_at="",
            ready=lambda _: ready.set(),
            stop=stop,
        )
    )
    try:
        await asyncio.wait_for(ready.wait(), _DEADLINE_S)
        yield
    finally:
        stop.set()
        await asyncio.wait_for(worker, _DEADLINE_S)


@asynccontextmanager
async def worker_process(url: str) -> AsyncIterator[asyncio.subprocess.Process]:
    """A worker process; killed at the end of the block at the latest."""
    process = await asyncio.create_subprocess_exec(
        sys.executable,
        "-c",
        _PROGRAM,
        cwd=REPOSITORY,
        env=os.environ | {"CENTRAL_URL": url, "PYTHONPATH": str(REPOSITORY)},
        stdout=asyncio.subprocess.DEVNULL,
    )
    try:
        yield process
    finally:
        if process.returncode is None:
            process.kill()
        await process.wait()
