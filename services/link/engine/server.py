"""The engine's one port: ``/ledger`` and ``/view`` for any number of desks."""

import asyncio
import errno
from collections.abc import Callable

from websockets.asyncio.server import ServerConnection, serve

from models.errors import ExpectedFailure
from services.link.engine.ledger_lane import LedgerLane
from services.link.engine.ports import Ledger, Market
from services.link.engine.view_lane import ViewLane
from services.link.lines import LARGEST_FRAME, PING_S, SILENCE_S

_HOST = "127.0.0.1"


async def serve_lanes(
    *,
    port: int,
    token: str,
    ledger: Ledger,
    market: Market,
    ready: Callable[[int], None],
    stop: asyncio.Event,
) -> None:
    """Serve both lanes on this machine's loopback until ``stop``; ``ready`` gets the port.

    Raises ExpectedFailure PORT_OCCUPIED.
    """
    lanes = {"/ledger": LedgerLane(ledger, token).serve, "/view": ViewLane(market, token).serve}

    async def dispatch(line: ServerConnection) -> None:
        lane = lanes.get(line.request.path if line.request else "")
        if lane is None:
            await line.close(1008, "NO_SUCH_LANE")
            return
        await lane(line)

    try:
        server = await serve(
            dispatch,
            _HOST,
            port,
            compression=None,
            ping_interval=PING_S,
            ping_timeout=SILENCE_S,
            close_timeout=1,
            max_size=LARGEST_FRAME,
        )
    except OSError as fault:
        if fault.errno == errno.EADDRINUSE:
            raise _occupied(port) from fault
        raise
    async with server:
        ready(next(iter(server.sockets)).getsockname()[1])
        await stop.wait()


def _occupied(port: int) -> ExpectedFailure:
    return ExpectedFailure(
        f"端口 {port} 已被占用", "请结束占用它的程序,或在设置中为引擎换一个端口", "PORT_OCCUPIED"
    )
