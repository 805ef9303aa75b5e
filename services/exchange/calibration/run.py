"""One probe's run: forked from the undisturbed day, with the probe in it, until it is filled.

Why the answer is honest. Each probe has a run of its own, so that probes cannot disturb each
other. The book at its entry is the real one. From there on all recorded orders and cancels come as
they came, at their time, under their number, and the matching engine lets them trade with whoever
stands first: the probe takes the place it has and nothing else. What it takes is missing to those
behind it; they stand longer, an aggressor's rest is smaller, and a recorded cancel withdraws what
is then left. What no replay can know is how others would have answered to the probe; it is small,
so that they hardly had a reason.
"""

from dataclasses import dataclass, field
from typing import NamedTuple

from models.market.own_place import OwnPlace
from services.exchange.calibration.probes import Probe
from services.exchange.calibration.replay import Replay
from services.exchange.matching.book import Book
from services.exchange.matching.order import BookOrder
from services.market.kernel.book import BarRow
from services.market.queue_position.estimate import queue_ms
from services.market.queue_position.flow import CLOSING_CALL_MS, flow_of, merge_bars, trading_ms
from services.market.queue_position.locate import TOLERANCE_MS, AddLocator, Sought
from services.market.queue_position.place import Moment, OwnOrder, estimated

CHECK_STEPS = 16
LATER_MS = (0, 10_000, 60_000, 300_000)
"""When estimates are asked for: at the acceptance and after so much trading."""


class Truth(NamedTuple):
    """What the matching engine itself knows of a resting order."""

    left: int
    ahead: int
    orders_ahead: int
    behind: int
    better: int


class Asked(NamedTuple):
    """An estimate, and the two simpler ones beside it; milliseconds of trading, 0 = none."""

    after_ms: int
    at_trading_ms: int
    place: OwnPlace
    rate_ms: int
    naive_ms: int


@dataclass(slots=True)
class ProbeFate:
    """Owner of the probe's order, and all that became of it."""

    probe: Probe
    asked: list[Asked] = field(default_factory=list)
    checks: int = 0
    equal: int = 0
    first_difference: str = ""
    candidates: int = 0
    is_among_candidates: bool = False
    filled_at: int | None = None  # trading milliseconds
    watched_until: int = 0
    left: int = 0

    def filled(self, price_units: int, quantity: int, time_ms: int) -> None:
        """Shares traded (OrderOwner)."""
        self.left -= quantity
        if not self.left:
            self.filled_at = trading_ms(time_ms)

    def withdrawn(self, quantity: int, time_ms: int) -> None:
        """Nobody withdraws a probe (OrderOwner)."""


