"""When the annual fee of product D is charged, and by which settings each day of it (S30, D6)."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta

from models.rules.basis.missing import configured
from models.rules.basis.settings.products import Bracket, ProductSettings
from models.rules.basis.settings.words import AssetKind, FeePeriod

_ONE_DAY = timedelta(days=1)
_MOST_DAYS = 366  # the longest period
_MONTHS = {FeePeriod.MONTH: 1, FeePeriod.QUARTER: 3, FeePeriod.HALF_YEAR: 6, FeePeriod.YEAR: 12}

SettingsOfDay = Callable[[date], ProductSettings]


@dataclass(frozen=True, slots=True)
class FeeSpan:
    """Days of a period, both included, that are charged by one setting: which assets, by what."""

    from_: date
    to: date
    brackets: tuple[Bracket, ...]
    days_in_year: int
    entrusted: tuple[AssetKind, ...]


def is_fee_day(period: FeePeriod, day: date) -> bool:
    """Tell whether ``day`` is the last of its month, quarter, half-year or year."""
    return (day + _ONE_DAY).month != day.month and day.month % _MONTHS[period] == 0


def due_spans(
    settings_of: SettingsOfDay, day: date, decided_on: date | None = None
) -> tuple[FeeSpan, ...]:
    """Return what the fee of the period that ends on ``day`` is charged by; () = none is due.

    A period begins after the last day that ended one by the settings of that day, so that each day
    is charged once, whenever the firm changes its period. Days before the one from which the firm
    charges (``charged_from``, as decided until ``decided_on``) are nobody's debt, by that decision
    alone: raises NotConfigured FEE_START where it is not made, and FEE_PERIOD, ENTRUSTED_ASSETS,
    FEE without brackets, DAYS_IN_YEAR where a later day does not say what it is charged by.
    """
    if not is_fee_day(configured(settings_of(day).fee_period, "FEE_PERIOD"), day):
        return ()
    start = configured(settings_of(decided_on or day).charged_from, "FEE_START")
    return tuple(_spans(settings_of, [d for d in _days(settings_of, day) if d >= start]))


def _spans(settings_of: SettingsOfDay, days: Sequence[date]) -> Iterator[FeeSpan]:
    running: FeeSpan | None = None
    for each in days:
        fresh = _span_of(settings_of(each), each)
        if running is not None and _goes_on(running, fresh):
            fresh = replace(running, to=each)
        elif running is not None:
            yield running
        running = fresh
    if running is not None:
        yield running


def _span_of(settings: ProductSettings, day: date) -> FeeSpan:
    configured(settings.fee_period, "FEE_PERIOD")
    return FeeSpan(
        from_=day,
        to=day,
        brackets=configured(settings.brackets or None, "FEE"),
        days_in_year=configured(settings.days_in_year, "DAYS_IN_YEAR"),
        entrusted=configured(settings.entrusted or None, "ENTRUSTED_ASSETS"),
    )


def _goes_on(running: FeeSpan, fresh: FeeSpan) -> bool:
    is_next = running.to + _ONE_DAY == fresh.from_
    return is_next and replace(running, from_=fresh.from_, to=fresh.to) == fresh


def _days(settings_of: SettingsOfDay, last: date) -> list[date]:
    """Return the days of the period that ends on ``last``, first one first."""
    days = [last]
    while len(days) < _MOST_DAYS:
        before = days[-1] - _ONE_DAY
        period = settings_of(before).fee_period
        if period is not None and is_fee_day(period, before):
            break
        days.append(before)
    return days[::-1]
