"""Which product's rate a client pays on a day (service-system S27-S31)."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from decimal import Decimal
from typing import Literal, TypeAlias

from models.dates import BEIJING
from models.rules.basis.calendar import TradingCalendar
from models.rules.basis.missing import configured
from models.rules.basis.settings.products import ProductsSettings
from models.rules.basis.settings.words import Product
from models.rules.basis.spans import running_on
from models.rules.products.rate import product_rate


@dataclass(frozen=True, slots=True)
class ApproveRate:
    """A product was approved; its rate runs from the next trading day."""

    do: Literal["approve"]
    product: Product
    at: datetime


@dataclass(frozen=True, slots=True)
class EndRate:
    """``last_day`` is the last one at the product's rate."""

    do: Literal["end"]
    product: Product
    last_day: date


RateStep: TypeAlias = ApproveRate | EndRate


@dataclass(frozen=True, slots=True)
class RateOn:
    """``product`` None = the base rate X; rate in permille, None where the fee is not set."""

    product: Product | None
    rate_permille: Decimal | None
    reason: str = ""
    source: str = "S27-S31"


@dataclass(frozen=True, slots=True)
class _Span:
    product: Product
    approved_at: datetime
    from_: date
    last: date = date.max


def rate_on(
    settings: ProductsSettings,
    calendar: TradingCalendar,
    x_permille: Decimal,
    steps: Sequence[RateStep],
    on: date,
) -> RateOn:
    """Return what is paid on ``on``; D has no rate, the other products replace each other.

    Raises NotConfigured RATE_CHANGE_EFFECTIVE where it is not set when an approval takes effect.
    """
    if steps:
        configured(settings.rate_change_effective, "RATE_CHANGE_EFFECTIVE")
    running = running_on(_spans(calendar, steps), on)
    if running is None or running.last < on:
        return RateOn(None, x_permille)
    rate = product_rate(settings.of(running.product), x_permille)
    return RateOn(running.product, rate, "" if rate is not None else "FEE_NOT_CONFIGURED")


def _spans(calendar: TradingCalendar, steps: Sequence[RateStep]) -> list[_Span]:
    """Return the spans of the rates in the order of their approvals, however the steps come."""
    approvals = [s for s in steps if isinstance(s, ApproveRate) and s.product is not Product.D]
    spans = [_span(calendar, step) for step in sorted(approvals, key=lambda step: step.at)]
    for step in steps:
        if isinstance(step, EndRate):
            _end(spans, step)
    return spans


def _span(calendar: TradingCalendar, step: ApproveRate) -> _Span:
    first = calendar.next_after(step.at.astimezone(BEIJING).date())
    return _Span(step.product, step.at, first)


def _end(spans: list[_Span], step: EndRate) -> None:
    """End the newest span of the product that had begun by its last day, else one that was only
    approved by then."""
    newest_first = reversed(range(len(spans)))
    own = [at for at in newest_first if spans[at].product is step.product]
    begun = (at for at in own if spans[at].from_ <= step.last_day)
    approved = (at for at in own if _approval_day(spans[at]) <= step.last_day)
    place = next(begun, next(approved, None))
    if place is not None:
        spans[place] = replace(spans[place], last=step.last_day)


def _approval_day(span: _Span) -> date:
    return span.approved_at.astimezone(BEIJING).date()