class ProbeRun:
    """Runs one probe from a replay that stands at its time."""

    def __init__(self, day: Replay, probe: Probe, bars: list[BarRow]) -> None:
        self._replay = day.fork()
        self._probe = probe
        self._bars = bars
        self._fate = ProbeFate(probe, left=probe.quantity)
        self._steps = 0

    def run(self) -> ProbeFate | None:
        """Return the probe's fate; None where its side has not so many levels then."""
        replay, probe = self._replay, self._probe
        levels = replay.venue.book.own(probe.side).depth(probe.level)
        if len(levels) < probe.level:
            return None
        self._order = BookOrder(
            replay.script.free_number, probe.side, levels[-1][0], probe.quantity, self._fate
        )
        self._enter()
        self._wait()
        return self._fate

    def _enter(self) -> None:
        """Enter the order; look for it in the feed as if its number had not been told."""
        probe, order, replay = self._probe, self._order, self._replay
        replay.follow()
        sought = Sought(0, probe.side, order.price_units, probe.quantity, probe.time_ms)
        locator = AddLocator()
        locator.seek("probe", sought)
        replay.listen(locator.on_records)
        replay.venue.enter(order, probe.time_ms)
        replay.follow()
        locator.accepted("probe", probe.time_ms)
        self._locator: AddLocator | None = locator

    def _wait(self) -> None:
        replay, order = self._replay, self._order
        began = trading_ms(self._probe.time_ms)
        due = [began + later for later in LATER_MS]
        self._check()
        while order.left:
            next_ms = replay.next_ms()
            until = CLOSING_CALL_MS if next_ms is None else min(next_ms, CLOSING_CALL_MS)
            self._settle_location(until)
            while due and trading_ms(until) > due[0]:
                self._ask(due.pop(0), until)
            if until >= CLOSING_CALL_MS:
                break
            self._step()
        self._settle_location(replay.time_ms)
        self._fate.watched_until = trading_ms(min(replay.time_ms, CLOSING_CALL_MS))
        if order.left:
            self._fate.watched_until = trading_ms(CLOSING_CALL_MS)

    def _step(self) -> None:
        self._replay.step()
        self._steps += 1
        if self._steps % CHECK_STEPS == 0:
            self._check()

    def _settle_location(self, next_ms: int) -> None:
        """Once a second has passed, or the probe is over, see what fits it in the feed."""
        locator = self._locator
        is_early = next_ms <= self._probe.time_ms + TOLERANCE_MS and self._order.left
        if locator is None or is_early:
            return
        self._replay.follow()
        found = locator.candidates("probe")
        self._fate.candidates = len(found)
        self._fate.is_among_candidates = self._order.number in found
        self._locator = None
        self._replay.listen(None)

    def _check(self) -> None:
        """Compare the books that follow the feed with the matching engine's own queue."""
        self._replay.follow()
        order, fate = self._order, self._fate
        if not order.left:
            return
        truth = truth_of(self._replay.venue.book, order)
        found = self._replay.books.standing(0, order.number)
        told = found and Truth(
            found.left, found.ahead, found.orders_ahead, found.behind, found.better
        )
        fate.checks += 1
        if told == truth:
            fate.equal += 1
        elif not fate.first_difference:
            fate.first_difference = f"{self._replay.time_ms} ms: {truth}, told {told}"

    def _ask(self, at_trading_ms: int, before_ms: int) -> None:
        """Ask at a moment between two events of the day."""
        self._check()
        probe, order, replay = self._probe, self._order, self._replay
        time_ms = max(replay.time_ms, _clock_ms(at_trading_ms, before_ms))
        own = OwnOrder("", probe.side, order.price_units, order.left, (order.number,))
        bars = merge_bars(self._bars, replay.books.bars(0, 0))
        place = estimated(replay.books, 0, own, Moment(time_ms, bars))
        after = at_trading_ms - trading_ms(probe.time_ms)
        flow = flow_of(bars, time_ms)
        front = place.better + place.ahead + place.left
        rate = queue_ms(front, flow) if flow else 0
        self._fate.asked.append(
            Asked(after, at_trading_ms, place, rate, _naive_ms(place, bars, at_trading_ms))
        )


def truth_of(book: Book, order: BookOrder) -> Truth:
    """Return what the matching engine's own queue says of a resting order."""
    side = book.own(order.side)
    key = side.sign * order.price_units
    level = side.levels[key]
    ahead = orders = 0
    for other in level.live():
        if other is order:
            break
        ahead, orders = ahead + other.left, orders + 1
    better = sum(side.levels[one].quantity for one in side.keys if one > key)
    return Truth(order.left, ahead, orders, level.quantity - ahead - order.left, better)


def _naive_ms(place: OwnPlace, bars: list[BarRow], at_trading_ms: int) -> int:
    """The baseline: all shares of the level over the day's average volume."""
    volume = sum(bar[5] for bar in bars)
    level = place.ahead + place.left + place.behind
    return level * at_trading_ms // volume if volume else 0


def _clock_ms(at_trading_ms: int, before_ms: int) -> int:
    """Return the time of day of a trading time, never beyond the next event."""
    morning = 7_200_000
    clock = 34_200_000 + at_trading_ms + (5_400_000 if at_trading_ms > morning else 0)
    return min(clock, before_ms)
