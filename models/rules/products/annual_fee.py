"""The annual fee of product D by marginal brackets (service-system S30, D6)."""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from itertools import pairwise

from models.rules.basis.bounds import Amount, Days
from models.rules.basis.missing import MissingFact, configured, known
from models.rules.basis.rounding import SIX_PLACES, half_up
from models.rules.basis.settings.products import Bracket, ProductSettings

ENTRUSTED_UNKNOWN = "ENTRUSTED_UNKNOWN"  # nothing is charged for a period with such a day
_ZERO = Decimal(0)


@dataclass(frozen=True, slots=True)
class EntrustedSpan:
    """``amount`` CNY entrusted for so many days."""

    days: Days
    amount: Amount


@dataclass(frozen=True, slots=True, kw_only=True)
class AnnualFeeCase:
    """Entrusted assets in CNY, the same all the time or by spans; no ``days`` = the whole year."""

    entrusted: Amount | None = None
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
    """Return the fee on the average daily assets; raises NotConfigured FEE without brackets.

    The average times its days is reckoned with, so that nothing is divided before it is rounded.
    """
    spans = _spans(case)
    brackets = configured(settings.brackets or None, "FEE")
    over = sum(span.days for span in spans)
    total = sum((span.days * span.amount for span in spans), _ZERO)
    of_all_days = marginal_fee([Bracket(b.above * over, b.rate) for b in brackets], total)
    days = case.days if case.spans is None else over
    part, year = 1, 1
    if days is not None:
        part, year = days, configured(settings.days_in_year, "DAYS_IN_YEAR")
    return AnnualFee(
        fee=half_up(of_all_days * part / (over * year)),
        annual_fee=half_up(of_all_days / over),
        average=half_up(total / over),
        effective_pct=half_up(of_all_days * 100 / total, SIX_PLACES) if total else None,
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


def _spans(case: AnnualFeeCase) -> tuple[EntrustedSpan, ...]:
    """Return the spans to take the average over; raises MissingFact where there is no day."""
    if case.spans is None:
        return (EntrustedSpan(1, known(case.entrusted, "entrusted")),)
    if not any(span.days for span in case.spans):
        raise MissingFact("spans")
    return case.spans
