"""What is remarkable in a portfolio (service-system S22 c)."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Literal

from models.rules.basis.missing import configured
from models.rules.basis.rounding import half_up
from models.rules.basis.settings.service import ScanSettings

_ZERO = Decimal(0)
Code = Literal["CONCENTRATION", "ST", "SUSPENDED"]


@dataclass(frozen=True, slots=True)
class Position:
    """A holding at its value in CNY."""

    security: str
    value: Decimal
    st: bool = False
    suspended: bool = False


@dataclass(frozen=True, slots=True)
class Finding:
    """One remark; ``share_pct`` of the portfolio, None when it is worth nothing."""

    code: Code
    security: str
    share_pct: Decimal | None


def scan(settings: ScanSettings, positions: Sequence[Position]) -> tuple[Finding, ...]:
    """Return the findings in the order of positions; raises NotConfigured CONCENTRATION."""
    bound = configured(settings.concentration_percent, "CONCENTRATION")
    total = sum((position.value for position in positions), _ZERO)
    return tuple(finding for position in positions for finding in _findings(position, total, bound))


def _findings(position: Position, total: Decimal, bound: Decimal) -> Iterator[Finding]:
    exact = position.value / total * 100 if total else None
    shown = None if exact is None else half_up(exact)
    tests: tuple[tuple[bool, Code], ...] = (
        (exact is not None and exact >= bound, "CONCENTRATION"),
        (position.st, "ST"),
        (position.suspended, "SUSPENDED"),
    )
    return (Finding(code, position.security, shown) for found, code in tests if found)
