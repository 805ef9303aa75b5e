"""Follows a market heart and hands everything that its books were given to a writer."""

from collections.abc import Callable

from models.dates import MS_PER_DAY
from models.wire.exchange import FeedWelcome
from services.market.heart import MarketHeart
from services.market.recording.block import Item, ItemKind
from services.market.recording.writer import CHANNEL_SHIFT, Batch, Entry, Handed

BATCH_BYTES = 1 << 20
LONGEST_WAIT_S = 2.0
BOOKS_A_BEAT = 4
_WORD = (1 << 64) - 1


class Recorder:
    """A HeartFollower: in the hot path a run is appended whole, nothing is looked at or packed.

    Each heartbeat adds the market time and the hashes of the next few books, so that a replay can
    be proved book by book; ``finish`` adds the hash over all books. A replayed day is not recorded
    again. ``now`` in seconds.
    """

    def __init__(
        self, heart: MarketHeart, hand: Callable[[Batch], None], now: Callable[[], float]
    ) -> None:
        self._heart = heart
        self._hand = hand
        self._now = now
        self._entries: list[Entry] = []
        self._records = bytearray()
        self._is_live = False
        self._next_book = 0
        self._handed_at = now()
        heart.follow(self)

    def day_opened(self, welcome: FeedWelcome) -> None:
        """Begin or go on with the recording of this session."""
        self._is_live = not welcome.replay
        if self._is_live:
            self._hand_over()
            self._hand(welcome)

    def run_applied(self, channel: int, run: memoryview) -> None:
        """Keep a run of records (HeartFollower)."""
        if not self._is_live:
            return
        self._records += run
        self._entries.append(channel << CHANNEL_SHIFT | len(run))
        if len(self._records) >= BATCH_BYTES:
            self._hand_over()

    def time_told(self, time_ms: int) -> None:
        """Keep the market time and a few hashes (HeartFollower)."""
        if not self._is_live:
            return
        if 0 <= time_ms < MS_PER_DAY:
            self._entries.append(Item(ItemKind.TIME, 0, 0, time_ms))
        books = len(self._heart.symbols)
        for _ in range(min(BOOKS_A_BEAT, books)):
            self._next_book %= books
            self._mark_book(self._next_book)
            self._next_book += 1
        if self._now() - self._handed_at >= LONGEST_WAIT_S:
            self._hand_over()

    def finish(self) -> None:
        """Add the hash over all books and hand over what is left."""
        if self._is_live:
            state = self._heart.books.state_hash() & _WORD
            self._entries.append(Item(ItemKind.STATE_HASH, 0, 0, state))
        self._hand_over()

    def _mark_book(self, index: int) -> None:
        found = self._heart.books.book_hash(index) & _WORD
        self._entries.append(Item(ItemKind.BOOK_HASH, 0, index, found))

    def _hand_over(self) -> None:
        self._handed_at = self._now()
        if self._entries:
            self._hand(Handed(self._entries, self._records))
            self._entries, self._records = [], bytearray()
