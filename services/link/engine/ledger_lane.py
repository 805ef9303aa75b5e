"""Engine end of the ledger lane: all events after the desk's number, then live; requests in."""

import asyncio
import contextlib

from msgspec.msgpack import Decoder
from websockets.asyncio.server import ServerConnection
from websockets.exceptions import ConnectionClosed

from models.errors import ExpectedFailure
from models.wire.codec import encode
from models.wire.ledger import (
    LedgerDenied,
    LedgerEvent,
    LedgerHello,
    LedgerRequest,
    LedgerWelcome,
)
from services.link.engine.entrance import check_token, first_message, run_line
from services.link.engine.ports import Ledger
from services.link.lines import receive

_BATCH = 256
_REQUESTS: Decoder[LedgerRequest] = Decoder(LedgerRequest)


class LedgerLane:
    """Serves any number of desks from the same stored events."""

    def __init__(self, ledger: Ledger, token: str) -> None:
        self._ledger = ledger
        self._token = token

    async def serve(self, line: ServerConnection) -> None:
        """Serve one desk until its line ends."""
        try:
            hello = await first_message(line, _REQUESTS, LedgerHello)
            check_token(hello, self._token)
            await self._serve_desk(line, hello)
        except ConnectionClosed:
            return
        except ExpectedFailure as failure:
            await _deny(line, failure)

    async def _serve_desk(self, line: ServerConnection, hello: LedgerHello) -> None:
        stream = self._ledger.stream
        after = hello.after_number if hello.ledger == stream.ledger else 0
        if after > stream.last_number:
            raise ExpectedFailure(
                "桌面的编号比引擎日志还新",
                f"桌面 {after},引擎 {stream.last_number}。引擎日志可能被替换,请联系支持人员",
                "LEDGER_BEHIND",
            )
        welcome = LedgerWelcome(stream.ledger, stream.last_number, stream.trade_date)
        await line.send(encode(welcome))
        desk = _Desk(line, self._ledger, after)
        await run_line(desk.take_requests(), desk.tell_events(), desk.tell_repeats())


class _Desk:
    """One desk's line: ``told`` is the number of the last event it was sent."""

    def __init__(self, line: ServerConnection, ledger: Ledger, told: int) -> None:
        self._line = line
        self._ledger = ledger
        self._told = told
        self._repeats: asyncio.Queue[LedgerEvent] = asyncio.Queue()

    async def take_requests(self) -> None:
        """Hand requests to the order path."""
        while True:
            request = await receive(self._line, _REQUESTS)
            if not isinstance(request, LedgerHello):
                self._ledger.submit(request, self._repeats.put_nowait)

    async def tell_events(self) -> None:
        """Send every stored event, in order."""
        stream = self._ledger.stream
        while True:
            await stream.wait_beyond(self._told)
            for frame in stream.frames_after(self._told, _BATCH):
                await self._line.send(frame)
                self._told += 1

    async def tell_repeats(self) -> None:
        """Send earlier events again; one that is still on its way answers by itself."""
        while True:
            event = await self._repeats.get()
            if event.number <= self._told:
                await self._line.send(encode(event))


async def _deny(line: ServerConnection, failure: ExpectedFailure) -> None:
    text = f"{failure.title}:{failure.advice}"
    with contextlib.suppress(ConnectionClosed):
        await line.send(encode(LedgerDenied(failure.code, text)))
        await line.close(1008, failure.code)
