"""Keeps one connection to the exchange's feed and hands everything to the market heart."""

import asyncio
import contextlib
from collections.abc import Callable

from picows import WSError, WSFrame, WSListener, WSMsgType, WSTransport, ws_connect

from models.errors import ExpectedFailure
from models.wire.codec import decode, encode
from models.wire.exchange import FeedControl, FeedHeartbeat, FeedHello, FeedResend, FeedWelcome
from models.wire.feed import FEED_MAGIC
from services.market.feed.port import FeedLink
from services.market.heart import MarketHeart

FIRST_RETRY_S = 0.2
LONGEST_RETRY_S = 5.0
SILENCE_S = 5.0
LOOK_S = 0.25
OPEN_TIMEOUT_S = 5.0
_LARGEST_FRAME = 64 << 20  # a welcome of a whole market
_READ_BYTES = 1 << 18  # what one turn of the loop may take: some thousands of records
_FRAME_MARK = FEED_MAGIC[0]  # a tagged MessagePack map never begins with a letter
_SILENT = "行情超过 5 秒没有消息"


class FeedClient:
    """A Feed: websocket client of ``/feed``; hello, welcome, frames, resends, reconnect.

    ``on_link`` hears each change of the connection's state; ``on_welcome`` each welcome, with
    True when it is another session. Both run on the loop and must be quick.
    """

    def __init__(
        self,
        url: str,
        heart: MarketHeart,
        on_link: Callable[[FeedLink], None],
        on_welcome: Callable[[FeedWelcome, bool], None] | None = None,
    ) -> None:
        self._url = url
        self._heart = heart
        self._on_link = on_link
        self._on_welcome = on_welcome
        self.link = FeedLink("connecting", "正在连接行情")
        self._retry_s = FIRST_RETRY_S
        self.bad_messages = 0

    async def run(self, stop: asyncio.Event) -> None:
        """Stay connected until ``stop``; every failure is told and tried again."""
        while not stop.is_set():
            self._tell(FeedLink("connecting", self.link.text))
            text = await self._until_lost(stop)
            if stop.is_set():
                break
            self._tell(FeedLink("down", text))
            await _wait(stop, self._retry_s)
            self._retry_s = min(self._retry_s * 2, LONGEST_RETRY_S)
        self._tell(FeedLink("down", "行情已停止"))

    async def _until_lost(self, stop: asyncio.Event) -> str:
        """Hold one connection; return why it ended."""
        try:
            async with asyncio.timeout(OPEN_TIMEOUT_S):
                transport, line = await ws_connect(
                    lambda: _Line(self._heart, self._control),
                    self._url,
                    max_frame_size=_LARGEST_FRAME,
                    read_buffer_init_size=_READ_BYTES,
                )
            assert isinstance(line, _Line)
            return await self._serve(transport, line, stop)
        except TimeoutError:
            return _SILENT
        except OSError as fault:
            return f"连不上行情:{fault.strerror or '对方未开放'}"
        except WSError:
            return "行情连接中断"
        except ExpectedFailure as failure:
            self.bad_messages += 1
            return f"{failure.title}({failure.code})"

    async def _serve(self, transport: WSTransport, line: "_Line", stop: asyncio.Event) -> str:
        """Watch a connection that works by itself; what ended it is raised or returned."""
        watching = asyncio.create_task(line.watch(transport, stop))
        try:
            await transport.wait_disconnected()
        finally:
            watching.cancel()
            transport.disconnect(graceful=False)
            await asyncio.gather(watching, return_exceptions=True)
        return _SILENT if line.is_silent else "行情连接中断"

    def _control(self, message: FeedControl) -> list[FeedResend]:
        if isinstance(message, FeedHeartbeat):
            return [*self._heart.on_heartbeat(message), *self._heart.on_timer()]
        is_new = self._heart.on_welcome(message)
        self._retry_s = FIRST_RETRY_S
        self._tell(FeedLink("live", "行情正常"))
        if self._on_welcome is not None:
            self._on_welcome(message, is_new)
        return []

    def _tell(self, link: FeedLink) -> None:
        if link != self.link:
            self.link = link
            self._on_link(link)


class _Line(WSListener):
    """One connection: frames go to the heart as they lie in the buffer they were received in.

    What a frame raises ends the connection and comes out of ``wait_disconnected``.
    """

    def __init__(
        self, heart: MarketHeart, control: Callable[[FeedControl], list[FeedResend]]
    ) -> None:
        self._heart = heart
        self._control = control
        self._parts = bytearray()  # of a message that came in pieces
        self._silent_looks = 0
        self.is_silent = False

    def on_ws_connected(self, transport: WSTransport) -> None:
        """Say what is needed next of each channel."""
        hello = FeedHello(self._heart.session, self._heart.next_sequences())
        transport.send(WSMsgType.BINARY, encode(hello))

    def on_ws_frame(self, transport: WSTransport, frame: WSFrame) -> None:
        """Take what came; a whole message is the rule, one in pieces is put together."""
        self._silent_looks = 0
        if frame.fin and frame.msg_type is WSMsgType.BINARY:
            self._take(transport, frame.get_payload_as_memoryview())
            return
        if frame.msg_type is WSMsgType.CLOSE:
            transport.disconnect()
        elif frame.msg_type in (WSMsgType.TEXT, WSMsgType.BINARY, WSMsgType.CONTINUATION):
            self._collect(transport, frame)

    async def watch(self, transport: WSTransport, stop: asyncio.Event) -> None:
        """Close the connection at ``stop``, or when nothing came for SILENCE_S."""
        while self._silent_looks < SILENCE_S / LOOK_S and not stop.is_set():
            self._silent_looks += 1
            await _wait(stop, LOOK_S)
        self.is_silent = not stop.is_set()
        transport.disconnect(graceful=False)

    def _collect(self, transport: WSTransport, frame: WSFrame) -> None:
        self._parts += frame.get_payload_as_memoryview()
        if len(self._parts) > _LARGEST_FRAME:
            raise ExpectedFailure("行情报文过长", "请联系支持人员", "WIRE_BAD_MESSAGE")
        if frame.fin:
            whole, self._parts = self._parts, bytearray()
            self._take(transport, memoryview(whole))

    def _take(self, transport: WSTransport, raw: memoryview) -> None:
        if raw and raw[0] == _FRAME_MARK:
            questions = self._heart.on_frame(raw)
        else:
            questions = self._control(decode(raw, FeedControl))  # type: ignore[arg-type]  # a union is a type to msgspec
        for question in questions:
            transport.send(WSMsgType.BINARY, encode(question))


async def _wait(stop: asyncio.Event, seconds: float) -> None:
    with contextlib.suppress(TimeoutError):
        await asyncio.wait_for(stop.wait(), seconds)
