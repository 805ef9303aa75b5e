"""The annual fee of product D by marginal brackets (service-system S30, D6)."""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from itertools import pairwise

from models.rules.basis.bounds import Days
from models.rules.basis.missing import MissingFact, configured, known
from models.rules.basis.rounding import SIX_PLACES, half_up
from models.rules.basis.settings.products import Bracket, ProductSettings

_ZERO = Decimal(0)


@dataclass(frozen=True, slots=True)
class EntrustedSpan:
    """``amount`` CNY entrusted for so many days."""

    days: Days
    amount: Decimal


@dataclass(frozen=True, slots=True, kw_only=True)
class AnnualFeeCase:
    """Entrusted assets in CNY, the same all the time or by spans; no ``days`` = the whole year."""

    entrusted: Decimal | None = None
    days: Days | None = None
    spans: tuple[EntrustedSpan, ...] | None = None


@dataclass(frozen=True, slots=True)
class AnnualFee:
    """CNY; ``fee`` for the days, ``annual_fee`` for a year; ``effective_pct`` of the average."""

    fee: Decimal
    annual_fee: Decimal
    average: Decimal
    effective_pct: Decimal | None
    source: str = "S30, D6"


def annual_fee(settings: ProductSettings, case: AnnualFeeCase) -> AnnualFee:
    """Return the fee on the average daily assets; raises NotConfigured FEE without brackets."""
    brackets = configured(settings.brackets or None, "FEE")
    average, days = _average(case)
    yearly = marginal_fee(brackets, average)
    part = Decimal(1)
    if days is not None:
        part = Decimal(days) / configured(settings.days_in_year, "DAYS_IN_YEAR")
    return AnnualFee(
        fee=half_up(yearly * part),
        annual_fee=half_up(yearly),
        average=half_up(average),
        effective_pct=half_up(yearly / average * 100, SIX_PLACES) if average else None,
    )


def marginal_fee(brackets: Sequence[Bracket], amount: Decimal) -> Decimal:
    """Return the exact fee of a year: each rate on the part of ``amount`` in its bracket."""
    rising = sorted(brackets, key=lambda bracket: bracket.above)
    tops = [*(upper.above for _, upper in pairwise(rising)), max(amount, _ZERO)]
    parts = (
        max(_ZERO, min(amount, top) - bracket.above) * bracket.rate
        for bracket, top in zip(rising, tops, strict=True)
    )
    return sum(parts, _ZERO)


def _average(case: AnnualFeeCase) -> tuple[Decimal, int | None]:
    if case.spans is None:
        return known(case.entrusted, "entrusted"), case.days
    days = sum(span.days for span in case.spans)
    if not days:
        raise MissingFact("spans")
    return sum((span.days * span.amount for span in case.spans), _ZERO) / days, days
