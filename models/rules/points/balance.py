"""The balance of points and what may be spent of it (service-system D8)."""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from models.rules.basis.rounding import whole

_ZERO = Decimal(0)


@dataclass(frozen=True, slots=True)
class PointsBalance:
    """``balance`` counts held points; ``spendable`` is whole and never below 0."""

    balance: Decimal
    held: Decimal
    spendable: int
    source: str = "D8"


def balance_of(entries: Sequence[Decimal], holds: Sequence[Decimal] = ()) -> PointsBalance:
    """Return the exact sums of a ledger."""
    balance, held = sum(entries, _ZERO), sum(holds, _ZERO)
    return PointsBalance(balance, held, spendable(balance, held))


def spendable(balance: Decimal, held: Decimal = _ZERO) -> int:
    """Return the whole points that are free, never below 0."""
    return max(0, whole(balance - held))
