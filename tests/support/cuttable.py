"""A wire to PostgreSQL that a test can cut and mend."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress

from services.central.connection import central_url

_CHUNK = 65_536


class CuttableWire:
    """Forwards a TCP port of this machine to the server behind a database URL."""

    def __init__(self, url: str) -> None:
        self._target = central_url(url)
        self._server: asyncio.Server | None = None
        self._links: set[asyncio.StreamWriter] = set()
        self._port = 0

    @property
    def url(self) -> str:
        """The database by way of this wire."""
        return f"postgresql://postgres@127.0.0.1:{self._port}/{self._target.database}"

    async def mend(self) -> None:
        """Accept connections (again, on the same port)."""
        self._server = await asyncio.start_server(self._carry, "127.0.0.1", self._port)
        self._port = self._server.sockets[0].getsockname()[1]

    async def cut(self) -> None:
        """Refuse new connections and break those there are."""
        if self._server is not None:
            self._server.close()
        for link in tuple(self._links):
            link.transport.abort()

    async def _carry(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        folder = str(self._target.query["host"])
        far_reader, far_writer = await asyncio.open_unix_connection(f"{folder}/.s.PGSQL.5432")
        with self._tracked(writer), self._tracked(far_writer), suppress(ConnectionError):
            await asyncio.gather(_copy(reader, far_writer), _copy(far_reader, writer))

    def _tracked(self, writer: asyncio.StreamWriter) -> "_Tracked":
        return _Tracked(self._links, writer)


class _Tracked:
    def __init__(self, links: set[asyncio.StreamWriter], writer: asyncio.StreamWriter) -> None:
        self._links, self._writer = links, writer

    def __enter__(self) -> None:
        self._links.add(self._writer)

    def __exit__(self, *_: object) -> None:
        self._links.discard(self._writer)
        self._writer.close()


async def _copy(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    while chunk := await reader.read(_CHUNK):
        writer.write(chunk)
        await writer.drain()
    writer.close()


@asynccontextmanager
async def cuttable(url: str) -> AsyncIterator[CuttableWire]:
    """A mended wire; cut at the end of the block."""
    wire = CuttableWire(url)
    await wire.mend()
    try:
        yield wire
    finally:
        await wire.cut()
