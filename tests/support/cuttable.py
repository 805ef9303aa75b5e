"""A wire to PostgreSQL that a test can cut and mend."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass

from app.commands.chaos.stage.wire import Wire, wire_to_socket
from services.central.connection import central_url


@dataclass(frozen=True, slots=True)
class CuttableWire:
    """One wire to one database."""

    wire: Wire
    database: str | None

    @property
    def url(self) -> str:
        """The database by way of this wire."""
        return f"postgresql://postgres@127.0.0.1:{self.wire.port}/{self.database}"

    async def mend(self) -> None:
        """Accept connections (again, on the same port)."""
        await self.wire.mend()

    async def cut(self) -> None:
        """Refuse new connections and break those there are."""
        await self.wire.cut()


@asynccontextmanager
async def cuttable(url: str) -> AsyncIterator[CuttableWire]:
    """A mended wire; cut at the end of the block."""
    target = central_url(url)
    wire = wire_to_socket(f"{target.query['host']}/.s.PGSQL.5432")
    await wire.mend()
    try:
        yield CuttableWire(wire, target.database)
    finally:
        await wire.cut()
