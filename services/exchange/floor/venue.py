"""The market of one security: its book, its phase, and what it tells the feed and the owners."""

from collections import deque
from collections.abc import Callable, Sequence
from enum import Enum
from typing import NamedTuple

from models.dates import MS_PER_MINUTE
from models.market.instrument import Phase
from models.trading.order import Side
from services.exchange.feed.tape import Tape
from services.exchange.floor.halt import HaltWatch
from services.exchange.floor.listing import Listing
from services.exchange.floor.sums import DaySums
from services.exchange.matching.auction import uncross
from services.exchange.matching.book import Book
from services.exchange.matching.closing import Print, closing_price
from services.exchange.matching.fixed_price import FixedPriceBook, is_valid_limit
from services.exchange.matching.kinds import execute
from services.exchange.matching.order import BookOrder, Match, OrderKind, Pairing

CALLS = frozenset({Phase.OPENING_CALL, Phase.OPENING_LOCKED, Phase.CLOSING_CALL})
PROCESSING = CALLS | {Phase.CONTINUOUS}


class Verdict(Enum):
    """What becomes of an order that the host holds."""

    ENTER = "enter"
    WAIT = "wait"
    WITHDRAW = "withdraw"


class _Held(NamedTuple):
    order: BookOrder
    judge: Callable[[], Verdict]


