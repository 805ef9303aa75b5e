"""The plain-Python twin of the compiled kernel: slow, simple, the reference for tests."""

from models.wire.feed import (
    KIND_ADD,
    KIND_DELETE,
    KIND_PHASE,
    KIND_REFERENCE,
    KIND_TRADE,
    RECORD,
)
from services.market.feed.record import FeedRecord
from services.market.kernel.auction import AuctionRule, match_auction
from services.market.kernel.book import (
    BUY,
    WORD,
    BarRow,
    BookFacts,
    Buffer,
    ChannelFacts,
    Fault,
    FlowFacts,
    LevelRow,
    QueueRow,
    QuoteFacts,
    Standing,
    TickRow,
    check_flow_limits,
)
from services.market.kernel.twin_book import Orders, TwinBook
from services.market.kernel.twin_facts import facts_of, quote_of, standing_of, words_of

_HASH_START = 0xCBF29CE484222325
_HASH_PRIME = 0x100000001B3
_TOP = 10


class TwinChannel:
    """One feed channel: its orders by id, its last sequence, the book being matched."""

    def __init__(self) -> None:
        self.orders: Orders = {}
        self.last_sequence = 0
        self.applied = 0
        self.stale = 0
        self.unknown = 0
        self.matching: TwinBook | None = None


