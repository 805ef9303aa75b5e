"""Walks one security's book through its day and looks for every snapshot on the way."""

from dataclasses import dataclass

from models.market.instrument import Exchange, Phase
from services.market.feed.frames import RECORD_SIZE
from services.market.kernel.choice import new_books
from services.market.pictures import FUND_TICK_UNITS, STOCK_TICK_UNITS, average, phase_of_time
from services.market.sources.codes import exchange_of_code
from services.market.sources.day import RecordArray
from services.market.sources.snapshots import ExchangeSnapshot
from services.market.verify.compare import (
    AUCTION_PHASES,
    LADDER_PHASES,
    Picture,
    auction,
    is_blank,
    is_same_auction,
    is_same_ladder,
    is_virtual,
    ladder,
    odd_number,
    published,
)
from services.market.verify.windows import StateTimes

_FUND_FIRST = ("5", "15", "16", "18", "11", "12")
_CHANNEL = 1
_AVERAGE_UNITS = 10  # published averages carry three decimals


@dataclass(slots=True)
class Tally:
    """Rows compared and equal. Not among them, by rule: ``blank`` (outside continuous trading the
    exchange shows no book at all) and ``late_phase`` (equal, but as the other kind of picture:
    the phase word lags behind the book). Further columns are counted for information."""

    compared: int = 0
    equal: int = 0
    auction_compared: int = 0
    auction_equal: int = 0
    blank: int = 0
    late_phase: int = 0
    not_comparable: int = 0
    averages_equal: int = 0
    withdrawals_equal: int = 0
    queues_compared: int = 0
    queues_equal: int = 0
    first_difference: dict[str, object] | None = None

    def add(self, other: "Tally") -> None:
        """Add another security's rows."""
        for name in _COUNTS:
            setattr(self, name, getattr(self, name) + getattr(other, name))
        self.first_difference = self.first_difference or other.first_difference


_COUNTS = (
    "compared",
    "equal",
    "auction_compared",
    "auction_equal",
    "blank",
    "late_phase",
    "not_comparable",
    "averages_equal",
    "withdrawals_equal",
    "queues_compared",
    "queues_equal",
)


@dataclass(slots=True)
class _Sought:
    """A snapshot and the states it may show."""

    snapshot: ExchangeSnapshot
    shown: Picture
    first: int
    last: int
    nearest: Picture | None = None
    odd_number: str = ""


