"""A client's place among those a text finds: platinum first, then by assets, then as he came.

The index answers in the order of its row numbers, so the number itself is the place: tier, band
of assets, running number. A tier or band that changes moves the client to another row.
"""

from models.clients.tier import TIERS

_NUMBER_BITS = 40
_BAND_BITS = 4
NUMBER_MASK = (1 << _NUMBER_BITS) - 1
# Bounds of the bands in cents of 20-day mean assets: 1 and 3 of each power of ten from 10,000 yuan.
_BOUNDS = tuple(digit * 10**power for power in range(6, 12) for digit in (1, 3))
_RANK = {tier.value: rank for rank, tier in enumerate(TIERS)}


def row_number(tier: str, band: int, number: int) -> int:
    """Return the row of the index for a client's running number; the best comes first."""
    tier_place = len(TIERS) - 1 - _RANK.get(tier, 0)
    band_place = len(_BOUNDS) - band
    return (tier_place << _BAND_BITS | band_place) << _NUMBER_BITS | number


def band_sql(column: str) -> str:
    """Return SQL that counts the bounds which ``column`` has reached."""
    return " + ".join(f"({column} >= {bound})" for bound in _BOUNDS)
