"""When a moved reminder fires (features F4: a rescheduled one never vanishes)."""

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True)
class Reminder:
    """``overdue`` = its time had passed when it was moved."""

    fires_at: datetime
    overdue: bool


def move(new_time: datetime, now: datetime) -> Reminder:
    """Return when a reminder moved to ``new_time`` fires: at once when that is not after now."""
    overdue = new_time <= now
    return Reminder(now if overdue else new_time, overdue)
