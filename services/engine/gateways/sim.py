"""Gateway to the exchange's ``/orders``: one websocket, kept up, reports never lost or doubled."""

import asyncio
import logging
from collections.abc import Callable

from msgspec.msgpack import Decoder
from picows import WSError, WSFrame, WSListener, WSMsgType, WSTransport, ws_connect

from models.errors import ExpectedFailure
from models.wire.codec import decode_by, encode
from models.wire.exchange import OrderReport, OrdersHello, OrdersWelcome
from services.engine.gateways.gateway import (
    GatewayRequest,
    GatewayState,
    ReportCursor,
    ReportListener,
)
from services.link.backoff import Backoff

_log = logging.getLogger(__name__)
_CONNECT_S = 5.0
_SILENCE_S = 10.0
_REPORTS: Decoder[OrderReport] = Decoder(OrderReport)


class SimGateway:
    """A Gateway. ``url`` is the exchange's ``ws://host:port/orders``."""

    def __init__(self, url: str, name: str, backoff: Backoff) -> None:
        self._url = url
        self._name = name
        self._backoff = backoff
        self._state = GatewayState.CONNECTING
        self._text = "正在连接交易所"
        self._session = ""
        self._transport: WSTransport | None = None

    @property
    def state(self) -> GatewayState:
        """How the line stands."""
        return self._state

    @property
    def state_text(self) -> str:
        """The same in words."""
        return self._text

    def send(self, session: str, request: GatewayRequest) -> bool:
        """Hand over now or not at all (Gateway)."""
        line = self._transport
        if line is None or line.is_disconnected or self._state is not GatewayState.LIVE:
            return False
        if session != self._session:
            return False
        line.send(WSMsgType.BINARY, encode(request))
        return True

    def resume(self) -> None:
        """Drop the line: the next hello asks for everything after the cursor."""
        if self._transport is not None:
            self._transport.disconnect(graceful=False)

    async def run(self, listener: ReportListener, cursor: ReportCursor) -> None:
        """Keep the line up until cancelled."""
        while True:
            reason = await self._one_line(listener, cursor)
            self._leave(GatewayState.DOWN, reason)
            listener.line_lost(reason)
            await self._backoff.pause()
            self._leave(GatewayState.CONNECTING, f"正在重新连接交易所(上次:{reason})")

    async def _one_line(self, listener: ReportListener, cursor: ReportCursor) -> str:
        line = _Line(self._opened, listener)
        try:
            async with asyncio.timeout(_CONNECT_S):
                transport, _ = await ws_connect(
                    lambda: line,
                    self._url,
                    enable_auto_ping=True,
                    auto_ping_idle_timeout=_SILENCE_S / 2,
                    auto_ping_reply_timeout=_SILENCE_S / 2,
                )
        except (OSError, TimeoutError, WSError) as fault:
            return f"交易所连不上:{fault or '超时'}"
        try:
            return await self._follow(transport, line, cursor)
        finally:
            transport.disconnect(graceful=False)

    async def _follow(self, transport: WSTransport, line: "_Line", cursor: ReportCursor) -> str:
        self._transport = transport
        session, report = cursor()
        transport.send(WSMsgType.BINARY, encode(OrdersHello(self._name, session, report)))
        try:
            async with asyncio.timeout(_CONNECT_S):
                await line.answered.wait()
        except TimeoutError:
            return "交易所没有应答登录"
        await transport.wait_disconnected()
        return line.fault or "交易所断开了连接"

    def _opened(self, welcome: OrdersWelcome) -> None:
        self._session = welcome.session
        self._backoff.reset()
        self._state, self._text = GatewayState.LIVE, "已连接交易所"

    def _leave(self, state: GatewayState, text: str) -> None:
        self._transport = None
        self._state, self._text = state, text


class _Line(WSListener):
    """The frames of one connection, in order."""

    def __init__(self, opened: Callable[[OrdersWelcome], None], listener: ReportListener) -> None:
        self._opened = opened
        self._listener = listener
        self._session = ""
        self.fault = ""
        self.answered = asyncio.Event()

    def on_ws_disconnected(self, transport: WSTransport) -> None:
        self.answered.set()

    def on_ws_frame(self, transport: WSTransport, frame: WSFrame) -> None:
        if frame.msg_type is WSMsgType.CLOSE:
            self.fault = "交易所关闭了连接"
            transport.disconnect()
            return
        if frame.msg_type is not WSMsgType.BINARY:
            return
        try:
            self._take(decode_by(frame.get_payload_as_memoryview(), _REPORTS))
        except ExpectedFailure as failure:
            _log.warning("%s", failure)
            self.fault = failure.title
            transport.disconnect(graceful=False)

    def _take(self, report: OrderReport) -> None:
        if isinstance(report, OrdersWelcome):
            self._session = report.session
            self.answered.set()
            self._opened(report)
            self._listener.session_opened(report.session, report.trade_date)
            return
        self._listener.report_came(self._session, report)
