"""Desk end of the ledger lane: every event once and in order, whatever happens to the line."""

import asyncio
from typing import Protocol

from msgspec.msgpack import Decoder
from websockets.asyncio.client import ClientConnection
from websockets.exceptions import ConnectionClosed

from models.errors import ExpectedFailure
from models.status import LinkState
from models.wire.codec import encode
from models.wire.ledger import (
    LedgerDenied,
    LedgerEvent,
    LedgerHello,
    LedgerInput,
    LedgerMessage,
    LedgerWelcome,
)
from services.link.backoff import Backoff
from services.link.lines import OPEN_S, open_line, receive

_SEND_S = 5.0
_MESSAGES: Decoder[LedgerMessage] = Decoder(LedgerMessage)


class LedgerListener(Protocol):
    """Who keeps the events; called one after the other."""

    async def cursor(self) -> tuple[str, int]:
        """Journal id and number of the last event stored; ("", 0) = none."""
        ...

    async def welcomed(self, welcome: LedgerWelcome) -> None:
        """The engine answered; events up to ``last_number`` follow at once."""
        ...

    async def line_opened(self) -> None:
        """Requests may be sent now."""
        ...

    async def event_came(self, ledger: str, event: LedgerEvent) -> None:
        """The next event; it counts as taken when this returns."""
        ...

    async def event_repeated(self, event: LedgerEvent) -> None:
        """An earlier event again, as the answer to a repeated request."""
        ...

    def line_changed(self, state: LinkState, text: str) -> None:
        """The line stands otherwise than before; ``text`` says it in words, with the reason."""
        ...


class LedgerClient:
    """Keeps the lane up. ``url`` is ``ws://host:port/ledger``."""

    def __init__(self, *, url: str, token: str, listener: LedgerListener, backoff: Backoff) -> None:
        self._url = url
        self._token = token
        self._listener = listener
        self._backoff = backoff
        self._line: ClientConnection | None = None
        self._state = LinkState.CONNECTING
        self._text = "正在连接交易引擎"

    @property
    def state(self) -> LinkState:
        """How the line stands."""
        return self._state

    @property
    def text(self) -> str:
        """The same in words, with the reason."""
        return self._text

    async def run(self) -> None:
        """Keep the line up until cancelled."""
        while True:
            reason = await self._one_line()
            self._line = None
            self._turn(LinkState.DOWN, reason)
            await self._backoff.pause()
            self._turn(LinkState.CONNECTING, f"正在重新连接交易引擎(上次:{reason})")

    async def send(self, request: LedgerInput) -> None:
        """Send a request now. Raises ExpectedFailure ENGINE_DOWN; nothing is kept for later."""
        line = self._line
        if line is None:
            raise self._down()
        try:
            async with asyncio.timeout(_SEND_S):
                await line.send(encode(request))
        except (ConnectionClosed, TimeoutError) as fault:
            raise self._down() from fault

    async def _one_line(self) -> str:
        try:
            async with open_line(self._url) as line:
                welcome, last = await self._sign_in(line)
                await self._follow(line, welcome, last)
        except TimeoutError:
            return "引擎没有及时应答"
        except ExpectedFailure as failure:
            return failure.advice if failure.code == "LINE_DOWN" else failure.title
        return "连接结束"

    async def _sign_in(self, line: ClientConnection) -> tuple[LedgerWelcome, int]:
        ledger, number = await self._listener.cursor()
        await line.send(encode(LedgerHello(self._token, number, ledger)))
        async with asyncio.timeout(OPEN_S):
            welcome = await receive(line, _MESSAGES)
        if isinstance(welcome, LedgerDenied):
            raise ExpectedFailure(welcome.text, "请重启工作站", welcome.code)
        if not isinstance(welcome, LedgerWelcome):
            raise ExpectedFailure("引擎的应答无法识别", "两端版本可能不同", "WIRE_BAD_MESSAGE")
        return welcome, number if ledger == welcome.ledger else 0

    async def _follow(self, line: ClientConnection, welcome: LedgerWelcome, last: int) -> None:
        await self._listener.welcomed(welcome)
        self._line = line
        self._backoff.reset()
        self._turn(LinkState.CONNECTED, "已连接交易引擎")
        await self._listener.line_opened()
        while True:
            event = await receive(line, _MESSAGES)
            if isinstance(event, LedgerDenied):
                raise ExpectedFailure(event.text, "请重启工作站", event.code)
            if isinstance(event, LedgerWelcome):
                continue
            if event.number <= last:
                await self._listener.event_repeated(event)
            elif event.number == last + 1:
                await self._listener.event_came(welcome.ledger, event)
                last += 1
            else:
                raise ExpectedFailure("引擎事件编号有缺口", "正在重新取回", "LEDGER_GAP")

    def _turn(self, state: LinkState, text: str) -> None:
        if (state, text) != (self._state, self._text):
            self._state, self._text = state, text
            self._listener.line_changed(state, text)

    def _down(self) -> ExpectedFailure:
        return ExpectedFailure(
            "交易引擎未连接,委托没有发出", f"{self._text}。连接恢复后请重新提交", "ENGINE_DOWN"
        )
