"""Which points run out: those earned first are spent first (features F11)."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from models.dates import months_later

_ZERO = Decimal(0)


@dataclass(frozen=True, slots=True)
class DatedPoints:
    """One entry of the ledger: earned above 0, spent or taken back below."""

    on: date
    points: Decimal


def expired(
    valid_months: int | None, entries: Sequence[DatedPoints], held: Decimal, day: date
) -> Decimal:
    """Return how many points run out on ``day``: never ones that are held or already spent.

    Points run out on the same day ``valid_months`` later; None = never.
    """
    if valid_months is None:
        return _ZERO
    old = sum(
        (
            entry.points
            for entry in entries
            if entry.points > 0 and months_later(entry.on, valid_months) <= day
        ),
        _ZERO,
    )
    used = -sum((entry.points for entry in entries if entry.points < 0), _ZERO)
    balance = sum((entry.points for entry in entries), _ZERO)
    return max(_ZERO, min(old - used, balance - held))
