"""All levels of a book as rows from the farthest ask down to the farthest bid."""

from bisect import bisect_left
from dataclasses import dataclass

from models.market.details import FullDepth
from models.market.picture import Level
from widgets.market.ladder_state import LevelKey

GAP: LevelKey = ("", 0)  # the row between the sides


@dataclass(frozen=True, slots=True)
class FullRow:
    """One level; ``cumulative`` from the best price on, ``share_permille`` of its whole side."""

    side: str
    price_units: int
    quantity: int
    order_count: int
    cumulative: int
    share_permille: int


@dataclass(frozen=True, slots=True)
class BarScale:
    """The largest quantity and the largest cumulative one among some rows."""

    largest: int
    deepest: int


class FullRows:
    """Rows of one picture. The gap between the sides is a row of its own, without a level."""

    def __init__(self, full: FullDepth | None = None) -> None:
        self.asks = _side("ask", full.asks if full else ())
        self.bids = _side("bid", full.bids if full else ())

    def __len__(self) -> int:
        return len(self.asks) + 1 + len(self.bids) if self.asks or self.bids else 0

    @property
    def gap(self) -> int:
        """Number of the row between the sides."""
        return len(self.asks)

    def row(self, number: int) -> FullRow | None:
        """Return a row by its number from the top; None for the gap and outside."""
        if 0 <= number < self.gap:
            return self.asks[self.gap - 1 - number]
        below = number - self.gap - 1
        return self.bids[below] if 0 <= below < len(self.bids) else None

    def scale(self, first: int, last: int) -> "BarScale":
        """Return the scale of these rows: a far giant must not flatten the near ones."""
        seen = [row for row in map(self.row, range(first, last)) if row is not None]
        return BarScale(
            largest=max((row.quantity for row in seen), default=1),
            deepest=max((row.cumulative for row in seen), default=1),
        )

    def key(self, number: int) -> LevelKey:
        """Return what a row is known by while the book moves."""
        row = self.row(number)
        return (row.side, row.price_units) if row is not None else GAP

    def near(self, key: LevelKey) -> int:
        """Return the row of a price, or where it would stand; the gap for the gap."""
        side, price = key
        if side == "ask":
            at = bisect_left(self.asks, price, key=lambda row: row.price_units)
            return max(0, self.gap - 1 - at) if self.asks else self.gap
        if side == "bid":
            at = bisect_left(self.bids, -price, key=lambda row: -row.price_units)
            return self.gap + 1 + min(at, len(self.bids) - 1) if self.bids else self.gap
        return self.gap

    def has(self, key: LevelKey) -> bool:
        """Whether a price has a row."""
        return self.key(self.near(key)) == key


def _side(side: str, levels: tuple[Level, ...]) -> list[FullRow]:
    total = sum(level.quantity for level in levels)
    rows, cumulative = [], 0
    for level in levels:
        cumulative += level.quantity
        share = (level.quantity * 2_000 + total) // (2 * total) if total else 0
        rows.append(
            FullRow(side, level.price_units, level.quantity, level.order_count, cumulative, share)
        )
    return rows
