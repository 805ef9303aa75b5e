"""Which product's rate a client pays on a day (service-system S27-S31)."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from decimal import Decimal
from typing import Literal, TypeAlias

from models.dates import BEIJING
from models.rules.basis.calendar import TradingCalendar
from models.rules.basis.settings.products import ProductsSettings
from models.rules.basis.settings.words import Product
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
    first: date
    last: date = date.max


def rate_on(
    settings: ProductsSettings,
    calendar: TradingCalendar,
    x_permille: Decimal,
    steps: Sequence[RateStep],
    on: date,
) -> RateOn:
    """Return what is paid on ``on``; D has no rate, the other products replace each other."""
    begun = [span for span in _spans(calendar, steps) if span.first <= on]
    running = max(begun, key=lambda span: span.first, default=None)
    if running is None or running.last < on:
        return RateOn(None, x_permille)
    rate = product_rate(settings.of(running.product), x_permille)
    return RateOn(running.product, rate, "" if rate is not None else "FEE_NOT_CONFIGURED")


def _spans(calendar: TradingCalendar, steps: Sequence[RateStep]) -> list[_Span]:
    """Return the spans of the rates, a later one of the same day before an earlier one."""
    spans: list[_Span] = []
    for step in steps:
        if isinstance(step, EndRate):
            spans = _ended(spans, step)
        elif step.product is not Product.D:
            first = calendar.next_after(step.at.astimezone(BEIJING).date())
            spans.insert(0, _Span(step.product, first))
    return spans


def _ended(spans: Sequence[_Span], step: EndRate) -> list[_Span]:
    ended = list(spans)
    place = next((at for at, span in enumerate(spans) if span.product is step.product), None)
    if place is not None:
        ended[place] = replace(ended[place], last=step.last_day)
    return ended
