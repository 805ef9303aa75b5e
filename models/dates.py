"""Beijing time and the arithmetic of dates that rules may use."""

from calendar import monthrange
from datetime import date, datetime, time, timedelta, timezone

from models.errors import ExpectedFailure

BEIJING = timezone(timedelta(hours=8), "Asia/Shanghai")

MS_PER_SECOND = 1_000
MS_PER_MINUTE = 60_000
MS_PER_DAY = 86_400_000

_DATE_CHARACTERS = 10


class DateInvalid(ExpectedFailure):
    """A text is no date or no moment."""

    def __init__(self, told: str) -> None:
        super().__init__(told, "请按 2023-02-01 的写法填写", "DATE_INVALID")


def day_of(text: str) -> date:
    """Return an ISO date, written with hyphens as days are stored; raises DateInvalid."""
    try:
        day = date.fromisoformat(text)
    except ValueError as fault:
        raise DateInvalid(f"日期「{text}」无法识别") from fault
    if day.isoformat() != text:
        raise DateInvalid(f"日期「{text}」无法识别")
    return day


def moment_of(text: str) -> datetime:
    """Return an ISO moment with its zone; raises DateInvalid."""
    try:
        moment = datetime.fromisoformat(text)
    except ValueError as fault:
        raise DateInvalid(f"时间「{text}」无法识别") from fault
    if moment.tzinfo is None:
        raise DateInvalid(f"时间「{text}」没有时区")
    return moment


def moment_text(moment: datetime) -> str:
    """Return a moment as tables and messages hold it: ISO, in Beijing time, to the millisecond.

    Such texts compare as the moments do, and begin with the business day.
    """
    return moment.astimezone(BEIJING).isoformat(timespec="milliseconds")


def day_text(moment: str) -> str:
    """Return the business day of a moment as tables hold it."""
    return moment[:_DATE_CHARACTERS]


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


def term_end(first: date, months: int) -> date:
    """Return the last day of a term of ``months`` that begins on ``first``."""
    return months_later(first, months) - timedelta(days=1)


def years_later(anchor: date, years: int) -> date:
    """Return the same day ``years`` later (29 Feb becomes 28 Feb in a common year)."""
    return months_later(anchor, 12 * years)


def next_birthday(born: date, day: date) -> date:
    """Return the birthday on ``day`` or the next one after it; 29 Feb is kept on 28 Feb."""
    this_year = years_later(born, day.year - born.year)
    return this_year if this_year >= day else years_later(born, day.year + 1 - born.year)
