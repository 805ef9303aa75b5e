"""Keeps one connection to the exchange's feed and hands everything to the market heart."""

import asyncio
import contextlib
from collections.abc import Callable
from typing import NoReturn

from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import WebSocketException

from models.errors import ExpectedFailure
from models.wire.codec import decode, encode
from models.wire.exchange import FeedControl, FeedHeartbeat, FeedHello, FeedResend, FeedWelcome
from services.market.feed.frames import HEADER_SIZE, MAX_RECORDS, RECORD_SIZE
from services.market.feed.port import FeedLink
from services.market.heart import MarketHeart

FIRST_RETRY_S = 0.2
LONGEST_RETRY_S = 5.0
SILENCE_S = 5.0
OPEN_TIMEOUT_S = 5.0
_LARGEST_FRAME = HEADER_SIZE + MAX_RECORDS * RECORD_SIZE
_LARGEST_CONTROL = 64 << 20  # a welcome of a whole market
_BREATH_RECORDS = 4_096


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
        self._unbreathed = 0
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
            async with connect(
                self._url,
                max_size=max(_LARGEST_FRAME, _LARGEST_CONTROL),
                open_timeout=OPEN_TIMEOUT_S,
                close_timeout=1,
                compression=None,
                proxy=None,
            ) as connection:
                return await self._serve(connection, stop)
        except TimeoutError:
            return "行情超过 5 秒没有消息"
        except OSError as fault:
            return f"连不上行情:{fault.strerror or '对方未开放'}"
        except WebSocketException:
            return "行情连接中断"
        except ExpectedFailure as failure:
            self.bad_messages += 1
            return f"{failure.title}({failure.code})"

    async def _serve(self, connection: ClientConnection, stop: asyncio.Event) -> NoReturn:
        hello = FeedHello(self._heart.session, self._heart.next_sequences())
        await connection.send(encode(hello))
        closing = asyncio.create_task(_close_at(stop, connection))
        try:
            while True:
                async with asyncio.timeout(SILENCE_S):
                    message = await connection.recv()
                await self._take(connection, message)
        finally:
            closing.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await closing

    async def _take(self, connection: ClientConnection, message: bytes | str) -> None:
        raw = message.encode() if isinstance(message, str) else message
        if raw[:1] == b"C":  # frames begin with CMW2, tagged MessagePack maps never with a letter
            questions = self._heart.on_frame(raw)
            await self._breathe(len(raw))
        else:
            questions = self._control(decode(raw, FeedControl))  # type: ignore[arg-type]  # a union is a type to msgspec
        for question in questions:
            await connection.send(encode(question))

    def _control(self, message: FeedControl) -> list[FeedResend]:
        if isinstance(message, FeedHeartbeat):
            return [*self._heart.on_heartbeat(message), *self._heart.on_timer()]
        is_new = self._heart.on_welcome(message)
        self._retry_s = FIRST_RETRY_S
        self._tell(FeedLink("live", "行情正常"))
        if self._on_welcome is not None:
            self._on_welcome(message, is_new)
        return []

    async def _breathe(self, size: int) -> None:
        """Give the loop its turn: history comes in one burst of hundreds of thousands."""
        self._unbreathed += size // RECORD_SIZE
        if self._unbreathed >= _BREATH_RECORDS:
            self._unbreathed = 0
            await asyncio.sleep(0)

    def _tell(self, link: FeedLink) -> None:
        if link != self.link:
            self.link = link
            self._on_link(link)


async def _wait(stop: asyncio.Event, seconds: float) -> None:
    with contextlib.suppress(TimeoutError):
        await asyncio.wait_for(stop.wait(), seconds)


async def _close_at(stop: asyncio.Event, connection: ClientConnection) -> None:
    await stop.wait()
    await connection.close()
