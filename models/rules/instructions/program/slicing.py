"""How a parent order is cut into child orders (service-system S43-S44, market-rules § 2.6)."""

from dataclasses import dataclass
from datetime import date

from models.rules.decision import Decision
from models.rules.market.quantity import SizedOrder, check_lot, lot_of
from models.rules.market.records.rulebook import MarketRules
from models.rules.market.records.sizes import LotRecord


@dataclass(frozen=True, slots=True)
class Slices:
    """The children in order, shares; none when the whole is not legal."""

    ok: bool
    reason: str
    slices: tuple[int, ...]
    source: str = "S43, § 2.6"


def slice_order(rules: MarketRules, order: SizedOrder, slices: int, day: date) -> Slices:
    """Cut ``order`` into at most ``slices`` legal children; the whole must be legal itself."""
    whole: Decision = check_lot(rules, order, day)
    if not whole.ok:
        return Slices(False, whole.reason, ())
    return Slices(True, "", cut(lot_of(rules, order.subject, day), order.qty, slices))


def cut(lot: LotRecord, qty: int, slices: int) -> tuple[int, ...]:
    """Share out whole steps evenly, what is left over to the last, the odd part to the end."""
    if qty < slices * lot.minimum:
        slices = max(1, qty // lot.minimum)
    steps, odd = divmod(qty, lot.step)
    each, more = divmod(steps, slices)
    parts = [each * lot.step] * (slices - more) + [(each + 1) * lot.step] * more
    parts[-1] += odd
    return tuple(parts)
