"""By when a question is to be answered: working hours of trading days (features F15)."""

from collections.abc import Iterator, Sequence
from datetime import date, datetime, timedelta

from models.dates import BEIJING
from models.lives.teams.question import AdvisoryDesk
from models.rules.basis.calendar import TradingCalendar
from models.rules.basis.missing import configured
from models.rules.basis.settings.questions import QuestionSettings, WorkingSpan

_NAME = "QUESTIONS"
_ONE_DAY = timedelta(days=1)


def due_at(
    settings: QuestionSettings, calendar: TradingCalendar, desk: AdvisoryDesk, came_at: datetime
) -> datetime:
    """Return when the desk's time for a question that came at ``came_at`` is over.

    Raises NotConfigured QUESTIONS without hours or a working day, CALENDAR beyond known days.
    """
    of_desk = {
        AdvisoryDesk.BRANCH: settings.branch_hours,
        AdvisoryDesk.HEAD_OFFICE: settings.head_office_hours,
    }
    left = timedelta(hours=configured(of_desk[desk], _NAME))
    working = configured(settings.working or None, _NAME)
    for begins, ends in _spans(working, calendar, came_at.astimezone(BEIJING)):
        if ends - begins >= left:
            return begins + left
        left -= ends - begins
    raise AssertionError("the calendar ends before the spans do")


def _spans(
    working: Sequence[WorkingSpan], calendar: TradingCalendar, came_at: datetime
) -> Iterator[tuple[datetime, datetime]]:
    """What is left of the working time from ``came_at`` on, in order."""
    day = came_at.date()
    while True:
        if calendar.is_trading_day(day):
            for span in sorted(working, key=lambda span: span.from_):
                begins, ends = _at(day, span)
                if max(begins, came_at) < ends:
                    yield max(begins, came_at), ends
        day += _ONE_DAY


def _at(day: date, span: WorkingSpan) -> tuple[datetime, datetime]:
    return datetime.combine(day, span.from_, BEIJING), datetime.combine(day, span.to, BEIJING)
