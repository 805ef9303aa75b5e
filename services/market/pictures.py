"""Paints what a screen shows of a book: quote, depth and minute bars."""

from models.market.instrument import Phase, SecurityKind
from models.market.picture import BookHealth, Depth, Level, MinuteBar, Quote, Tick
from models.wire.exchange import FeedInstrument
from models.wire.feed import PHASES
from services.market.feed.snapshots import Rows, Snapshot
from services.market.kernel.auction import NO_MATCH, AuctionMatch, auction_rule
from services.market.kernel.book import BUY, SELL, Books, LevelRow, QuoteFacts

QUEUE_ORDERS = 50
TICKS = 50
STOCK_TICK_UNITS = 100
FUND_TICK_UNITS = 10

_CALLS = frozenset((Phase.OPENING_CALL, Phase.OPENING_LOCKED, Phase.CLOSING_CALL))
# Ends of the phases of a stock's day, milliseconds (market-rules § 2.1).
_PHASE_ENDS = (
    (33_300_000, Phase.CLOSED),
    (33_600_000, Phase.OPENING_CALL),
    (33_900_000, Phase.OPENING_LOCKED),
    (34_200_000, Phase.GAP),
    (41_400_000, Phase.CONTINUOUS),
    (46_800_000, Phase.LUNCH),
    (53_820_000, Phase.CONTINUOUS),
    (54_000_000, Phase.CLOSING_CALL),
)


def phase_of_time(time_ms: int) -> Phase:
    """Return the phase of a stock at a time of day, where no phase record said so."""
    return next((phase for end, phase in _PHASE_ENDS if time_ms < end), Phase.CLOSED)


def tick_units_of(instrument: FeedInstrument) -> int:
    """Return the price step: 0.01 yuan for stocks, 0.001 for the rest (market-rules § 2.6)."""
    return STOCK_TICK_UNITS if instrument.kind is SecurityKind.STOCK else FUND_TICK_UNITS


