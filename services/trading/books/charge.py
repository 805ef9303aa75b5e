"""Fees of an order in cents, by the dated rules of models.rules."""

from datetime import date

from models.market.instrument import SecurityKind
from models.trading.order import Side


def charge_cents(
    side: Side, kind: SecurityKind, amount_cents: int, rate_units: int, day: date
) -> int:
    """PLACEHOLDER until branch rules is merged."""
    raise NotImplementedError
