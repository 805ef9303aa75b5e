"""All that the depth ladder has been told."""

from dataclasses import dataclass, field
from enum import Enum

from models.market.instrument import Phase
from models.market.own_place import OwnPlace
from models.market.picture import BookHealth, Cage, Depth, Level
from widgets.paint.numbers import SHARES_PER_LOT, WAN, grouped, lots_text, quantity_text

MILLION = 1_000_000
AUCTIONS = frozenset({Phase.OPENING_CALL, Phase.OPENING_LOCKED, Phase.CLOSING_CALL})


class QuantityUnit(Enum):
    """How quantities are shown."""

    LOTS = "手"
    SHARES = "股"


@dataclass(slots=True)
class LadderState:
    """Depth and its dressing; ``own`` = our open quantity by price units."""

    depth: Depth | None = None
    decimals: int = 2
    unit: QuantityUnit = QuantityUnit.LOTS
    cage: Cage | None = None
    own: dict[int, int] = field(default_factory=dict)
    places: tuple[OwnPlace, ...] = ()  # of own orders in their queues
    stale_text: str = ""
    empty_text: str = ""
    touched: frozenset[int] = frozenset()  # prices whose quantity the last picture changed
    hovered: tuple[str, int] | None = None

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

    def quantity(self, shares: int) -> str:
        """Return a quantity in the chosen unit; millions in 万, so that a column holds them."""
        value = shares // SHARES_PER_LOT if self.unit is QuantityUnit.LOTS else shares
        if value >= MILLION:
            return grouped(value, WAN, 0 if value >= 10 * MILLION else 1) + "万"
        return lots_text(shares) if self.unit is QuantityUnit.LOTS else quantity_text(shares)

    @property
    def largest(self) -> int:
        """Largest quantity of all levels: the longest bar."""
        both = (*self.levels("ask"), *self.levels("bid"))
        return max((level.quantity for level in both), default=0)

    @property
    def deepest(self) -> int:
        """Larger sum of one side's levels: the longest cumulative line."""
        return max(sum(level.quantity for level in self.levels(side)) for side in ("ask", "bid"))

    @property
    def in_auction(self) -> bool:
        """Whether the middle shows the virtual price instead of the last one."""
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
    old = {level.price_units: level.quantity for level in (*before.asks, *before.bids)}
    new = {level.price_units: level.quantity for level in (*after.asks, *after.bids)}
    return frozenset(price for price, quantity in new.items() if old.get(price) != quantity)