class Venue:
    """Executes what arrives at one security; whoever calls has judged that it may arrive."""

    __slots__ = (
        "_after_hours",
        "_held",
        "_prints",
        "book",
        "close_units",
        "fixed",
        "halt",
        "listing",
        "phase",
        "sums",
        "tape",
        "when_halted",
    )

    def __init__(self, listing: Listing, tape: Tape) -> None:
        self.listing = listing
        self.tape = tape
        self.book = Book()
        self.phase = Phase.CLOSED
        self.close_units = 0
        self.fixed: FixedPriceBook | None = None
        self.sums = DaySums()
        self.halt = HaltWatch(listing.halts) if listing.halts else None
        self.when_halted: Callable[[int], None] = _nobody_waits
        self._held: list[_Held] = []
        self._after_hours: list[BookOrder] = []
        self._prints: deque[Print] = deque()

    @property
    def is_halted(self) -> bool:
        """Whether a no-limit-day halt stops trading: orders queue until it is lifted by a call."""
        return self.halt is not None and self.halt.until_ms > 0

    def enter(self, order: BookOrder, time_ms: int) -> None:
        """Take a limit order: trade it in continuous trading, queue it in a call, hold it else."""
        self._enter(order, time_ms)
        if self._held:
            self._release_held(time_ms)

    def hold(self, order: BookOrder, judge: Callable[[], Verdict] = lambda: Verdict.ENTER) -> None:
        """Keep an order outside the book while orders are not processed or ``judge`` says wait.

        It gets its number when it enters: Shenzhen's gap, ChiNext's cage before 2023-04-10 (§ 2.4).
        """
        self._held.append(_Held(order, judge))

    def _enter(self, order: BookOrder, time_ms: int) -> None:
        if self.phase is Phase.CONTINUOUS:
            self.tape.came_in(order, OrderKind.LIMIT, time_ms)
            matches = self.book.enter(order)
            if matches:
                self._traded(order, matches, time_ms)
            if order.left:
                self.tape.rested(order, time_ms)
            self._halt_if_due(time_ms)
        elif self.phase in CALLS or (self.is_halted and self.phase is Phase.BREAK):
            self.tape.came_in(order, OrderKind.LIMIT, time_ms)
            self.book.rest(order)
            self.tape.rested(order, time_ms)
        else:
            self.hold(order)

    def execute(self, order: BookOrder, kind: OrderKind, protect_units: int, time_ms: int) -> None:
        """Run an order of any kind in continuous trading."""
        self.tape.came_in(order, kind, time_ms)
        done = execute(self.book, order, kind, protect_units)
        if done.matches:
            self._traded(order, done.matches, time_ms)
        if done.rests:
            self.tape.rested(order, time_ms)
        if done.withdrawn:
            self.tape.expired(order, done.withdrawn, time_ms)
            if order.owner is not None:
                order.owner.withdrawn(done.withdrawn, time_ms)
        self._halt_if_due(time_ms)
        if self._held:
            self._release_held(time_ms)

    def enter_after_hours(self, order: BookOrder, time_ms: int) -> None:
        """Take a fixed-price order: it waits until 15:05, then trades at the close (§ 2.1)."""
        if self.fixed is None:
            self._after_hours.append(order)
            return
        self._enter_fixed(self.fixed, order, time_ms)

    def cancel(self, number: int, time_ms: int) -> int:
        """Withdraw a resting order; returns the shares withdrawn, 0 when there is none."""
        order = self.book.orders.get(number)
        if order is None:
            return 0
        quantity = self.book.cancel(number)
        self.tape.withdrawn(order, quantity, time_ms)
        if order.owner is not None:
            order.owner.withdrawn(quantity, time_ms)
        if self._held:
            self._release_held(time_ms)
        return quantity

    def cancel_held(self, order: BookOrder, time_ms: int) -> int:
        """Withdraw an order the host holds; returns the shares withdrawn, 0 when it is not held."""
        if not any(held.order is order for held in self._held):
            return 0
        self._held = [held for held in self._held if held.order is not order]
        quantity, order.left = order.left, 0
        if order.owner is not None:
            order.owner.withdrawn(quantity, time_ms)
        return quantity

    def cancel_after_hours(self, order: BookOrder, time_ms: int) -> int:
        """Withdraw a fixed-price order; returns the shares withdrawn, 0 when it is not waiting."""
        if self.fixed is not None:
            quantity = self.fixed.cancel(order)
        else:
            quantity = order.left if order in self._after_hours else 0
            self._after_hours = [other for other in self._after_hours if other is not order]
        if quantity and order.owner is not None:
            order.owner.withdrawn(quantity, time_ms)
        return quantity

    def change_phase(self, phase: Phase, time_ms: int) -> None:
        """Begin a phase: a call that ends is uncrossed first, then the feed hears of the phase."""
        if self._ends_a_call(phase):
            self._uncross(time_ms)
        before, self.phase = self.phase, phase
        self.tape.phase(phase, time_ms)
        if phase in PROCESSING:
            self.close_units = 0
            self._release_held(time_ms)
            self._halt_if_due(time_ms)
        elif phase in (Phase.BREAK, Phase.CLOSED) and before is not Phase.CLOSED:
            self._end_session(phase, time_ms)
        elif phase is Phase.AFTER_HOURS:
            self._begin_after_hours(time_ms)

    def resume(self, time_ms: int) -> None:
        """Lift a halt: what came in meanwhile trades in a call; at noon it waits for 13:00."""
        if self.is_halted and self.phase is Phase.BREAK:
            self.change_phase(Phase.CONTINUOUS, time_ms)

    def _ends_a_call(self, phase: Phase) -> bool:
        if self.halt is not None and self.is_halted and phase in PROCESSING:
            self.halt.end()
            return True
        return self.phase in CALLS and phase not in CALLS

    def _halt_if_due(self, time_ms: int) -> None:
        """On a day without price limits a print too far from the open stops trading (§ 2.3)."""
        halt, sums = self.halt, self.sums
        if halt is None or self.phase is not Phase.CONTINUOUS or not sums.trades:
            return
        if halt.begins(sums.open, sums.last, time_ms):
            self.phase = Phase.BREAK
            self.tape.phase(Phase.BREAK, time_ms)
            self.when_halted(halt.until_ms)

    def _traded(self, order: BookOrder, matches: Sequence[Match], time_ms: int) -> None:
        self.tape.traded(order, matches, time_ms)
        owner = order.owner
        for resting, price, quantity in matches:
            self._prints.append(Print(time_ms, price, quantity))
            self.sums.add(price, quantity)
            if owner is not None:
                owner.filled(price, quantity, time_ms)
            if resting.owner is not None:
                resting.owner.filled(price, quantity, time_ms)
        while self._prints[0].time_ms < time_ms - MS_PER_MINUTE:
            self._prints.popleft()

    def _uncross(self, time_ms: int) -> None:
        reference = self.book.last_units or self.listing.previous_close_units
        listing = self.listing
        found, pairings = uncross(listing.exchange, self.book, listing.tick_units, reference)
        if found is not None:
            self._paired(pairings, found.price_units, time_ms)
            self.close_units = found.price_units

    def _paired(self, pairings: list[Pairing], price_units: int, time_ms: int) -> None:
        self.tape.paired(pairings, price_units, time_ms)
        for buy, sell, quantity in pairings:
            self._prints.append(Print(time_ms, price_units, quantity))
            self.sums.add(price_units, quantity)
            for order in (buy, sell):
                if order.owner is not None:
                    order.owner.filled(price_units, quantity, time_ms)

    def _release_held(self, time_ms: int) -> None:
        """Enter what fits now, oldest first; each entry may make room for another."""
        if self.phase not in PROCESSING:
            return
        place = 0
        while place < len(self._held):
            order, judge = self._held[place]
            verdict = judge()
            if verdict is Verdict.WAIT:
                place += 1
                continue
            if verdict is Verdict.WITHDRAW:
                self.cancel_held(order, time_ms)
            else:
                del self._held[place]
                order.number = order.number or self.tape.next_number()
                self._enter(order, time_ms)
            place = 0

    def _end_session(self, phase: Phase, time_ms: int) -> None:
        """The day is over for what is left: owners hear of it, the shown book stays as it is."""
        over = [order for order in self.book.orders.values() if order.owner is not None]
        over += [held.order for held in self._held]
        self._held = []
        if phase is Phase.CLOSED:
            over += [*self._after_hours, *(self.fixed.waiting() if self.fixed else ())]
            self._after_hours, self.fixed = [], None
        for order in over:
            if order.owner is not None and order.left:
                order.owner.withdrawn(order.left, time_ms)
            order.owner = None

    def _begin_after_hours(self, time_ms: int) -> None:
        listing = self.listing
        if not self.close_units:
            self.close_units = closing_price(
                listing.exchange,
                self._prints,
                listing.previous_close_units,
                listing.tick_units,
            )
        self.fixed = FixedPriceBook(self.close_units)
        waiting, self._after_hours = self._after_hours, []
        for order in waiting:
            self._enter_fixed(self.fixed, order, time_ms)

    def _enter_fixed(self, fixed: FixedPriceBook, order: BookOrder, time_ms: int) -> None:
        if not is_valid_limit(order.side, order.price_units, fixed.close_units):
            withdrawn, order.left = order.left, 0
            if order.owner is not None:
                order.owner.withdrawn(withdrawn, time_ms)
            return
        self._paired(fixed.enter(order), fixed.close_units, time_ms)

    def new_order(self, side: Side, price_units: int, quantity: int) -> BookOrder:
        """Return an order of the market's own flow with the next number."""
        return BookOrder(self.tape.next_number(), side, price_units, quantity)


def _nobody_waits(until_ms: int) -> None:
    """A venue on no floor has no clock that would lift its halt."""
