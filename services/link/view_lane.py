"""Engine end of the view lane: one frame for all that changed, the next only after its ack."""

import asyncio
import hmac

from websockets.asyncio.server import ServerConnection
from websockets.exceptions import ConnectionClosed

from models.errors import ExpectedFailure
from models.wire.codec import encode
from models.wire.view import ViewAck, ViewFrame, ViewHello, ViewRequest, ViewWelcome, Watch
from services.link.lines import OPEN_S, receive
from services.link.ports import Market

_FRAME_S = 1 / 30
_QUOTES_S = 1 / 4


class ViewLane:
    """Serves any number of desks; each has its own pace and its own watch."""

    def __init__(self, market: Market, token: str) -> None:
        self._market = market
        self._token = token

    async def serve(self, line: ServerConnection) -> None:
        """Serve one desk until its line ends."""
        try:
            await self._hello(line)
            desk = _Desk(line, self._market)
            async with asyncio.TaskGroup() as tasks:
                tasks.create_task(desk.take_requests())
                tasks.create_task(desk.tell())
        except* ConnectionClosed:
            return
        except* ExpectedFailure as failures:
            await line.close(1008, _code(failures))

    async def _hello(self, line: ServerConnection) -> None:
        try:
            async with asyncio.timeout(OPEN_S):
                hello = await receive(line, ViewRequest)
        except TimeoutError as fault:
            raise ExpectedFailure("没有登录", "连接后应立即登录", "NO_HELLO") from fault
        if not isinstance(hello, ViewHello):
            raise ExpectedFailure("没有登录", "第一个报文应为登录", "NO_HELLO")
        if not hmac.compare_digest(hello.token.encode(), self._token.encode()):
            raise ExpectedFailure("启动口令不对", "请由工作站启动桌面", "BAD_TOKEN")


class _Desk:
    """What one desk watches and has been sent."""

    def __init__(self, line: ServerConnection, market: Market) -> None:
        self._line = line
        self._market = market
        self._view = market.subscribe()
        self._frame = 0
        self._acked = asyncio.Event()
        self._session = ""
        self._quotes_due = 0.0

    async def take_requests(self) -> None:
        """Follow what the desk shows and has drawn."""
        while True:
            request = await receive(self._line, ViewRequest)
            if isinstance(request, Watch):
                self._view.watch(request)
                self._quotes_due = 0.0
            elif isinstance(request, ViewAck) and request.frame == self._frame:
                self._acked.set()

    async def tell(self) -> None:
        """Send the newest state at the desk's pace, at most 30 times a second."""
        loop = asyncio.get_running_loop()
        while True:
            started = loop.time()
            await self._welcome()
            await self._line.send(encode(self._next_frame(started)))
            await self._acked.wait()
            self._acked.clear()
            await asyncio.sleep(max(0.0, started + _FRAME_S - loop.time()))

    async def _welcome(self) -> None:
        session, trade_date, speed, instruments = self._market.day()
        if session == self._session:
            return
        self._session = session
        await self._line.send(encode(ViewWelcome(trade_date, speed, instruments)))

    def _next_frame(self, now: float) -> ViewFrame:
        with_quotes = now >= self._quotes_due
        if with_quotes:
            self._quotes_due = now + _QUOTES_S
        changes = self._view.take(with_quotes=with_quotes)
        self._frame += 1
        return ViewFrame(
            self._frame,
            self._market.time_ms(),
            changes.quotes,
            changes.depths,
            changes.bars,
            self._market.health(),
        )


def _code(failures: BaseExceptionGroup[ExpectedFailure]) -> str:
    failure: BaseException = failures
    while isinstance(failure, BaseExceptionGroup):
        failure = failure.exceptions[0]
    return failure.code if isinstance(failure, ExpectedFailure) else ""
