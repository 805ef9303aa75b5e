"""The bench's exchange: frames packed before the run, one plain write a flush, on the real wire."""

import select
import threading
import time
from collections.abc import Iterator
from typing import TextIO

from msgspec.msgpack import Decoder
from websockets.exceptions import ConnectionClosed
from websockets.sync.server import Server, ServerConnection, serve

from models.errors import ExpectedFailure
from models.wire.codec import decode_by, encode
from models.wire.exchange import FeedHeartbeat, FeedHello, FeedRequest, FeedWelcome, OrdersWelcome
from services.market.bench.burst.flow import SESSION, TRADE_DATE, Flush

_HOST = "127.0.0.1"
_REQUESTS: Decoder[FeedRequest] = Decoder(FeedRequest)
_BEAT_NS = 1_000_000_000
_NS_PER_MS = 1_000_000
_TEN_O_CLOCK_MS = 36_000_000


class Publisher:
    """Serves one subscriber on ``/feed`` and an order gateway that stays idle on ``/orders``.

    ``records`` were sent so far; ``sendings`` are the last sequence of the channel ``watched``
    and the time of each paced write.
    """

    def __init__(self, welcome: FeedWelcome, watched: int) -> None:
        self._welcome = encode(welcome)
        self._watched = watched
        self._feed: ServerConnection | None = None
        self._last: dict[int, int] = {}
        self._began = time.monotonic_ns()
        self._beat_due = 0
        self.signed_in = threading.Event()
        self.records = 0
        self.hellos = 0
        self.resends = 0
        self.sendings: list[tuple[int, int]] = []
        self._server: Server = serve(
            self._meet, _HOST, 0, compression=None, ping_interval=None, close_timeout=1
        )
        self._thread = threading.Thread(target=self._server.serve_forever, name="publisher")
        self._thread.start()

    @property
    def port(self) -> int:
        """Where it listens."""
        port: int = self._server.socket.getsockname()[1]
        return port

    def close(self) -> None:
        """Listen no longer."""
        self._server.shutdown()
        self._thread.join()

    def send(self, flush: Flush) -> int:
        """Send one flush now; return when."""
        if self._feed is None:
            raise ExpectedFailure("引擎断开了行情", "见引擎日志", "BENCH_FEED_CUT")
        now = time.monotonic_ns()
        flush.stamp(now)
        self._feed.socket.sendall(flush.raw)
        self.records += flush.records
        self._last |= flush.last
        return now

    def send_paced(self, flushes: list[Flush], every_ns: int) -> tuple[int, int, int]:
        """Send each at its time; return when it began and ended, and the most a write was late."""
        started, late, sent = time.monotonic_ns(), 0, 0
        for number, flush in enumerate(flushes):
            due = started + number * every_ns
            self._beat()
            _sleep_until(due)
            sent = self.send(flush)
            late = max(late, sent - due)
            self.sendings.append((self._last[self._watched], sent))
        return started, sent, late

    def words_while_beating(self, source: TextIO) -> Iterator[str]:
        """Yield the lines of ``source``; beat while none comes."""
        while True:
            self._beat()
            if select.select([source], [], [], _BEAT_NS / 4e9)[0]:
                word = source.readline().strip()
                if not word:
                    return
                yield word

    def _beat(self) -> None:
        now = time.monotonic_ns()
        if now >= self._beat_due and self._feed is not None:
            self._beat_due = now + _BEAT_NS
            try:
                self._feed.send(encode(FeedHeartbeat(self._market_ms(now), self._last)))
            except ConnectionClosed:
                self._feed = None  # the engine was stopped, or is gone: the next write tells

    def _market_ms(self, now: int) -> int:
        """The market's clock goes on: where it stands a desk veils the book as no longer new."""
        return _TEN_O_CLOCK_MS + (now - self._began) // _NS_PER_MS

    def _meet(self, line: ServerConnection) -> None:
        path = line.request.path if line.request else ""
        try:
            if path == "/feed":
                self._serve_feed(line)
            else:
                self._serve_orders(line)
        except ConnectionClosed:
            return

    def _serve_orders(self, line: ServerConnection) -> None:
        line.recv()
        line.send(encode(OrdersWelcome(SESSION, TRADE_DATE)))
        while True:
            line.recv()

    def _serve_feed(self, line: ServerConnection) -> None:
        while True:
            request: FeedRequest = decode_by(line.recv(decode=False), _REQUESTS)
            if not isinstance(request, FeedHello):
                self.resends += 1
                continue
            self.hellos += 1
            line.send(self._welcome)
            self._feed = line
            self.signed_in.set()


def _sleep_until(due_ns: int) -> None:
    left = due_ns - time.monotonic_ns()
    if left > 0:
        time.sleep(left / 1e9)