class TwinBooks:
    """All books of one feed session (services.market.kernel.book.Books)."""

    kernel_name = "python"

    def __init__(self) -> None:
        self._books: list[TwinBook] = []
        self._channels: dict[int, TwinChannel] = {}
        self._channel_of: list[int] = []
        self._flow_limits: list[int] = []

    def add_book(self, channel: int, low_units: int, high_units: int) -> int:
        """Open the next book and return its index; the price hint is not needed here."""
        self._books.append(TwinBook(self._channel(channel).orders, self._flow_limits))
        self._channel_of.append(channel)
        return len(self._books) - 1

    def apply(self, channel: int, records: Buffer) -> int:
        """Apply whole records in order; return how many were new."""
        state = self._channel(channel)
        fields = RECORD.iter_unpack(records)
        return sum(self._apply(state, channel, FeedRecord._make(row)) for row in fields)

    def apply_one(self, record: bytes) -> int:
        """Apply one record in the channel of its instrument."""
        parsed = FeedRecord._make(RECORD.unpack(record))
        if parsed.instrument >= len(self._books):
            return 0
        channel = self._channel_of[parsed.instrument]
        return self._apply(self._channel(channel), channel, parsed)

    def settle(self, channel: int) -> None:
        """What is being matched in a channel has ended: what is left of it rests."""
        self._settle(self._channel(channel))

    def _channel(self, number: int) -> TwinChannel:
        return self._channels.setdefault(number, TwinChannel())

    def _apply(self, channel: TwinChannel, number: int, record: FeedRecord) -> int:
        if record.sequence <= channel.last_sequence:
            channel.stale += 1
            return 0
        channel.last_sequence = record.sequence
        index = record.instrument
        if index >= len(self._books) or self._channel_of[index] != number:
            self._settle(channel)
            channel.unknown += 1
            return 1
        channel.applied += 1
        book = self._books[index]
        if channel.matching is not None and not _continues(channel.matching, book, record):
            self._settle(channel)
        book.stamp(record)
        _dispatch(book, record)
        channel.matching = book if book.pending is not None else None
        return 1

    def _settle(self, channel: TwinChannel) -> None:
        if channel.matching is not None:
            channel.matching.settle()
            channel.matching = None

    def facts(self, index: int) -> BookFacts:
        """Return the numbers of one book."""
        return facts_of(self._books[index])

    def quote(self, index: int) -> QuoteFacts:
        """Return the few numbers of one book that a list shows."""
        return quote_of(self._books[index])

    def channel_facts(self, channel: int) -> ChannelFacts:
        """Return the counters of one channel."""
        state = self._channel(channel)
        return ChannelFacts(state.last_sequence, state.applied, state.stale, state.unknown)

    def top(self, index: int) -> tuple[list[LevelRow], list[LevelRow]]:
        """Return up to ten bids and ten asks, best first."""
        bids, asks = self._books[index].sides
        return bids.rows(_TOP), asks.rows(_TOP)

    def levels(self, index: int, side: int, limit: int) -> list[LevelRow]:
        """Return levels of a side, best first; 0 = all."""
        return self._books[index].sides[side].rows(limit)

    def queue(self, index: int, side: int, price: int, limit: int) -> list[QueueRow]:
        """Return orders at a price in priority order; 0 = all."""
        return self._books[index].sides[side].queue(price, limit)

    def standing(self, index: int, order_id: int) -> Standing | None:
        """Return where a resting order stands in its queue, None when it does not rest here."""
        book = self._books[index]
        found = book.orders.get(order_id)
        return None if found is None or found[0] is not book else standing_of(book, found[1])

    def match(self, index: int, rule: int, reference: int, tick: int) -> tuple[int, int, int]:
        """Return price, volume and remainder of the call auction as it stands; 0s = no match."""
        bids, asks = self._books[index].sides
        return match_auction(bids.rows(0), asks.rows(0), AuctionRule(rule), reference, tick)

    def set_flow_limits(self, super_units: int, large_units: int, medium_units: int) -> None:
        """Say from which turnover on an active order is super, large or medium."""
        check_flow_limits(super_units, large_units, medium_units)
        self._flow_limits[:] = super_units, large_units, medium_units

    def flow(self, index: int) -> tuple[FlowFacts, ...]:
        """Return what active orders traded, by side and size; nothing while no limits are set."""
        return self._books[index].flow.rows()

    def ticks(self, index: int, limit: int) -> list[TickRow]:
        """Return the latest trades, oldest first."""
        rows = list(self._books[index].tape.ticks)
        return rows[-limit:] if limit else []

    def bars(self, index: int, from_minute: int) -> list[BarRow]:
        """Return minute bars from a minute on, oldest first."""
        return self._books[index].tape.rows(from_minute)

    def changed(self, indices: list[int], seen: list[int]) -> list[int]:
        """Return the positions whose version differs from ``seen``, and bring ``seen`` up to it."""
        versions = [self._books[index].version for index in indices]
        pairs = enumerate(zip(versions, seen, strict=True))
        positions = [at for at, (version, known) in pairs if version != known]
        seen[:] = versions
        return positions

    def faulty_books(self) -> list[int]:
        """Return the books that their stream contradicts."""
        return [at for at, book in enumerate(self._books) if book.faults]

    def book_hash(self, index: int) -> int:
        """Return the state hash of one book."""
        return _hash(words_of(self._books[index]))

    def state_hash(self) -> int:
        """Return the hash over all books."""
        return _hash([self.book_hash(index) for index in range(len(self._books))])


def _continues(matching: TwinBook, book: TwinBook, record: FeedRecord) -> bool:
    """Whether the record is a trade or the cancel of the order that is being matched."""
    pending = matching.pending
    if pending is None or matching is not book or record.kind not in (KIND_TRADE, KIND_DELETE):
        return False
    number = (
        record.other_id if record.kind == KIND_TRADE and pending.side != BUY else record.order_id
    )
    return number == pending.order_id


def _dispatch(book: TwinBook, record: FeedRecord) -> None:
    if record.kind == KIND_ADD:
        book.add(record)
    elif record.kind == KIND_TRADE:
        book.trade(record)
    elif record.kind == KIND_DELETE:
        book.delete(record)
    elif record.kind == KIND_PHASE:
        book.set_phase(record.price)
    elif record.kind == KIND_REFERENCE:
        book.set_reference(record.price)
    else:
        book.fault(Fault.BAD_RECORD)


def _hash(words: list[int]) -> int:
    state = _HASH_START
    for word in words:
        state = ((state ^ (word & WORD)) * _HASH_PRIME) & WORD
    return state
