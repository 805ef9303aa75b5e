"""Points for each year that a client stays: on the anniversary, once (S34)."""

from datetime import date

from sqlalchemy.ext.asyncio import AsyncConnection

from models.dates import years_later
from models.rules.basis.missing import configured
from services.central.handlers.points.entries import milli
from services.worker.nights.step import Night, Step, Values, statement

_LEAP_DAY = "-02-29"
_A_LEAP_YEAR = 2024


def anniversary_ends(day: date) -> list[str]:
    """Return how ISO dates end whose anniversary is ``day``: 29 Feb falls on 28 in most years."""
    ends = [day.isoformat()[4:]]
    if years_later(date(_A_LEAP_YEAR, 2, 29), day.year - _A_LEAP_YEAR) == day:
        ends.append(_LEAP_DAY)
    return ends


async def _values(_: AsyncConnection, night: Night) -> Values:
    points = configured(night.settings.points.loyalty_per_year, "LOYALTY")
    return {
        "milli": milli(points),
        "ends": anniversary_ends(night.day),
        "year": night.day.year,
    }


_POST = """
INSERT INTO points_entry (branch_id, entry_id, manager_id, client_id, kind, points_milli, note,
    posted_at)
SELECT c.branch_id, 'loyalty-' || c.client_id || '-' || :day, c.manager_id, c.client_id, 'loyalty',
       CAST(:milli AS bigint),
       '存续满 ' || (CAST(:year AS int) - left(c.opened_on, 4)::int) || ' 年', :now
FROM client c
WHERE c.branch_id = :branch_id AND c.manager_id = ANY (CAST(:managers AS text[]))
  AND substr(c.opened_on, 5) = ANY (CAST(:ends AS text[]))
  AND left(c.opened_on, 4)::int < CAST(:year AS int)
ON CONFLICT DO NOTHING
"""

LOYALTY = Step("loyalty", "忠诚度积分", _values, (statement("posted", _POST),))
