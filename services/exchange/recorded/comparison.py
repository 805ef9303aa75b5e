"""Feeds inferred orders to the matching engine and compares its trades with the exchange's own."""

from collections.abc import Iterable
from dataclasses import dataclass, field

from models.market.instrument import Exchange
from models.trading.order import Side
from services.exchange.matching.auction import uncross
from services.exchange.matching.book import Book
from services.exchange.matching.kinds import execute
from services.exchange.matching.order import BookOrder, Match
from services.exchange.recorded.inference import (
    Auction,
    Incoming,
    SeenTrade,
    Step,
    Withdrawal,
    entry_kind,
)

_CONTINUOUS_MS = 34_200_000  # 09:30
_CLOSING_CALL_MS = 53_820_000  # 14:57


@dataclass(frozen=True, slots=True)
class DaySubject:
    """What is compared: whose tie rules, and the reference of the opening auction."""

    symbol: str
    exchange: Exchange
    tick_units: int
    previous_close_units: int


@dataclass(slots=True)
class MatchReport:
    """Counts of what was compared and found equal; ``first_difference`` in words, "" = none."""

    incoming: int = 0
    incoming_equal: int = 0
    trades: int = 0
    trades_equal: int = 0
    auctions: int = 0
    auctions_equal: int = 0
    first_difference: str = ""
    volume: int = 0
    open_units: int = 0
    close_units: int = 0
    losses: str = ""

    @property
    def is_equal(self) -> bool:
        """Whether everything compared was equal, something was compared, and no row was lost."""
        is_something = self.incoming + self.auctions > 0
        return is_something and not (self.first_difference or self.losses)


@dataclass(slots=True)
class DayComparison:
    """One pass of a day through a book."""

    subject: DaySubject
    has_closing_call: bool
    book: Book = field(default_factory=Book)
    known: set[int] = field(default_factory=set)
    report: MatchReport = field(default_factory=MatchReport)

    def run(self, steps: Iterable[Step]) -> MatchReport:
        """Feed every step in order and return what was found."""
        for step in steps:
            if isinstance(step, Incoming):
                self._enter(step)
            elif isinstance(step, Auction):
                self._uncross(step)
            else:
                self._withdraw(step)
        return self.report

    def _enter(self, step: Incoming) -> None:
        if step.number in self.book.orders:
            self._differ_in_words(f"order {step.number} at {step.time_ms} ms came twice")
            return
        self.known.add(step.number)
        order = BookOrder(step.number, step.side, step.price_units, step.quantity)
        if self._is_call(step.time_ms) and not step.trades:
            self.book.rest(order)
            return
        kind = entry_kind(step)
        matches = execute(self.book, order, kind).matches if kind else []
        made = [_seen(order, match) for match in matches]
        self._count(step.trades)
        self.report.incoming += 1 if step.trades else 0
        self.report.trades += len(step.trades)
        self.report.trades_equal += _equal_pairs(made, step.trades)
        if made == step.trades:
            self.report.incoming_equal += 1 if made else 0
        else:
            self._differ(step.time_ms, f"order {step.number}", step.trades, made)

    def _uncross(self, step: Auction) -> None:
        subject = self.subject
        known = self.book.last_units or subject.previous_close_units
        reference = (
            known or step.trades[0].price_units
        )  # any tied price is right where none is known
        found, pairings = uncross(subject.exchange, self.book, subject.tick_units, reference)
        price = found.price_units if found else 0
        made = [SeenTrade(buy.number, sell.number, price, n) for buy, sell, n in pairings]
        self._count(step.trades)
        self.report.auctions += 1
        if made == step.trades:
            self.report.auctions_equal += 1
        else:
            self._differ(step.time_ms, "auction", step.trades, made)

    def _withdraw(self, step: Withdrawal) -> None:
        withdrawn = self.book.cancel(step.number)
        is_market = self.subject.exchange is Exchange.SZSE and step.number in self.known
        is_over = is_market and not withdrawn  # the rest of a market order
        if withdrawn != step.quantity and not is_over:
            self._differ_in_words(
                f"cancel of {step.number}: exchange {step.quantity}, engine {withdrawn}"
            )

    def _is_call(self, time_ms: int) -> bool:
        closing = self.has_closing_call and time_ms >= _CLOSING_CALL_MS
        return time_ms < _CONTINUOUS_MS or closing

    def _count(self, trades: list[SeenTrade]) -> None:
        report = self.report
        report.volume += sum(trade.quantity for trade in trades)
        if trades:
            report.open_units = report.open_units or trades[0].price_units
            report.close_units = trades[-1].price_units

    def _differ(
        self, time_ms: int, what: str, wanted: list[SeenTrade], made: list[SeenTrade]
    ) -> None:
        pairs = zip(wanted, made, strict=False)
        place = next((at for at, (one, two) in enumerate(pairs) if one != two), None)
        place = min(len(wanted), len(made)) if place is None else place
        self._differ_in_words(
            f"{what} at {time_ms} ms, trade {place + 1}: "
            f"exchange {_shown(wanted, place)}, engine {_shown(made, place)}"
        )

    def _differ_in_words(self, text: str) -> None:
        self.report.first_difference = self.report.first_difference or text


def has_closing_call(steps: Iterable[Step]) -> bool:
    """Tell whether the day closed by auction: its steps show a late one."""
    return any(isinstance(step, Auction) and step.time_ms >= _CLOSING_CALL_MS for step in steps)


def _seen(order: BookOrder, match: Match) -> SeenTrade:
    if order.side is Side.BUY:
        return SeenTrade(order.number, match.resting.number, match.price_units, match.quantity)
    return SeenTrade(match.resting.number, order.number, match.price_units, match.quantity)


def _equal_pairs(made: list[SeenTrade], wanted: list[SeenTrade]) -> int:
    return sum(one == two for one, two in zip(made, wanted, strict=False))


def _shown(trades: list[SeenTrade], place: int) -> str:
    return str(tuple(trades[place])) if place < len(trades) else "no trade"
