"""The commission rate that is charged on a day, from a client's dated rates (F9)."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta


@dataclass(frozen=True, slots=True)
class RateSpan:
    """A rate from a day on; ``product`` "" = the base rate X, which never ends by itself."""

    product: str
    starts_on: date
    rate_units: int
    ends_on: date | None = None


def rate_span_on(spans: Sequence[RateSpan], day: date) -> RateSpan | None:
    """Return the span charged on ``day``: the last product begun, unless ended, else the base.

    None where the history does not reach back to ``day``.
    """
    begun = sorted((span for span in spans if span.starts_on <= day), key=_order)
    product = next((span for span in reversed(begun) if span.product), None)
    if product is not None and (product.ends_on is None or day <= product.ends_on):
        return product
    return next((span for span in reversed(begun) if not span.product), None)


def base_span_on(spans: Sequence[RateSpan], day: date) -> RateSpan | None:
    """Return the base rate X of ``day``; None where nobody knows it."""
    return rate_span_on([span for span in spans if not span.product], day)


def spans_with_ends(spans: Sequence[RateSpan]) -> list[RateSpan]:
    """Return the spans by their first day, each base rate ended by the next one."""
    told: list[RateSpan] = []
    until: date | None = None
    for span in sorted(spans, key=_order, reverse=True):
        if span.product:
            told.append(span)
        elif until is None or span.starts_on <= until:
            told.append(replace(span, ends_on=until))
            until = span.starts_on - timedelta(days=1)
    return told[::-1]


def _order(span: RateSpan) -> tuple[date, date]:
    """Of two that begin on one day the one that ends later holds (a switch before it began)."""
    return span.starts_on, span.ends_on or date.max
