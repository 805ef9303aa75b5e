"""The exchange's own pictures: every three seconds a snapshot of each security that changed."""

import time
from collections import deque
from collections.abc import Iterable, Mapping

from models.dates import MS_PER_SECOND
from models.rules.market.auction.uncrossing import auction_price
from models.wire.feed import PHASES
from models.wire.snapshot import SNAPSHOT_LEVELS
from services.exchange.feed.channel import Channel
from services.exchange.feed.source import ShelfFrame
from services.exchange.floor.market import Market
from services.exchange.floor.venue import CALLS, Venue
from services.exchange.matching.auction import levels_of
from services.exchange.matching.side import BookSide
from services.market.feed.snapshots import Rows, Snapshot, auction_rows, encode_snapshots

STEP_MS = 3 * MS_PER_SECOND
_KEPT_FRAMES = 64


class SnapshotBoard:
    """Takes the snapshots of a market; subscribers read them on, none queues here for long."""

    def __init__(self, market: Market) -> None:
        self._market = market
        self._venues: Mapping[int, Venue] = {
            venue.listing.index: venue for venue in market.venues.values()
        }
        self._frames: dict[int, deque[ShelfFrame]] = {
            channel.number: deque(maxlen=_KEPT_FRAMES) for channel in market.channels
        }
        self.due_ms = 0
        self.last_number = 0

    def open(self, now_ms: int) -> None:
        """From now on there are subscribers: what happened before needs no snapshot."""
        self.due_ms = (now_ms // STEP_MS + 1) * STEP_MS
        for channel in self._market.channels:
            channel.changed.clear()

    def take(self) -> None:
        """Take a snapshot of every security that changed since the last time."""
        now_ms = self._market.now_ms
        self.due_ms = (now_ms // STEP_MS + 1) * STEP_MS
        for channel in self._market.channels:
            if channel.changed:
                self.last_number += 1
                packed = self._packed(channel, sorted(channel.changed), now_ms)
                frame = ShelfFrame(self.last_number, channel.last_sequence, packed)
                self._frames[channel.number].append(frame)
                channel.changed.clear()

    def frames_after(self, channel: int, number: int) -> list[ShelfFrame]:
        """Return the frames of a channel after a number, oldest first, as far as they are kept."""
        return [frame for frame in self._frames[channel] if frame.number > number]

    def whole(self, channel: int) -> bytes:
        """Return a frame of all securities of a channel as they stand, for who has just come."""
        venues = self._venues.items()
        indexes = [index for index, venue in venues if venue.listing.channel == channel]
        known = next(one for one in self._market.channels if one.number == channel)
        return self._packed(known, indexes, self._market.now_ms)

    def _packed(self, channel: Channel, indexes: Iterable[int], now_ms: int) -> bytes:
        snapshots = (snapshot_of(self._venues[index], now_ms) for index in indexes)
        return encode_snapshots(
            channel.number, channel.last_sequence, snapshots, time.monotonic_ns()
        )


def snapshot_of(venue: Venue, time_ms: int) -> Snapshot:
    """Return what the exchange shows of one security now (market-rules § 2.8)."""
    bids, asks = venue.book.bids, venue.book.asks
    is_auction = venue.phase in CALLS or 0 < asks.best() <= bids.best()
    shown = _match_rows(venue) if is_auction else (_rows(bids), _rows(asks))
    sums = venue.sums
    return Snapshot(
        instrument=venue.listing.index,
        time_ms=time_ms,
        phase=PHASES.index(venue.phase),
        is_auction=is_auction,
        previous_close=venue.listing.previous_close_units,
        last=sums.last,
        open=sums.open,
        high=sums.high,
        low=sums.low,
        bid_average=0 if is_auction else _average(bids),
        ask_average=0 if is_auction else _average(asks),
        volume=sums.volume,
        turnover=sums.turnover,
        trades=sums.trades,
        bid_total=0 if is_auction else bids.quantity,
        ask_total=0 if is_auction else asks.quantity,
        bids=shown[0],
        asks=shown[1],
    )


def _match_rows(venue: Venue) -> tuple[Rows, Rows]:
    listing, book = venue.listing, venue.book
    reference = book.last_units or listing.previous_close_units
    bids, asks = levels_of(book.bids), levels_of(book.asks)
    found = auction_price(listing.exchange, bids, asks, listing.tick_units, reference)
    return auction_rows(*found) if found else ((), ())


def _rows(side: BookSide) -> Rows:
    return tuple(side.depth(SNAPSHOT_LEVELS))


def _average(side: BookSide) -> int:
    """Weighted by shares, half-up to the price unit."""
    return (2 * side.value + side.quantity) // (2 * side.quantity) if side.quantity else 0
