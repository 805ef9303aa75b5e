"""TCP wires between the processes, which can be cut, stalled and mended."""

import asyncio
from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager, suppress

_CHUNK = 65_536

Ends = tuple[asyncio.StreamReader, asyncio.StreamWriter]


class Wire:
    """Carries what comes to a port of this machine to what ``reach`` connects to."""

    def __init__(self, reach: Callable[[], Awaitable[Ends]]) -> None:
        self._reach = reach
        self._server: asyncio.Server | None = None
        self._links: set[asyncio.StreamWriter] = set()
        self._flows = asyncio.Event()
        self._flows.set()
        self._left: int | None = None  # bytes that still pass before it is cut
        self.port = 0

    @property
    def accepts(self) -> bool:
        """Whether it is not cut."""
        return self._server is not None

    async def mend(self) -> None:
        """Accept connections (again, on the same port) and let stalled bytes flow."""
        self._flows.set()
        self._left = None
        if self._server is None:
            self._server = await asyncio.start_server(self._carry, "127.0.0.1", self.port)
            self.port = self._server.sockets[0].getsockname()[1]

    async def cut(self) -> None:
        """Refuse new connections and break those there are."""
        if self._server is not None:
            self._server.close()
            self._server = None
        for link in tuple(self._links):
            link.transport.abort()

    def cut_after(self, size: int) -> None:
        """Let ``size`` more bytes pass, wherever within a message that is, then cut."""
        self._left = size

    def stall(self) -> None:
        """Hold everything back, connections open, until mended."""
        self._flows.clear()

    async def _carry(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        with self._tracked(writer), suppress(OSError):
            far_reader, far_writer = await self._reach()
            with self._tracked(far_writer):
                await asyncio.gather(self._copy(reader, far_writer), self._copy(far_reader, writer))

    async def _copy(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            while chunk := await reader.read(_CHUNK):
                await self._flows.wait()
                writer.write(self._passing(chunk))
                await writer.drain()
                if self._left == 0:
                    await self.cut()
        finally:
            writer.close()

    def _passing(self, chunk: bytes) -> bytes:
        if self._left is None:
            return chunk
        passing = chunk[: self._left]
        self._left -= len(passing)
        return passing

    @contextmanager
    def _tracked(self, writer: asyncio.StreamWriter) -> Iterator[None]:
        self._links.add(writer)
        try:
            yield
        finally:
            self._links.discard(writer)
            writer.close()


def wire_to_port(port: int) -> Wire:
    """A wire to a TCP port of this machine."""
    return Wire(lambda: asyncio.open_connection("127.0.0.1", port))


def wire_to_socket(path: str) -> Wire:
    """A wire to a socket file of this machine."""
    return Wire(lambda: asyncio.open_unix_connection(path))
