"""An engine in a process of its own, to be killed: ``python -m tests.support.engine_child``.

Arguments: exchange port, folder, clock. It writes its port to standard output.
"""

import asyncio
import sys
from pathlib import Path

from app.engine import run_engine
from services.clock.clock import clock_from_text
from tests.support.lanes import TOKEN
from tests.support.processes import TRADE_DATE


def _tell(port: int) -> None:
    sys.stdout.write(f"{port}\n")
    sys.stdout.flush()


async def _main(exchange_port: int, folder: Path, clock_text: str) -> None:
    await run_engine(
        port=0,
        exchange_url=f"ws://127.0.0.1:{exchange_port}",
        token=TOKEN,
        folder=folder,
        clock=clock_from_text(clock_text),
        trade_date=TRADE_DATE,
        ready=_tell,
        stop=asyncio.Event(),
    )


if __name__ == "__main__":
    asyncio.run(_main(int(sys.argv[1]), Path(sys.argv[2]), sys.argv[3]))
