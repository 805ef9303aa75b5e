"""Feeds a recording straight into a market heart, as fast as it goes."""

import asyncio
import struct
import time
from collections import Counter
from collections.abc import Callable, Iterator

from models.errors import ExpectedFailure
from models.wire.exchange import FeedHeartbeat, FeedResend
from services.market.feed.frames import frame_of_bytes
from services.market.feed.port import FeedLink
from services.market.heart import MarketHeart
from services.market.recording.block import Item, ItemKind
from services.market.recording.recording import Recording

_SEQUENCE = struct.Struct("<q")
_SEQUENCE_AT = 32
_LIVE = FeedLink("live", "行情正常")
_OVER = FeedLink("down", "回放已结束")


class RecordedFeed:
    """A Feed. ``on_mark`` hears each recorded hash when the heart stands where it was taken."""

    def __init__(
        self,
        recording: Recording,
        heart: MarketHeart,
        on_mark: Callable[[Item], None] = lambda _: None,
    ) -> None:
        self._recording = recording
        self._heart = heart
        self._on_mark = on_mark
        self._lasts: Counter[int] = Counter()
        self._wanted: dict[int, int] = {}
        self._time_ms = 0
        self.link = FeedLink("connecting", "正在打开录制")

    async def run(self, stop: asyncio.Event) -> None:
        """Give the whole recording, then wait for ``stop``; a file that breaks says so."""
        try:
            for _ in self._blocks():
                if stop.is_set():
                    break
                await asyncio.sleep(0)
        except ExpectedFailure as failure:
            self.link = FeedLink("down", f"{failure.title},{failure.advice}")
        await stop.wait()
        self.link = _OVER if self.link is _LIVE else self.link

    def play(self) -> None:
        """Give the whole recording at once; raises ExpectedFailure RECORDING_UNREADABLE."""
        for _ in self._blocks():
            pass

    def _blocks(self) -> Iterator[int]:
        """Give block after block."""
        self.link = _LIVE
        self._heart.on_welcome(self._recording.welcome)
        self._lasts.clear()
        self._wanted = self._heart.next_sequences()
        for number in range(len(self._recording.blocks)):
            self._play(self._recording.items(number))
            yield number
        self._beat()

    def _play(self, items: list[Item]) -> None:
        for item in items:
            if item.kind is ItemKind.RUN:
                self._run_of(item)
            elif item.kind is ItemKind.TIME:
                self._time_ms = max(self._time_ms, item.value)
                self._beat()
            else:
                self._on_mark(item)

    def _run_of(self, item: Item) -> None:
        first: int = _SEQUENCE.unpack_from(item.records, _SEQUENCE_AT)[0] if item.number else 0
        if first != self._lasts[item.channel] + 1:
            return  # behind a gap of the recording, see Recording
        self._lasts[item.channel] += item.number
        if self._lasts[item.channel] >= self._wanted.get(item.channel, 1):
            self._send(item.channel, first, bytes(item.records))

    def _beat(self) -> None:
        self._answer(self._heart.on_heartbeat(FeedHeartbeat(self._time_ms, dict(self._lasts))))

    def _send(self, channel: int, first: int, packed: bytes) -> None:
        frame = frame_of_bytes(channel, first, packed, time.monotonic_ns())
        self._answer(self._heart.on_frame(frame))

    def _answer(self, questions: list[FeedResend]) -> None:
        for asked in questions:
            for first, packed in self._recording.packed(asked.channel, asked.first, asked.last):
                self._send(asked.channel, first, packed)
