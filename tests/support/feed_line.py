"""A line from a market to a market heart without a socket: what the subscriber would send."""

from models.wire.exchange import FeedWelcome
from services.exchange.feed.board import SnapshotBoard
from services.exchange.floor.market import Market
from services.market.feed.frames import frame_of_bytes
from services.market.heart import MarketHeart


class FeedLine:
    """Runs a market in steps of its snapshots and hands everything to a heart, in order."""

    def __init__(self, market: Market, heart: MarketHeart) -> None:
        self.market = market
        self.heart = heart
        self.board = SnapshotBoard(market)
        self._seen = 0
        self._places = dict.fromkeys((channel.number for channel in market.channels), 0)
        announced = tuple(venue.listing.announced() for venue in market.venues.values())
        heart.on_welcome(FeedWelcome("s", "2023-02-01", 1.0, announced))

    def skip_to(self, time_ms: int) -> None:
        """Let the market run without snapshots; the heart gets all records at once."""
        self.market.advance(time_ms)
        self.board.open(time_ms)
        self._send()

    def run_to(self, time_ms: int) -> None:
        """Let the market run, a snapshot every three seconds."""
        while self.board.due_ms <= time_ms:
            self.market.advance(self.board.due_ms)
            self.board.take()
            self._send()

    def _send(self) -> None:
        for channel in self.market.channels:
            for frame in self.board.frames_after(channel.number, self._seen):
                self._send_records(channel.number, frame.sequence)
                self.heart.on_frame(frame.packed)
            self._send_records(channel.number, channel.last_sequence)
        self._seen = self.board.last_number

    def _send_records(self, number: int, last: int) -> None:
        channel = next(one for one in self.market.channels if one.number == number)
        for first, packed in channel.packed(self._places[number] + 1, last):
            self.heart.on_frame(frame_of_bytes(number, first, packed, 0))
        self._places[number] = max(last, self._places[number])
