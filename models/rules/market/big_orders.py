"""The firm's bounds of big orders in price units times shares."""

from models.money import PRICE_UNITS_PER_YUAN
from models.rules.basis.settings.trading import BigOrderSettings


def big_order_bounds(settings: BigOrderSettings) -> tuple[int, ...]:
    """Return turnover from which an order is 特大, 大, 中; () where the firm has not set all three.

    Bounds that do not fall from one class to the next are no bounds.
    """
    told = (settings.huge_from, settings.large_from, settings.medium_from)
    bounds = tuple(int(one * PRICE_UNITS_PER_YUAN) for one in told if one is not None)
    falls = all(above > below > 0 for above, below in zip(bounds, bounds[1:], strict=False))
    return bounds if len(bounds) == len(told) and falls else ()
