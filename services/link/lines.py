"""One websocket line of either lane: how it is opened, read and given up."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import TypeVar

from msgspec.msgpack import Decoder
from websockets.asyncio.client import ClientConnection, connect
from websockets.asyncio.connection import Connection
from websockets.exceptions import ConnectionClosed, WebSocketException

from models.errors import ExpectedFailure
from models.wire.codec import decode_by

T = TypeVar("T")

OPEN_S = 5.0
PING_S = 5.0
SILENCE_S = 15.0
LARGEST_FRAME = 16 * 1024 * 1024


@asynccontextmanager
async def open_line(url: str) -> AsyncIterator[ClientConnection]:
    """Give a line to the engine.

    Raises ExpectedFailure LINE_DOWN when it cannot be opened or breaks while it is used.
    """
    try:
        async with connect(
            url,
            compression=None,
            open_timeout=OPEN_S,
            close_timeout=1,
            ping_interval=PING_S,
            ping_timeout=SILENCE_S,
            max_size=LARGEST_FRAME,
            proxy=None,
        ) as line:
            yield line
    except ConnectionClosed as fault:
        raise _down(_close_reason(fault)) from fault
    except (OSError, TimeoutError, WebSocketException) as fault:
        raise _down("引擎没有应答,可能未启动") from fault


async def receive(line: Connection, decoder: Decoder[T]) -> T:
    """Return the next message; ConnectionClosed at the end of the line.

    Raises ExpectedFailure WIRE_BAD_MESSAGE.
    """
    return decode_by(await line.recv(decode=False), decoder)


def _close_reason(fault: ConnectionClosed) -> str:
    received = fault.rcvd
    if received is not None and received.reason:
        return received.reason
    return "引擎断开了连接"


def _down(reason: str) -> ExpectedFailure:
    return ExpectedFailure("与引擎的连接断开", reason, "LINE_DOWN")
