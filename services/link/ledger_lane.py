"""Engine end of the ledger lane: all events after the desk's number, then live; requests in."""

import asyncio
import hmac

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
from services.link.lines import OPEN_S, receive
from services.link.ports import Ledger

_BATCH = 256


class LedgerLane:
    """Serves any number of desks from the same stored events."""

    def __init__(self, ledger: Ledger, token: str) -> None:
        self._ledger = ledger
        self._token = token

    async def serve(self, line: ServerConnection) -> None:
        """Serve one desk until its line ends."""
        try:
            hello = await self._hello(line)
            await self._serve_desk(line, hello)
        except* ConnectionClosed:
            return
        except* ExpectedFailure as failures:
            await _deny(line, failures)

    async def _hello(self, line: ServerConnection) -> LedgerHello:
        try:
            async with asyncio.timeout(OPEN_S):
                hello = await receive(line, LedgerRequest)
        except TimeoutError as fault:
            raise ExpectedFailure("没有登录", "连接后应立即登录", "NO_HELLO") from fault
        if not isinstance(hello, LedgerHello):
            raise ExpectedFailure("没有登录", "第一个报文应为登录", "NO_HELLO")
        if not hmac.compare_digest(hello.token.encode(), self._token.encode()):
            raise ExpectedFailure("启动口令不对", "请由工作站启动桌面,或重启工作站", "BAD_TOKEN")
        return hello

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
        repeats: asyncio.Queue[LedgerEvent] = asyncio.Queue()
        async with asyncio.TaskGroup() as tasks:
            tasks.create_task(self._take_requests(line, repeats))
            tasks.create_task(self._tell_events(line, after))
            tasks.create_task(_tell_repeats(line, repeats))

    async def _take_requests(
        self, line: ServerConnection, repeats: asyncio.Queue[LedgerEvent]
    ) -> None:
        while True:
            request = await receive(line, LedgerRequest)
            if not isinstance(request, LedgerHello):
                self._ledger.submit(request, repeats.put_nowait)

    async def _tell_events(self, line: ServerConnection, told: int) -> None:
        stream = self._ledger.stream
        while True:
            await stream.wait_beyond(told)
            for frame in stream.frames_after(told, _BATCH):
                await line.send(frame)
                told += 1


async def _tell_repeats(line: ServerConnection, repeats: asyncio.Queue[LedgerEvent]) -> None:
    while True:
        await line.send(encode(await repeats.get()))


async def _deny(line: ServerConnection, failures: BaseExceptionGroup[ExpectedFailure]) -> None:
    failure: BaseException = failures
    while isinstance(failure, BaseExceptionGroup):
        failure = failure.exceptions[0]
    assert isinstance(failure, ExpectedFailure)
    try:
        await line.send(encode(LedgerDenied(failure.code, f"{failure.title}:{failure.advice}")))
        await line.close(1008, failure.code)
    except ConnectionClosed:
        return
