"""The days that a report speaks of."""

import re
from calendar import monthrange
from dataclasses import dataclass
from datetime import date, timedelta

from models.errors import ExpectedFailure

_MONTH = re.compile(r"(\d{4})-(\d{2})")
_QUARTER = re.compile(r"(\d{4})-?Q([1-4])", re.IGNORECASE)
_YEAR = re.compile(r"\d{4}")
_MOST_DAYS = 3_700


@dataclass(frozen=True, slots=True)
class Period:
    """Both days belong to it."""

    first: date
    last: date

    def holds(self, moment: str) -> bool:
        """Whether a stored day or moment lies in it."""
        return self.first.isoformat() <= moment[:10] <= self.last.isoformat()

    @property
    def before(self) -> date:
        """The day before its first."""
        return self.first - timedelta(days=1)


def period_between(first: date, last: date) -> Period:
    """Return the period; ExpectedFailure PERIOD_INVALID where it is none."""
    if last < first or (last - first).days > _MOST_DAYS:
        raise ExpectedFailure(
            f"报告期间 {first}–{last} 不对", "止日不早于起日,且不超过十年", "PERIOD_INVALID"
        )
    return Period(first, last)


def period_named(text: str) -> Period:
    """Return a month (2023-01), a quarter (2023Q1) or a year (2023); PERIOD_INVALID."""
    if found := _QUARTER.fullmatch(text):
        year, last = int(found[1]), 3 * int(found[2])
        return _months(text, year, last - 2, last)
    if found := _MONTH.fullmatch(text):
        return _months(text, int(found[1]), int(found[2]), int(found[2]))
    if _YEAR.fullmatch(text):
        return _months(text, int(text), 1, 12)
    raise _unknown(text)


def _months(text: str, year: int, first: int, last: int) -> Period:
    try:
        return Period(date(year, first, 1), date(year, last, monthrange(year, last)[1]))
    except ValueError as fault:
        raise _unknown(text) from fault


def _unknown(text: str) -> ExpectedFailure:
    return ExpectedFailure(
        f"期间「{text}」无法识别", "请写成 2023-01、2023Q1 或 2023", "PERIOD_INVALID"
    )
