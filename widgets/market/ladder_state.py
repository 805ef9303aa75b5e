"""All that the depth ladder has been told."""

from dataclasses import dataclass, field

from models.market.instrument import Phase
from models.market.own_place import OwnPlace
from models.market.picture import BookHealth, Cage, Depth, Level
from widgets.paint.quantities import Quantities

AUCTIONS = frozenset({Phase.OPENING_CALL, Phase.OPENING_LOCKED, Phase.CLOSING_CALL})
LevelKey = tuple[str, int]  # "ask" or "bid", and price units


@dataclass(frozen=True, slots=True)
class CoursePoint:
    """The virtual match at one moment of an auction."""

    time_ms: int
    price_units: int
    matched: int
    unmatched: int


@dataclass(slots=True)
class LadderState:
    """Depth and its dressing; ``own`` = our open quantity by price units."""

    depth: Depth | None = None
    largest: int = 0  # quantity of all levels: the longest bar
    deepest: int = 0  # sum of one side's levels: the longest cumulative line
    decimals: int = 2
    quantities: Quantities = Quantities()
    cage: Cage | None = None
    own: dict[int, int] = field(default_factory=dict)
    places: tuple[OwnPlace, ...] = ()  # of own orders in their queues
    stale_text: str = ""
    empty_text: str = ""
    phase_text: str = ""  # the phase and what may be done in it
    remark: str = ""
    note: tuple[str, str] = ("", "")  # why there is no level 2, and the way out
    touched: frozenset[int] = frozenset()  # prices whose quantity the last picture changed
    hovered: tuple[str, int] | None = None
    chosen: LevelKey | None = None  # the level whose queue is shown; the keys move it
    course: tuple[CoursePoint, ...] = ()  # of the auction, as far as it was watched

    def take(self, depth: Depth) -> None:
        """Take a newer picture: what it touched, how long its bars are, the auction's course."""
        self.touched = changed_prices(self.depth, depth)
        self.course = course_with(self, depth)
        self.depth = depth
        asks = [level.quantity for level in depth.asks]
        bids = [level.quantity for level in depth.bids]
        self.largest = max(max(asks, default=0), max(bids, default=0))
        self.deepest = max(sum(asks), sum(bids))

    def levels(self, side: str) -> tuple[Level, ...]:
        """Return the levels of "ask" or "bid", best first."""
        if self.depth is None:
            return ()
        return self.depth.asks if side == "ask" else self.depth.bids

    def own_places(self, price_units: int) -> tuple[OwnPlace, ...]:
        """Return our own orders' places at a price, the first in line first."""
        mine = (one for one in self.places if one.price_units == price_units)
        return tuple(sorted(mine, key=lambda one: one.ahead))

    def level(self, side: str, place: int) -> Level | None:
        """Return one level, None where the book ends before it."""
        levels = self.levels(side)
        return levels[place] if place < len(levels) else None

    def place_of(self, key: LevelKey | None) -> tuple[str, int] | None:
        """Return where a price stands now, None when it is not among the levels."""
        if key is None:
            return None
        side, price = key
        prices = [level.price_units for level in self.levels(side)]
        return (side, prices.index(price)) if price in prices else None

    def stepped(self, step: int, most: int) -> LevelKey | None:
        """Return the level above (-1) or below (1) the chosen one, over both sides.

        The first step stands on the best ask or bid; None while there is no level at all.
        """
        asks = [("ask", level.price_units) for level in self.levels("ask")[:most]][::-1]
        keys = asks + [("bid", level.price_units) for level in self.levels("bid")[:most]]
        if not keys:
            return None
        first = len(asks) if step > 0 else len(asks) - 1
        at = keys.index(self.chosen) + step if self.chosen in keys else first
        return keys[min(max(at, 0), len(keys) - 1)]

    def is_caged_out(self, side: str, price_units: int) -> bool:
        """Whether no new order may take this level now: above the ceiling, below the floor."""
        cage = self.cage
        if cage is None:
            return False
        if side == "ask":
            return 0 < cage.buy_ceiling_units < price_units
        return price_units < cage.sell_floor_units

    @property
    def in_auction(self) -> bool:
        """Whether the ladder shows the virtual match instead of levels."""
        return self.depth is not None and self.depth.quote.phase in AUCTIONS

    @property
    def warning(self) -> str:
        """Words over the ladder: why it may not be believed; "" = it may."""
        if self.stale_text:
            return self.stale_text
        if self.depth is None or self.depth.health is BookHealth.GOOD:
            return ""
        return self.depth.health_reason or "…"


def changed_prices(before: Depth | None, after: Depth) -> frozenset[int]:
    """Return the prices whose quantity differs between two pictures of one security."""
    if before is None or before.quote.symbol != after.quote.symbol:
        return frozenset()
    return frozenset([price for price, _ in _pairs(after) - _pairs(before)])


def _pairs(depth: Depth) -> set[tuple[int, int]]:
    return {(level.price_units, level.quantity) for level in (*depth.asks, *depth.bids)}


def course_with(state: LadderState, depth: Depth) -> tuple[CoursePoint, ...]:
    """Return the auction's course with this picture; another security or phase starts anew."""
    quote = depth.quote
    if quote.phase not in AUCTIONS:
        return ()
    before = state.depth
    is_same = before is not None and before.quote.symbol == quote.symbol and state.in_auction
    course = state.course if is_same else ()
    if not depth.auction_units:
        return course
    match = (depth.auction_units, depth.auction_volume, depth.auction_unmatched)
    last = course[-1] if course else None
    if last is not None and (last.price_units, last.matched, last.unmatched) == match:
        return course
    return (*course, CoursePoint(quote.time_ms, *match))
