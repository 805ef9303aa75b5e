"""Bounds of numbers, for annotations."""

from dataclasses import dataclass
from decimal import Decimal
from typing import Annotated, TypeAlias


@dataclass(frozen=True, slots=True)
class Between:
    """A whole number from ``low`` to ``high``, both allowed."""

    low: int
    high: int

    def holds(self, number: int) -> bool:
        """Tell whether ``number`` is within."""
        return self.low <= number <= self.high

    def __str__(self) -> str:
        """In words for users."""
        return f"在 {self.low} 与 {self.high} 之间"


@dataclass(frozen=True, slots=True)
class Above:
    """A decimal above ``low``, or ``low`` itself where that is ``allowed``."""

    low: int
    allowed: bool = False

    def holds(self, number: Decimal) -> bool:
        """Tell whether ``number`` is within."""
        return number > self.low or (self.allowed and number == self.low)

    def __str__(self) -> str:
        """In words for users."""
        return f"不小于 {self.low}" if self.allowed else f"大于 {self.low}"


_MOST = 10**12

Months: TypeAlias = Annotated[int, Between(1, 1200)]
Years: TypeAlias = Annotated[int, Between(1, 100)]
Days: TypeAlias = Annotated[int, Between(0, 100_000)]
Count: TypeAlias = Annotated[int, Between(0, _MOST)]
Shares: TypeAlias = Annotated[int, Between(0, _MOST)]
Positive: TypeAlias = Annotated[int, Between(1, _MOST)]
Price: TypeAlias = Annotated[Decimal, Above(0)]
Amount: TypeAlias = Annotated[Decimal, Above(0, allowed=True)]
