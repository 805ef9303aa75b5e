"""Beijing time and the arithmetic of dates that rules may use."""

from calendar import monthrange
from datetime import date, datetime, time, timedelta, timezone

BEIJING = timezone(timedelta(hours=8), "Asia/Shanghai")

MS_PER_SECOND = 1_000
MS_PER_MINUTE = 60_000
MS_PER_DAY = 86_400_000


def beijing(day: date, time_ms: int) -> datetime:
    """Return the moment ``time_ms`` milliseconds after Beijing midnight of ``day``."""
    return datetime.combine(day, time(), BEIJING) + timedelta(milliseconds=time_ms)


def ms_of_day(moment: datetime) -> int:
    """Return milliseconds since Beijing midnight."""
    local = moment.astimezone(BEIJING)
    whole = (local.hour * 60 + local.minute) * 60 + local.second
    return whole * MS_PER_SECOND + local.microsecond // 1_000


def ms_of_text(moment: str) -> int:
    """Return milliseconds since Beijing midnight of an ISO moment."""
    return ms_of_day(datetime.fromisoformat(moment))


def months_later(anchor: date, months: int) -> date:
    """Return the same day number ``months`` later, or the last day of a shorter month."""
    index = anchor.year * 12 + anchor.month - 1 + months
    year, month = divmod(index, 12)
    return date(year, month + 1, min(anchor.day, monthrange(year, month + 1)[1]))


def years_later(anchor: date, years: int) -> date:
    """Return the same day ``years`` later (29 Feb becomes 28 Feb in a common year)."""
    return months_later(anchor, 12 * years)
