"""Bounds of whole numbers, for annotations."""

from dataclasses import dataclass
from typing import Annotated, TypeAlias


@dataclass(frozen=True, slots=True)
class Between:
    """A whole number from ``low`` to ``high``, both allowed."""

    low: int
    high: int


_MOST = 10**12

Months: TypeAlias = Annotated[int, Between(1, 1200)]
Days: TypeAlias = Annotated[int, Between(0, 100_000)]
Count: TypeAlias = Annotated[int, Between(0, _MOST)]
Shares: TypeAlias = Annotated[int, Between(0, _MOST)]
Positive: TypeAlias = Annotated[int, Between(1, _MOST)]
