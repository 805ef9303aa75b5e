"""Desk end of the view lane: takes the newest frame, then asks for the next."""

import asyncio
from typing import Protocol

from msgspec.msgpack import Decoder
from websockets.asyncio.client import ClientConnection

from models.errors import ExpectedFailure
from models.status import LinkState
from models.wire.codec import encode
from models.wire.view import ViewAck, ViewFrame, ViewHello, ViewMessage, ViewWelcome, Watch
from services.link.backoff import Backoff
from services.link.lines import open_line, receive

_MESSAGES: Decoder[ViewMessage] = Decoder(ViewMessage)


class ViewListener(Protocol):
    """Who shows the frames; every call must be quick."""

    def day_came(self, welcome: ViewWelcome) -> None:
        """The day's instruments; all shown so far is void."""
        ...

    def frame_came(self, frame: ViewFrame) -> None:
        """All that changed since the last frame."""
        ...

    def view_changed(self, state: LinkState, text: str) -> None:
        """The line stands otherwise than before; ``text`` says it in words, with the reason."""
        ...


class ViewClient:
    """Keeps the lane up. ``url`` is ``ws://host:port/view``."""

    def __init__(self, *, url: str, token: str, listener: ViewListener, backoff: Backoff) -> None:
        self._url = url
        self._token = token
        self._listener = listener
        self._backoff = backoff
        self._watch = Watch((), ())
        self._untold: asyncio.Queue[Watch] = asyncio.Queue()  # of this line
        self._state = LinkState.CONNECTING
        self._text = "正在连接行情"

    @property
    def state(self) -> LinkState:
        """How the line stands."""
        return self._state

    @property
    def text(self) -> str:
        """The same in words, with the reason."""
        return self._text

    def watch(self, watch: Watch) -> None:
        """Show this from now on, also after a reconnect.

        Every watch is told, in order: what one leaves out the engine sends anew when the next
        names it again.
        """
        self._watch = watch
        self._untold.put_nowait(watch)

    async def run(self) -> None:
        """Keep the line up until cancelled."""
        while True:
            reason = await self._one_line()
            self._turn(LinkState.DOWN, reason)
            await self._backoff.pause()
            self._turn(LinkState.CONNECTING, f"正在重新连接行情(上次:{reason})")

    async def _one_line(self) -> str:
        try:
            async with open_line(self._url) as line:
                await line.send(encode(ViewHello(self._token)))
                await self._follow(line)
        except ExpectedFailure as failure:
            return failure.advice if failure.code == "LINE_DOWN" else failure.title
        return "连接结束"

    async def _follow(self, line: ClientConnection) -> None:
        self._untold = asyncio.Queue()
        self._untold.put_nowait(self._watch)
        teller = asyncio.create_task(self._tell_watch(line), name="view watch")
        try:
            while True:
                await self._take(line, await receive(line, _MESSAGES))
        finally:
            teller.cancel()
            await asyncio.gather(teller, return_exceptions=True)

    async def _take(self, line: ClientConnection, message: ViewWelcome | ViewFrame) -> None:
        if isinstance(message, ViewWelcome):
            self._listener.day_came(message)
            return
        self._backoff.reset()
        self._turn(LinkState.CONNECTED, "行情已连接")
        self._listener.frame_came(message)
        await line.send(encode(ViewAck(message.frame)))

    async def _tell_watch(self, line: ClientConnection) -> None:
        while True:
            await line.send(encode(await self._untold.get()))

    def _turn(self, state: LinkState, text: str) -> None:
        if (state, text) != (self._state, self._text):
            self._state, self._text = state, text
            self._listener.view_changed(state, text)