class Painter:
    """Turns the numbers of one security's book into pictures."""

    def __init__(self, books: Books, index: int, instrument: FeedInstrument) -> None:
        self._books = books
        self._index = index
        self._instrument = instrument
        self._tick_units = tick_units_of(instrument)
        self._rule = auction_rule(instrument.exchange)

    def quote(self) -> Quote:
        """Return the line of this security."""
        facts = self._books.quote(self._index)
        if self._is_auction(facts):
            price = self._match(facts).price_units
            return self._quote(facts, price, price)
        return self._quote(facts, facts.bid, facts.ask)

    def depth(self, health: BookHealth, reason: str) -> Depth:
        """Return ten levels, queues, totals and latest trades; in an auction the virtual match."""
        line, facts = self._books.quote(self._index), self._books.facts(self._index)
        bids, asks = self._books.top(self._index)
        match = self._match(line)
        is_auction = self._is_auction(line)
        if is_auction:
            bids = asks = _virtual_levels(match)
        return Depth(
            quote=self._quote(line, bids[0][0] if bids else 0, asks[0][0] if asks else 0),
            bids=tuple(Level(*row) for row in bids),
            asks=tuple(Level(*row) for row in asks),
            bid_queue=() if is_auction else self._queue(BUY, bids),
            ask_queue=() if is_auction else self._queue(SELL, asks),
            bid_total=facts.totals[BUY],
            ask_total=facts.totals[SELL],
            bid_average_units=average(facts.values[BUY], facts.totals[BUY]),
            ask_average_units=average(facts.values[SELL], facts.totals[SELL]),
            auction_units=match.price_units,
            auction_volume=match.volume,
            auction_unmatched=match.unmatched,
            ticks=tuple(_tick(row) for row in self._books.ticks(self._index, TICKS)),
            health=health,
            health_reason=reason,
            sequence=facts.sequence,
            bid_orders=facts.orders[BUY],
            ask_orders=facts.orders[SELL],
        )

    def snapshot_quote(self, shown: Snapshot) -> Quote:
        """Return the line of this security as the exchange's snapshot shows it."""
        instrument = self._instrument
        return Quote(
            symbol=instrument.symbol,
            last_units=shown.last,
            previous_close_units=shown.previous_close or instrument.previous_close_units,
            open_units=shown.open,
            high_units=shown.high,
            low_units=shown.low,
            volume=shown.volume,
            turnover_units=shown.turnover,
            bid_units=shown.bids[0][0] if shown.bids else 0,
            ask_units=shown.asks[0][0] if shown.asks else 0,
            limit_up_units=instrument.limit_up_units,
            limit_down_units=instrument.limit_down_units,
            phase=PHASES[shown.phase],
            time_ms=shown.time_ms,
        )

    def snapshot_depth(self, shown: Snapshot, sequence: int, reason: str) -> Depth:
        """Return the exchange's snapshot as a ladder: no queues, ticks as far as the book came."""
        bids, asks = shown.bids, shown.asks
        match = _told_match(bids, asks) if shown.is_auction else NO_MATCH
        return Depth(
            quote=self.snapshot_quote(shown),
            bids=tuple(Level(*row) for row in (bids[:1] if shown.is_auction else bids)),
            asks=tuple(Level(*row) for row in (asks[:1] if shown.is_auction else asks)),
            bid_queue=(),
            ask_queue=(),
            bid_total=shown.bid_total,
            ask_total=shown.ask_total,
            bid_average_units=shown.bid_average,
            ask_average_units=shown.ask_average,
            auction_units=match.price_units,
            auction_volume=match.volume,
            auction_unmatched=match.unmatched,
            ticks=tuple(_tick(row) for row in self._books.ticks(self._index, TICKS)),
            health=BookHealth.SNAPSHOT,
            health_reason=reason,
            sequence=sequence,
        )

    def bars(self, from_minute: int) -> tuple[MinuteBar, ...]:
        """Return minute bars from a minute on."""
        return tuple(MinuteBar(*row) for row in self._books.bars(self._index, from_minute))

    def match(self) -> AuctionMatch:
        """Return the virtual match of the book as it stands."""
        return self._match(self._books.quote(self._index))

    def _phase(self, facts: QuoteFacts) -> Phase:
        return phase_of_time(facts.time_ms) if facts.phase < 0 else PHASES[facts.phase]

    def _is_auction(self, facts: QuoteFacts) -> bool:
        """A crossed book is an auction being executed: it is never shown as a ladder."""
        return self._phase(facts) in _CALLS or is_crossed(facts)

    def _match(self, facts: QuoteFacts) -> AuctionMatch:
        if not is_crossed(facts):
            return NO_MATCH
        close = facts.previous_close or self._instrument.previous_close_units
        found = self._books.match(self._index, self._rule, facts.last or close, self._tick_units)
        return AuctionMatch(*found)

    def _queue(self, side: int, rows: list[LevelRow]) -> tuple[int, ...]:
        if not rows:
            return ()
        queue = self._books.queue(self._index, side, rows[0][0], QUEUE_ORDERS)
        return tuple(quantity for _, quantity in queue)

    def _quote(self, facts: QuoteFacts, bid_units: int, ask_units: int) -> Quote:
        instrument = self._instrument
        return Quote(
            symbol=instrument.symbol,
            last_units=facts.last,
            previous_close_units=facts.previous_close or instrument.previous_close_units,
            open_units=facts.open,
            high_units=facts.high,
            low_units=facts.low,
            volume=facts.volume,
            turnover_units=facts.turnover,
            bid_units=bid_units,
            ask_units=ask_units,
            limit_up_units=instrument.limit_up_units,
            limit_down_units=instrument.limit_down_units,
            phase=self._phase(facts),
            time_ms=facts.time_ms,
        )


def is_crossed(facts: QuoteFacts) -> bool:
    """Whether the best bid reaches the best ask."""
    return 0 < facts.ask <= facts.bid


def average(value: int, quantity: int) -> int:
    """Return the weighted average price, half-up; 0 of nothing."""
    return (2 * value + quantity) // (2 * quantity) if quantity else 0


def _virtual_levels(match: AuctionMatch) -> list[LevelRow]:
    return [(match.price_units, match.volume, 0)] if match.volume else []


def _told_match(bids: Rows, asks: Rows) -> AuctionMatch:
    """Read the auction form of a snapshot: the second level holds what is left over."""
    if not bids:
        return NO_MATCH
    left_over = sum(row[1] for row in bids[1:]) - sum(row[1] for row in asks[1:])
    return AuctionMatch(bids[0][0], bids[0][1], left_over)


def _tick(row: tuple[int, int, int, int, int]) -> Tick:
    number, time_ms, price, quantity, side = row
    return Tick(number, time_ms, price, quantity, chr(side))
