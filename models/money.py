"""Units of money, prices, points and rates: whole numbers of a named unit, never float.

- price unit: 0.0001 CNY, fine enough for every A-share tick (0.01 stocks, 0.001 funds).
- cent: 0.01 CNY. ``price_units * shares`` is an amount in price units.
- points milli: thousandths of a point (service-system D8).
- rate unit: 0.0001 permille = 1e-7 of the amount (features F8).
"""

from decimal import ROUND_HALF_UP, Decimal

PRICE_UNITS_PER_YUAN = 10_000
CENTS_PER_YUAN = 100
PRICE_UNITS_PER_CENT = PRICE_UNITS_PER_YUAN // CENTS_PER_YUAN
POINTS_MILLI_PER_POINT = 1_000
RATE_UNITS_PER_PERMILLE = 10_000

_CENT = Decimal("0.01")


def price_units(yuan: Decimal) -> int:
    """Return ``yuan`` as price units.

    Raises ValueError when the price is finer than one unit.
    """
    units = yuan * PRICE_UNITS_PER_YUAN
    if units != units.to_integral_value():
        raise ValueError(f"price {yuan} is finer than 0.0001 CNY")
    return int(units)


def yuan_of_price(units: int) -> Decimal:
    """Return price units as exact yuan."""
    return Decimal(units) / PRICE_UNITS_PER_YUAN


def cents(yuan: Decimal) -> int:
    """Return ``yuan`` in cents, half-up."""
    return int(yuan.quantize(_CENT, ROUND_HALF_UP) * CENTS_PER_YUAN)


def yuan_of_cents(amount_cents: int) -> Decimal:
    """Return cents as exact yuan."""
    return Decimal(amount_cents) / CENTS_PER_YUAN


def amount_cents(price: int, quantity: int) -> int:
    """Return price units times shares in cents, half-up (sign kept)."""
    units = price * quantity
    half = PRICE_UNITS_PER_CENT // 2
    if units < 0:
        return -((-units + half) // PRICE_UNITS_PER_CENT)
    return (units + half) // PRICE_UNITS_PER_CENT


def permille_of_rate(rate_units: int) -> Decimal:
    """Return a commission rate in permille."""
    return Decimal(rate_units) / RATE_UNITS_PER_PERMILLE
