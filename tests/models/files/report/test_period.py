"""The days that a report speaks of."""

from datetime import date

import pytest

from models.errors import ExpectedFailure
from models.files.report.period import Period, period_between, period_named


@pytest.mark.parametrize(
    ("name", "first", "last"),
    [
        ("2023-02", date(2023, 2, 1), date(2023, 2, 28)),
        ("2024-02", date(2024, 2, 1), date(2024, 2, 29)),
        ("2023Q1", date(2023, 1, 1), date(2023, 3, 31)),
        ("2023-q4", date(2023, 10, 1), date(2023, 12, 31)),
        ("2023", date(2023, 1, 1), date(2023, 12, 31)),
    ],
)
def test_a_period_has_a_name(name: str, first: date, last: date) -> None:
    assert period_named(name) == Period(first, last)


@pytest.mark.parametrize("name", ["2023-13", "2023Q5", "23", "", "0000", "2023-1"])
def test_another_name_is_refused(name: str) -> None:
    with pytest.raises(ExpectedFailure) as failure:
        period_named(name)
    assert failure.value.code == "PERIOD_INVALID"


def test_both_ends_belong_to_it() -> None:
    period = period_between(date(2023, 1, 31), date(2023, 2, 1))
    days = ("2023-01-30T23:59", "2023-01-31", "2023-02-01T23:59:59.999+08:00", "2023-02-02")
    assert [period.holds(day) for day in days] == [False, True, True, False]
    with pytest.raises(ExpectedFailure):
        period_between(date(2023, 2, 1), date(2023, 1, 31))
