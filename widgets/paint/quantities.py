"""Quantities of one security in lots or in single shares, funds units or bonds."""

from dataclasses import dataclass, replace
from enum import Enum

from models.market.instrument import Instrument, SecurityKind
from widgets.paint.numbers import WAN, grouped

MILLION = 1_000_000
EXACT_LOTS = 1_000  # below this an odd lot shows its fraction, above it would only be noise
_ONES = {
    SecurityKind.STOCK: "股",
    SecurityKind.ETF: "份",
    SecurityKind.LOF: "份",
    SecurityKind.REIT: "份",
    SecurityKind.CONVERTIBLE: "张",
}
_BOND_LOT = 10


class QuantityUnit(Enum):
    """How quantities are shown."""

    LOTS = "lots"
    ONES = "ones"


@dataclass(frozen=True, slots=True)
class Quantities:
    """``lot`` = how many ones make a lot; ``one`` = the word for a single one."""

    unit: QuantityUnit = QuantityUnit.LOTS
    lot: int = 100
    one: str = "股"

    @property
    def word(self) -> str:
        """The unit in words: 手, or 股, 份, 张."""
        return "手" if self.unit is QuantityUnit.LOTS else self.one

    def text(self, quantity: int) -> str:
        """Return a quantity in the unit; millions in 万, so that a column holds them.

        An odd lot keeps its fraction (STAR and BSE trade single shares), a small one entirely.
        """
        value = quantity // self.lot if self.unit is QuantityUnit.LOTS else quantity
        if value >= MILLION:
            return grouped(value, WAN, 0 if value >= 10 * MILLION else 1) + "万"
        if self.unit is QuantityUnit.ONES:
            return f"{quantity:,}"
        return self._lots(quantity, value)

    def _lots(self, quantity: int, whole: int) -> str:
        if quantity % self.lot == 0:
            return f"{whole:,}"
        if whole >= EXACT_LOTS:
            return grouped(quantity, self.lot, 0)
        return grouped(quantity, self.lot, 2 if self.lot == 100 else 1)

    def of(self, item: Instrument | None) -> "Quantities":
        """Return the form of another security in the same unit; stocks where it is not known."""
        kind = item.kind if item is not None else SecurityKind.STOCK
        lot = _BOND_LOT if kind is SecurityKind.CONVERTIBLE else 100
        return replace(self, lot=lot, one=_ONES[kind])

    def turned(self) -> "Quantities":
        """Return the same in the other unit."""
        is_lots = self.unit is QuantityUnit.LOTS
        return replace(self, unit=QuantityUnit.ONES if is_lots else QuantityUnit.LOTS)
