"""One connection on ``/feed``: history first, then what comes, many records a frame.

Snapshots stand in the line where they belong: right after the last record they reflect.

A subscriber is only a place in each channel: nothing queues for it. One that does not take its
frames in time is dropped; it comes back and asks for what it missed.
"""

import asyncio
import time
from collections.abc import Mapping

from websockets.asyncio.server import ServerConnection

from models.wire.codec import decode, encode
from models.wire.exchange import FeedHeartbeat, FeedHello, FeedResend, FeedWelcome
from services.exchange.feed.source import FeedSource, PublishedChannel, SnapshotShelf
from services.exchange.link import (
    HELLO_SECONDS,
    SEND_SECONDS,
    ProtocolFault,
    first_to_end,
    next_message,
)
from services.market.feed.frames import frame_of_bytes

FLUSH_SECONDS = 0.05
HEARTBEAT_SECONDS = 1.0


class Subscriber:
    """Serves one subscriber until either side ends it."""

    def __init__(
        self,
        socket: ServerConnection,
        source: FeedSource,
        shelf: SnapshotShelf,
        welcome: FeedWelcome,
    ) -> None:
        self._socket = socket
        self._source = source
        self._shelf = shelf
        self._seen_frame = shelf.last_number
        self._welcome = welcome
        self._channels: Mapping[int, PublishedChannel] = {
            one.number: one for one in source.channels
        }
        self._next: dict[int, int] = dict.fromkeys(self._channels, 1)
        self._changed = asyncio.Event()

    def wake(self) -> None:
        """There is something new in some channel."""
        self._changed.set()

    async def serve(self) -> None:
        """Sign the subscriber in and serve it.

        Raises ProtocolFault, TimeoutError, ExpectedFailure WIRE_BAD_MESSAGE, ConnectionClosed.
        """
        async with asyncio.timeout(HELLO_SECONDS):
            hello = decode(await next_message(self._socket), FeedHello)
        if hello.session in ("", self._welcome.session):
            self._begin_at(hello.next_sequence)
        await self._send(encode(self._welcome))
        await first_to_end(self._publish(), self._receive())

    def _begin_at(self, wanted: Mapping[int, int]) -> None:
        for number, channel in self._channels.items():
            place = wanted.get(number, 1)
            self._next[number] = min(max(1, place), channel.last_sequence + 1)

    async def _receive(self) -> None:
        while True:
            request = decode(await next_message(self._socket), FeedResend)
            channel = self._channels.get(request.channel)
            if channel is None:
                raise ProtocolFault(f"no channel {request.channel}")
            await self._send_range(channel, request.first, request.last)

    async def _publish(self) -> None:
        loop = asyncio.get_running_loop()
        beat_at = loop.time()
        await self._send_news()
        await self._send_whole_shelf()
        while True:
            self._changed.clear()
            await self._send_news()
            if loop.time() >= beat_at:
                await self._send_heartbeat()
                beat_at = loop.time() + HEARTBEAT_SECONDS
            await asyncio.sleep(FLUSH_SECONDS)
            await self._wait_until(beat_at)

    async def _wait_until(self, deadline: float) -> None:
        try:
            async with asyncio.timeout_at(deadline):
                await self._changed.wait()
        except TimeoutError:
            self._changed.set()

    async def _send_news(self) -> None:
        """Send what is there now; what comes while it is being sent waits for the next time."""
        seen, self._seen_frame = self._seen_frame, self._shelf.last_number
        news = [
            (number, channel.last_sequence, self._shelf.frames_after(number, seen))
            for number, channel in self._channels.items()
        ]
        for number, last, snapshots in news:
            for _, sequence, packed in snapshots:
                await self._send_up_to(number, sequence)
                await self._send(packed)
            await self._send_up_to(number, last)

    async def _send_up_to(self, number: int, last: int) -> None:
        first = self._next[number]
        self._next[number] = max(first, last + 1)
        await self._send_range(self._channels[number], first, last)

    async def _send_whole_shelf(self) -> None:
        """A channel that went on meanwhile is left out: its next snapshots are on their way."""
        for number, channel in self._channels.items():
            if self._next[number] == channel.last_sequence + 1:
                await self._send_frame(self._shelf.whole(number))

    async def _send_frame(self, packed: bytes) -> None:
        if packed:
            await self._send(packed)

    async def _send_heartbeat(self) -> None:
        published = {number: place - 1 for number, place in self._next.items()}
        await self._send(encode(FeedHeartbeat(self._source.now_ms, published)))

    async def _send_range(self, channel: PublishedChannel, first: int, last: int) -> None:
        for place, packed in channel.packed(first, last):
            await self._send(frame_of_bytes(channel.number, place, packed, time.monotonic_ns()))

    async def _send(self, message: bytes) -> None:
        try:
            async with asyncio.timeout(SEND_SECONDS):
                await self._socket.send(message)
        except TimeoutError as late:
            raise ProtocolFault("too slow") from late
