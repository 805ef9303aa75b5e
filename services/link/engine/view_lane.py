"""Engine end of the view lane: one frame for all that changed, the next only after its ack."""

import asyncio
import contextlib

from msgspec.msgpack import Decoder
from websockets.asyncio.server import ServerConnection
from websockets.exceptions import ConnectionClosed

from models.errors import ExpectedFailure
from models.market.details import Details
from models.market.picture import Depth, Quote
from models.wire.codec import encode
from models.wire.view import (
    BarsUpdate,
    ViewAck,
    ViewFrame,
    ViewHello,
    ViewRequest,
    ViewWelcome,
    Watch,
)
from services.link.engine.entrance import check_token, first_message, run_line
from services.link.engine.ports import Market
from services.link.lines import receive

_BEHIND_S = 0.007  # quotes go this long after a book: by then it is painted, and none is due yet
_LEAST_S = 0.014  # between two frames: what comes then is sent as it comes
_FRAME_S = 0.020  # what came before is sent by then, though nothing new comes
_SLOW_S = 1 / 4
_NOTHING_MORE = Details()
_REQUESTS: Decoder[ViewRequest] = Decoder(ViewRequest)


class ViewLane:
    """Serves any number of desks; each has its own pace and its own watch."""

    def __init__(self, market: Market, token: str) -> None:
        self._market = market
        self._token = token

    async def serve(self, line: ServerConnection) -> None:
        """Serve one desk until its line ends."""
        try:
            check_token(await first_message(line, _REQUESTS, ViewHello), self._token)
            desk = _Desk(line, self._market)
            await run_line(desk.take_requests(), desk.tell())
        except ConnectionClosed:
            return
        except ExpectedFailure as failure:
            await line.close(1008, failure.code)


class _Desk:
    """What one desk watches and has been sent."""

    def __init__(self, line: ServerConnection, market: Market) -> None:
        self._line = line
        self._market = market
        self._view = market.subscribe()
        self._frame = 0
        self._acked = asyncio.Event()
        self._told = ("", tuple[int, ...]())
        self._slow_due = 0.0
        self._health = market.health()

    async def take_requests(self) -> None:
        """Follow what the desk shows and has drawn."""
        while True:
            request = await receive(self._line, _REQUESTS)
            if isinstance(request, Watch):
                self._view.watch(request)
                self._slow_due = 0.0
            elif isinstance(request, ViewAck) and request.frame == self._frame:
                self._acked.set()

    async def tell(self) -> None:
        """Send what changed as soon as it changed, at the desk's pace, at most 70 times a second.

        A frame goes out right after news was applied, so that its picture is of that moment.
        Where nothing changed one goes out four times a second all the same: time and health.
        """
        loop = asyncio.get_running_loop()
        while True:
            started = loop.time()
            await self._welcome()
            frame = self._next_frame(started)
            if frame is None:
                await self._wait_for_news(self._slow_due)
                continue
            await self._send(frame)
            if frame.depths and self._slow_due <= started:
                await _sleep_until(started + _BEHIND_S)
                await self._send(self._slow_frame(started))
            await _sleep_until(started + _LEAST_S)
            await self._wait_for_news(started + _FRAME_S)

    async def _send(self, frame: ViewFrame) -> None:
        await self._line.send(encode(frame))
        await self._acked.wait()
        self._acked.clear()

    async def _wait_for_news(self, until: float) -> None:
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout_at(until):
                await self._view.wait_news()

    async def _welcome(self) -> None:
        """Tell the day, and once more should it change meanwhile: no frame may come before it."""
        while True:
            session, trade_date, speed, instruments = self._market.day()
            bounds = self._market.big_order_bounds()
            if not session or (session, bounds) == self._told:
                return
            self._told = session, bounds
            await self._line.send(encode(ViewWelcome(trade_date, speed, instruments, bounds)))

    def _next_frame(self, now: float) -> ViewFrame | None:
        depths, bars = self._view.take_books()
        details = self._view.take_details(now)
        if not depths and now >= self._slow_due:
            return self._slow_frame(now, bars, details)
        if not (depths or bars or details):
            return None
        return self._frame_of((), depths, bars, details)

    def _slow_frame(
        self, now: float, bars: tuple[BarsUpdate, ...] = (), details: Details = _NOTHING_MORE
    ) -> ViewFrame:
        """Hundreds of quotes ride behind the books, never before them: a book waits for none."""
        self._slow_due = now + _SLOW_S
        self._health = self._market.health()
        return self._frame_of(self._view.take_quotes(), (), bars, details)

    def _frame_of(
        self,
        quotes: tuple[Quote, ...],
        depths: tuple[Depth, ...],
        bars: tuple[BarsUpdate, ...],
        details: Details,
    ) -> ViewFrame:
        self._frame += 1
        return ViewFrame(
            self._frame,
            self._market.time_ms(),
            quotes,
            depths,
            bars,
            self._health,
            self._market.sent_ns(),
            details,
        )


async def _sleep_until(moment: float) -> None:
    await asyncio.sleep(max(0.0, moment - asyncio.get_running_loop().time()))
