"""What both doors of the exchange share: deadlines, the word for a broken protocol, raw frames."""

import asyncio
from collections.abc import Coroutine

from websockets.asyncio.server import ServerConnection

HELLO_SECONDS = 10.0
SEND_SECONDS = 10.0


class ProtocolFault(Exception):
    """The other side broke the protocol, or is too slow; the message is the reason it is told."""


async def next_message(socket: ServerConnection) -> bytes:
    """Return the next message; raises ProtocolFault for text, ConnectionClosed at the end."""
    raw = await socket.recv()
    if isinstance(raw, str):
        raise ProtocolFault("binary messages only")
    return raw


async def first_to_end(*works: Coroutine[None, None, None]) -> None:
    """Run coroutines side by side until one ends; the others are cancelled, its fault is raised."""
    tasks = [asyncio.create_task(work) for work in works]
    try:
        ended, _ = await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
    finally:
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
    for task in ended:
        task.result()
