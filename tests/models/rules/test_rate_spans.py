"""The rate of a day agrees with the rule that tells it from approvals and ends."""

import random
from datetime import date, datetime, timedelta
from decimal import Decimal

import pytest

from models.dates import BEIJING
from models.money import RATE_UNITS_PER_PERMILLE, permille_of_rate
from models.rules.basis.settings.products import ProductSettings, ProductsSettings
from models.rules.basis.settings.words import Product
from models.rules.products.rate_on import ApproveRate, EndRate, RateStep, rate_on
from models.rules.products.rate_spans import (
    RateSpan,
    base_span_on,
    rate_span_on,
    spans_with_ends,
)
from services.rules.loader import load_calendar

X_UNITS = 3_000
UPLIFTS = {Product.A: 10_000, Product.B: 15_000}
SETTINGS = ProductsSettings(
    A=ProductSettings(uplift_permille=Decimal("1.0")),
    B=ProductSettings(uplift_permille=Decimal("1.5")),
    rate_change_effective="next_trading_day",
)
FIRST = date(2023, 2, 1)


@pytest.mark.parametrize("seed", range(20))
def test_spans_and_steps_tell_the_same_rate(seed: int) -> None:
    """One product after the other, each ended, or replaced by the next."""
    rng = random.Random(seed)
    calendar = load_calendar()
    steps: list[RateStep] = []
    spans = [RateSpan("", date(2015, 1, 1), X_UNITS)]
    day = FIRST
    for _ in range(4):
        product = rng.choice([Product.A, Product.B])
        day = calendar.moved(day, rng.randint(1, 15))
        starts = calendar.next_after(day)
        steps.append(
            ApproveRate(
                "approve", product, datetime(day.year, day.month, day.day, 10, tzinfo=BEIJING)
            )
        )
        last = starts + timedelta(days=rng.randint(0, 30))
        steps.append(EndRate("end", product, last))
        spans.append(RateSpan(product, starts, X_UNITS + UPLIFTS[product], last))
        day = last
    rng.shuffle(spans)
    x = permille_of_rate(X_UNITS)
    for ahead in range(-5, 200):
        on = FIRST + timedelta(days=ahead)
        told = rate_on(SETTINGS, calendar, x, steps, on).rate_permille
        span = rate_span_on(spans, on)
        assert span is not None and told is not None
        assert span.rate_units == told * RATE_UNITS_PER_PERMILLE
        assert base_span_on(spans, on) == RateSpan("", date(2015, 1, 1), X_UNITS)


def test_before_the_history_nothing_is_known() -> None:
    assert rate_span_on([RateSpan("", date(2015, 1, 1), X_UNITS)], date(2014, 12, 31)) is None


@pytest.mark.parametrize("seed", range(20))
def test_a_base_rate_ends_where_the_next_one_begins(seed: int) -> None:
    rng = random.Random(seed)
    begins = rng.sample(range(60), 4)
    bases = [RateSpan("", FIRST + timedelta(days=at), 2_000 + at) for at in begins]
    product = RateSpan("A", FIRST + timedelta(days=30), 12_000)
    told = spans_with_ends([*bases, product])
    assert [span.starts_on for span in told] == sorted(span.starts_on for span in told)
    assert product in told
    for day in (FIRST + timedelta(days=at) for at in range(70)):
        held = [
            span.rate_units
            for span in told
            if not span.product and span.starts_on <= day and day <= (span.ends_on or date.max)
        ]
        base = base_span_on(bases, day)
        assert held == ([base.rate_units] if base else [])
