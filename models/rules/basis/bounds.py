"""Bounds of whole numbers, for annotations."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Between:
    """A whole number from ``low`` to ``high``, both allowed."""

    low: int
    high: int


MONTHS = Between(1, 1200)
