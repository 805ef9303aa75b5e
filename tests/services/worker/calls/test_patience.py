"""The telephone's door at a central that goes away: events in order, none lost, none twice."""

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from sqlalchemy.engine import make_url
from sqlalchemy.ext.asyncio import AsyncEngine

from models.errors import ExpectedFailure
from models.wire.service.teams.telephone import CallAbandoned, CallEvent, CallOffered
from services.central.connection import open_engine
from services.worker.calls.patience import PatientIntake
from tests.support.postgres import FixedClock, ask

_SOCKET = ".s.PGSQL.5432"
AT = "2023-02-01T09:59:01.000+08:00"


class Line:
    """A line to the database that is cut, and mended at the third try."""

    def __init__(self, url: str, folder: Path) -> None:
        self._to = f"{make_url(url).query['host']}/{_SOCKET}"
        self._socket = folder / _SOCKET
        self.url = make_url(url).set(query={"host": str(folder)}).render_as_string()
        self.tries: list[str] = []
        self.returns = 0
        self._carrying: set[asyncio.Task[None]] = set()
        self._server: asyncio.Server | None = None

    async def mend(self) -> None:
        """Let whoever asks through."""
        self._server = await asyncio.start_unix_server(self._carry, self._socket)

    async def cut(self) -> None:
        """Nobody gets through, and whoever was is thrown out."""
        if self._server is not None:
            self._server.close()
        self._server = None
        self._socket.unlink(missing_ok=True)
        for task in tuple(self._carrying):
            task.cancel()
        await asyncio.gather(*self._carrying, return_exceptions=True)

    async def away(self, fault: ExpectedFailure) -> None:
        """Note it; the third time it is over."""
        self.tries.append(fault.code)
        if len(self.tries) % 3 == 0:
            await self.mend()

    def back(self) -> None:
        """Count the answers."""
        self.returns += 1

    async def _carry(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        there, to = await asyncio.open_unix_connection(self._to)
        both = [asyncio.create_task(_copy(reader, to)), asyncio.create_task(_copy(there, writer))]
        self._carrying.update(both)
        await asyncio.wait(both)
        self._carrying.difference_update(both)


async def _copy(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    try:
        while data := await reader.read(1 << 16):
            writer.write(data)
            await writer.drain()
    finally:
        writer.close()


@pytest.fixture
async def line(demo_central: str) -> AsyncIterator[Line]:
    await ask(demo_central, "DELETE FROM service_call")
    with TemporaryDirectory(prefix="pg_line_") as short:  # a socket's path may not be long
        opened = Line(demo_central, Path(short))
        await opened.mend()
        yield opened
        await opened.cut()


async def test_events_wait_in_their_order_and_none_is_lost_or_given_twice(
    demo_central: str, line: Line
) -> None:
    opened: list[AsyncEngine] = []

    async def reach() -> AsyncEngine:
        opened.append(open_engine(line.url))
        return opened[-1]

    intake = PatientIntake(reach, FixedClock(), line)
    events: list[CallEvent] = []
    for number in range(4):
        events.append(CallOffered(f"K{number}", AT, "13999999999", "95300"))
        events.append(CallAbandoned(f"K{number}", AT))
    answers = []
    for number, event in enumerate(events):
        if number in (3, 6):
            await line.cut()
        answers.append(await intake.take(event))
    assert [answer.result for answer in answers] == ["queued", "told"] * 4
    again = [await intake.take(event) for event in events]  # the telephone repeats itself
    await intake.close()
    assert [answer.result for answer in again] == ["known"] * 8
    assert line.tries and set(line.tries) == {"CENTRAL_DOWN"}
    assert len(opened) > 2 and line.returns == 16
    rows = await ask(demo_central, "SELECT call_id, state FROM service_call ORDER BY 1")
    assert rows == [(f"K{number}", "abandoned") for number in range(4)]
    trail = "SELECT count(*) FROM audit_entry WHERE action ~ '^call'"
    assert await ask(demo_central, trail) == [(8,)]


async def test_what_is_no_absence_is_told_at_once(line: Line) -> None:
    async def reach() -> AsyncEngine:
        raise ExpectedFailure("结构太新", "请升级", "CENTRAL_NEWER")

    intake = PatientIntake(reach, FixedClock(), line)
    with pytest.raises(ExpectedFailure, match="CENTRAL_NEWER"):
        await intake.take(CallAbandoned("K1", AT))
    assert line.tries == []
