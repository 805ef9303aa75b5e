"""Rounding of exact decimals to whole units (rules_eval § 1)."""

from decimal import ROUND_CEILING, ROUND_FLOOR, ROUND_HALF_UP, Decimal

CENT = Decimal("0.01")
SIX_PLACES = Decimal("0.000001")  # shares and means that are no money
_ONE = Decimal(1)


def half_up(value: Decimal, unit: Decimal = CENT) -> Decimal:
    """Return ``value`` as a whole multiple of ``unit``, halves away from zero."""
    return (value / unit).quantize(_ONE, ROUND_HALF_UP) * unit


def down_to(value: Decimal, unit: Decimal) -> Decimal:
    """Return the highest multiple of ``unit`` not above ``value``."""
    return (value / unit).quantize(_ONE, ROUND_FLOOR) * unit


def up_to(value: Decimal, unit: Decimal) -> Decimal:
    """Return the lowest multiple of ``unit`` not below ``value``."""
    return (value / unit).quantize(_ONE, ROUND_CEILING) * unit


def is_multiple(value: Decimal, unit: Decimal) -> bool:
    """Tell whether ``value`` is a whole multiple of ``unit``."""
    return value % unit == 0


def whole(value: Decimal) -> int:
    """Return ``value`` rounded down to a whole number."""
    return int(value.to_integral_value(ROUND_FLOOR))
