"""Believable order sizes: lognormal amounts, drawn to round numbers of lots."""

from random import Random

from models.market.instrument import Board
from services.catalogue.securities import ListedSecurity

LOT = 100
_SIZES = 128
_TYPICAL_AMOUNT = 60_000 * 10_000  # price units times shares
_STAR_MINIMUM = 200
_LARGEST_LOTS = {Board.STAR: 900, Board.CHINEXT: 2_900}
_LARGEST = 9_000


def largest_size(security: ListedSecurity) -> int:
    """Return the largest generated order in shares, below the board's cap."""
    return LOT * _LARGEST_LOTS.get(security.board, _LARGEST)


def least_size(security: ListedSecurity) -> int:
    """Return the smallest generated order in shares."""
    return _STAR_MINIMUM if security.board is Board.STAR else LOT


def order_sizes(security: ListedSecurity, price_units: int, rng: Random) -> tuple[int, ...]:
    """Return sizes in shares to draw from, all of them round lots within the board's bounds."""
    largest = largest_size(security) // LOT
    least = least_size(security)
    typical = _TYPICAL_AMOUNT // (price_units * LOT) or 1
    drawn = (int(typical * rng.lognormvariate(0.0, 1.0)) for _ in range(_SIZES))
    return tuple(max(least, LOT * _rounded(min(lots, largest), rng)) for lots in drawn)


def _rounded(lots: int, rng: Random) -> int:
    """People like round numbers: most sizes lose their last digits."""
    for unit in (1_000, 100, 50, 10, 5):
        if lots >= 2 * unit and rng.random() < 0.6:
            return lots // unit * unit
    return max(1, lots)
