"""A desk as the hub sees it: speaks the wire, knows nothing else."""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from itertools import count
from typing import TypeVar

import msgspec
from websockets.asyncio.client import ClientConnection, connect

from app.hub import run_hub
from models.wire.codec import decode, encode
from models.wire.commands import Command, Envelope
from models.wire.hub import (
    Changes,
    Denied,
    HubMessage,
    HubRequest,
    Pull,
    Push,
    Pushed,
    Resync,
    SignedIn,
    SignIn,
    SnapshotPart,
    Unmask,
    Unmasked,
    WakeUp,
)
from models.wire.packing import unpack
from services.clock.clock import Clock
from services.desk.sync.line import LARGEST_BYTES
from services.hub.tls import Listening
from tests.support.postgres import FixedClock

M = TypeVar("M")
_DEADLINE_S = 20


@asynccontextmanager
async def running_hub(
    url: str, clock: Clock | None = None, at: Listening | None = None
) -> AsyncIterator[int]:
    """A hub on a free port; it ends with the block."""
    stop, port = asyncio.Event(), asyncio.get_running_loop().create_future()
    hub = asyncio.create_task(
        run_hub(
            at=at or Listening(),
            database_url=url,
            clock=clock or FixedClock(),
            ready=port.set_result,
            stop=stop,
        )
    )
    try:
        yield await asyncio.wait_for(port, _DEADLINE_S)
    finally:
        stop.set()
        await asyncio.wait_for(hub, _DEADLINE_S)


class HubDesk:
    """One signed-in desk."""

    def __init__(self, socket: ClientConnection, welcome: SignedIn) -> None:
        self._socket = socket
        self._requests = count(1)
        self._sequences = count(1)
        self.welcome = welcome
        self.woken: list[str] = []

    async def push(self, *commands: Envelope, follows: int = 0) -> Pushed | Denied:
        """Send commands up; ``follows``: the push before them, by its number."""
        packed = tuple(msgspec.Raw(encode(command)) for command in commands)
        return await self._ask(lambda number: Push(number, packed, follows), (Pushed, Denied))

    async def pull(self, stream: str, after: int, limit: int = 1_000) -> Changes | Denied:
        """Fetch changes."""
        return await self._ask(lambda n: Pull(n, stream, after, limit), (Changes, Denied))

    async def resync(self, stream: str) -> list[SnapshotPart]:
        """Fetch everything."""
        first = await self._ask(lambda number: Resync(number, stream), (SnapshotPart,))
        parts = [first]
        while not parts[-1].finished:
            parts.append(await self._next((SnapshotPart,)))
        return parts

    async def unmask(self, client_id: str, field: str, reason: str) -> Unmasked | Denied:
        """Ask for a personal field in clear."""
        return await self._ask(
            lambda number: Unmask(number, "B001", client_id, field, reason), (Unmasked, Denied)
        )

    async def wake_up(self, stream: str) -> WakeUp:
        """Wait for a wake-up of ``stream``."""
        while (said := await self._next((WakeUp,))).stream != stream:
            continue
        return said

    async def send(self, raw: bytes) -> HubMessage:
        """Send bytes as they are; return the answer."""
        await self._socket.send(raw)
        return await self._next((Denied,))

    def envelope(self, command: Command, *, key: str, **changed: object) -> Envelope:
        """Wrap a command of this desk."""
        number = next(self._sequences)
        plain: dict[str, object] = {
            "command_id": f"{self.welcome.staff_id}-{id(self)}-{number}",
            "branch_id": self.welcome.branch_id,
            "manager_id": self.welcome.staff_id,
            "author": self.welcome.staff_id,
            "desk": "desk-1",
            "sequence": number,
            "key": key,
            "expected_version": 0,
            "created_at": "2023-02-01T10:00:00.000+08:00",
            "command": command,
        }
        return Envelope(**(plain | changed))  # type: ignore[arg-type]

    async def _ask(self, request: Callable[[int], HubRequest], kinds: tuple[type[M], ...]) -> M:
        await self._socket.send(encode(request(next(self._requests))))
        return await self._next(kinds)

    async def _next(self, kinds: tuple[type[M], ...]) -> M:
        """The next message of these kinds; wake-ups in between are kept in ``woken``."""
        async with asyncio.timeout(_DEADLINE_S):
            while True:
                message = await receive(self._socket)
                if isinstance(message, kinds):
                    return message
                assert isinstance(message, WakeUp), message
                self.woken.append(message.stream)


async def receive(socket: ClientConnection) -> HubMessage:
    """The next message."""
    raw = await socket.recv(decode=False)
    return decode(unpack(raw, LARGEST_BYTES), HubMessage)  # type: ignore[arg-type]  # a union of tagged messages


@asynccontextmanager
async def knocking(
    port: int, staff_id: str, passphrase: str = "demo"
) -> AsyncIterator[tuple[ClientConnection, HubMessage]]:
    """A connection and the hub's answer to its sign-in."""
    async with connect(f"ws://127.0.0.1:{port}", compression=None, max_size=None) as socket:
        await socket.send(encode(SignIn(staff_id, passphrase, "desk-1")))
        yield socket, await receive(socket)


@asynccontextmanager
async def signed_in(port: int, staff_id: str) -> AsyncIterator[HubDesk]:
    """A desk that was let in."""
    async with knocking(port, staff_id) as (socket, welcome):
        assert isinstance(welcome, SignedIn), welcome
        yield HubDesk(socket, welcome)