class SecurityWalk:
    """One security's records, its snapshots and the only book."""

    def __init__(
        self, symbol: str, records: RecordArray, snapshots: list[ExchangeSnapshot]
    ) -> None:
        self._symbol = symbol
        self._exchange: Exchange = exchange_of_code(symbol[:6])
        is_fund = symbol.startswith(_FUND_FIRST)
        self._tick_units = FUND_TICK_UNITS if is_fund else STOCK_TICK_UNITS
        self._raw = records.tobytes()
        self._count = len(records)
        self.books = new_books()
        self.books.add_book(_CHANNEL, 0, 0)
        self.tally = Tally()
        self._sought = self._comparable(StateTimes(records), snapshots)
        self._state = 0

    def _comparable(self, states: StateTimes, snapshots: list[ExchangeSnapshot]) -> list[_Sought]:
        sought = []
        for snapshot in snapshots:
            if snapshot.phase not in AUCTION_PHASES | LADDER_PHASES:
                self.tally.not_comparable += 1
                continue
            sought.append(_Sought(snapshot, published(snapshot), *states.candidates(snapshot)))
        return sorted(sought, key=lambda one: one.first)

    def run(self) -> None:
        """Apply every record; each snapshot is found at the first state that equals it."""
        open_ones: list[_Sought] = []
        for one in self._sought:
            if one.first > one.last:
                self._differs(one)
                continue
            self._advance(open_ones, one.first)
            open_ones.append(one)
        self._advance(open_ones, self._count + 1)

    def _advance(self, open_ones: list[_Sought], until: int) -> None:
        """Compare states up to, not including, ``until``; then stand before it."""
        while open_ones and self._state < until:
            self._look(open_ones)
            if self._state == self._count:
                break
            self._apply_to(self._state + 1)
        for one in open_ones:
            if until > self._count:
                self._differs(one)
        self._apply_to(min(until, self._count))

    def _apply_to(self, state: int) -> None:
        if state > self._state:
            run = self._raw[self._state * RECORD_SIZE : state * RECORD_SIZE]
            self.books.apply(_CHANNEL, run)
            self._state = state

    def _look(self, open_ones: list[_Sought]) -> None:
        """Strike off the snapshots that this state equals, or that no later one may equal."""
        built = ladder(self.books)
        kept = []
        for one in open_ones:
            if self._is_found(one, built):
                continue
            if self._state >= one.last:
                self._differs(one)
                continue
            kept.append(one)
        open_ones[:] = kept

    def _is_found(self, one: _Sought, built: Picture) -> bool:
        is_auction = one.snapshot.phase in AUCTION_PHASES
        virtual = None
        if is_auction or is_virtual(one.shown):
            virtual = auction(self.books, self._exchange, one.snapshot, self._tick_units)
        one.nearest = virtual if is_auction and virtual else built
        if is_auction:
            return self._is_auction_found(one, built)
        if is_same_ladder(one.shown, built):
            one.odd_number = odd_number(one.snapshot, self.books.facts(0))
            if not one.odd_number:
                self._count_equal(one)
                return True
        return virtual is not None and self._is_late(is_same_auction(one.shown, virtual))

    def _is_auction_found(self, one: _Sought, built: Picture) -> bool:
        if one.nearest is not None and is_same_auction(one.shown, one.nearest):
            self.tally.auction_compared += 1
            self.tally.auction_equal += 1
            return True
        return self._is_late(not is_blank(one.shown) and is_same_ladder(one.shown, built))

    def _is_late(self, is_equal: bool) -> bool:
        self.tally.late_phase += is_equal
        return is_equal

    def _count_equal(self, one: _Sought) -> None:
        tally, snapshot = self.tally, one.snapshot
        tally.compared += 1
        tally.equal += 1
        facts = self.books.facts(0)
        own = tuple(map(average, facts.values, facts.totals))
        told = (snapshot.bid_average_units, snapshot.ask_average_units)
        tally.averages_equal += all(
            abs(left - right) <= _AVERAGE_UNITS for left, right in zip(own, told, strict=True)
        )
        tally.withdrawals_equal += (
            *facts.withdrawn_counts,
            *facts.withdrawn,
        ) == (
            snapshot.bid_withdrawn_count,
            snapshot.ask_withdrawn_count,
            snapshot.bid_withdrawn,
            snapshot.ask_withdrawn,
        )
        if snapshot.bid_queue or snapshot.ask_queue:
            tally.queues_compared += 1
            tally.queues_equal += self._has_same_queues(one)

    def _has_same_queues(self, one: _Sought) -> bool:
        told = (one.snapshot.bid_queue, one.snapshot.ask_queue)
        for side, rows in enumerate((one.shown.bids, one.shown.asks)):
            price = rows[0][0] if rows else 0
            queue = self.books.queue(0, side, price, 50)
            if tuple(quantity for _, quantity in queue) != told[side]:
                return False
        return True

    def _differs(self, one: _Sought) -> None:
        if is_blank(one.shown) and not _is_continuous(one.snapshot):
            self.tally.blank += 1
            return
        if one.snapshot.phase in AUCTION_PHASES:
            self.tally.auction_compared += 1
        else:
            self.tally.compared += 1
        if self.tally.first_difference is None:
            self.tally.first_difference = _difference(self._symbol, one)


def _is_continuous(snapshot: ExchangeSnapshot) -> bool:
    """Whether the exchange must have shown a book: said to trade, and in the hours of it."""
    is_session = phase_of_time(snapshot.time_ms) is Phase.CONTINUOUS
    return is_session and snapshot.phase == "TRADE"


def _difference(symbol: str, one: _Sought) -> dict[str, object]:
    snapshot = one.snapshot
    seconds, ms = divmod(snapshot.time_ms, 1_000)
    clock = f"{seconds // 3600:02}:{seconds // 60 % 60:02}:{seconds % 60:02}.{ms:03}"
    found: dict[str, object] = {"security": symbol, "time": clock, "phase": snapshot.phase}
    found |= {"trades": snapshot.trade_count, "volume": snapshot.volume}
    if one.nearest is None:
        return found | {"reason": "no state of the book has so many trades at that time"}
    pairs = (
        ("bids", one.shown.bids, one.nearest.bids),
        ("asks", one.shown.asks, one.nearest.asks),
        ("totals", list(one.shown.totals), list(one.nearest.totals)),
    )
    if one.odd_number:
        found["reason"] = f"same book, another {one.odd_number}"
    return found | {
        name: {"published": told, "rebuilt": own} for name, told, own in pairs if told != own
    }
