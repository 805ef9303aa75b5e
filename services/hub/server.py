"""The hub's websocket server: stateless but for the desks that are connected just now."""

import asyncio
import errno
import logging
from collections.abc import Callable

from sqlalchemy.ext.asyncio import AsyncEngine
from websockets.asyncio.server import ServerConnection, serve
from websockets.exceptions import ConnectionClosed

from models.errors import ExpectedFailure
from models.wire.codec import decode, encode
from models.wire.hub import Denied, SignIn
from models.wire.service.reasons import words_of
from models.wire.soundness import unstorable
from services.central.connection import central_faults
from services.central.sync.wakeups import ANYTHING
from services.clock.clock import Clock
from services.hub.desk_link import DeskLink, Rooms
from services.hub.kept_copies import KeptCopies
from services.hub.signin import Identity, Reception
from services.hub.tls import Listening

_SIGN_IN_S = 10.0
_MOST_BYTES = 8 * 1024 * 1024

_log = logging.getLogger(__name__)


class HubServer:
    """Lets desks in and keeps the list of those to wake."""

    def __init__(self, engine: AsyncEngine, clock: Clock) -> None:
        self._rooms = Rooms(engine, clock, KeptCopies())
        self._reception = Reception(engine, asyncio.get_running_loop().time)
        self._links: set[DeskLink] = set()

    def wake(self, stream: str) -> None:
        """Tell every desk that follows ``stream``; "" wakes all."""
        for link in self._links:
            link.wake(stream)

    def close(self) -> None:
        """Let go what is kept for desks that have not come back."""
        self._rooms.copies.close()

    async def welcome(self, socket: ServerConnection) -> None:
        """Serve one desk from sign-in to the end of its connection."""
        try:
            identity = await self._sign_in(socket)
            if identity is not None:
                await self._serve(DeskLink(socket, identity, self._rooms), identity)
        except* (ConnectionClosed, TimeoutError) as gone:
            _log.info("a desk is gone: %s", gone.exceptions[0])

    async def _serve(self, link: DeskLink, identity: Identity) -> None:
        await link.send(identity.welcome)
        self._links.add(link)
        link.wake(ANYTHING)  # what happened since its last visit it learns by pulling
        try:
            async with asyncio.TaskGroup() as tasks:
                waker = tasks.create_task(link.send_wake_ups())
                await link.answer_requests()
                waker.cancel()
        finally:
            self._links.discard(link)

    async def _sign_in(self, socket: ServerConnection) -> Identity | None:
        async with asyncio.timeout(_SIGN_IN_S):
            raw = await socket.recv()
        try:
            ask = decode(raw if isinstance(raw, bytes) else raw.encode(), SignIn)
            if told := unstorable(ask):
                raise ExpectedFailure(words_of(told), "请检查工号与口令", told)
            with central_faults():
                return await self._reception.sign_in(ask)
        except ExpectedFailure as failure:
            text = f"{failure.title}。{failure.advice}"
            await socket.send(encode(Denied(0, failure.code, text)))
            return None


async def serve_hub(
    server: HubServer, *, at: Listening, ready: Callable[[int], None], stop: asyncio.Event
) -> None:
    """Listen until ``stop``; ``ready`` is told the port.

    Raises ExpectedFailure PORT_OCCUPIED, HUB_PLAIN or HUB_CERTIFICATE_FILE.
    """
    context = at.context()
    try:
        listening = await serve(
            server.welcome,
            at.host,
            at.port,
            ssl=context,
            max_size=_MOST_BYTES,
            compression=None,
            close_timeout=2,
        )
    except OSError as fault:
        if fault.errno != errno.EADDRINUSE:
            raise
        raise ExpectedFailure(
            f"端口 {at.port} 已被占用",
            "请在设置的 [hub] port 换一个端口,或关闭占用它的程序",
            "PORT_OCCUPIED",
        ) from fault
    async with listening:
        ready(next(iter(listening.sockets)).getsockname()[1])
        await stop.wait()
