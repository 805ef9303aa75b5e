"""Writes resources/market_rules/trading_days.txt from the package exchange_calendars.

The product does not need that package; run with
``uv run --with exchange_calendars python -m tools.make_calendar``.

The package knows the official holidays up to the end of FORECAST's year before; the days of that
year are a forecast: weekdays outside the statutory holidays as the calendar of the year lets
expect them. Run it again when the State Council has published the next year's holidays; an
operator corrects a single day in calendar.toml.
"""

from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path

import exchange_calendars

FIRST = "1990-12-19"
FORECAST = 2027
TARGET = Path(__file__).resolve().parent.parent / "resources/market_rules/trading_days.txt"
# New Year, Spring Festival (6 Feb), Qingming, Labour Day, Dragon Boat, Mid-Autumn, National Day.
HOLIDAYS = (
    ((1, 1), (1, 3)),
    ((2, 5), (2, 12)),
    ((4, 3), (4, 5)),
    ((5, 1), (5, 5)),
    ((6, 9), (6, 9)),
    ((9, 15), (9, 15)),
    ((10, 1), (10, 7)),
)
SATURDAY = 5


def main() -> None:
    """Write the file."""
    calendar = exchange_calendars.get_calendar("XSHG", start=FIRST)
    official = [session.date() for session in calendar.sessions]
    lines = [f"# Trading days of the Shanghai and Shenzhen exchanges; from {FORECAST} a forecast."]
    lines += [day.isoformat() for day in (*official, *forecast())]
    TARGET.write_text("\n".join(lines) + "\n", "utf-8")


def forecast() -> Iterator[date]:
    """Yield the expected trading days of the forecast year."""
    day = date(FORECAST, 1, 1)
    while day.year == FORECAST:
        if day.weekday() < SATURDAY and not is_holiday(day):
            yield day
        day += timedelta(days=1)


def is_holiday(day: date) -> bool:
    """Tell whether ``day`` lies in one of the expected holidays."""
    return any(first <= (day.month, day.day) <= last for first, last in HOLIDAYS)


if __name__ == "__main__":
    main()
