"""One entry of the points ledger; the balance follows by itself (a trigger of the database)."""

from dataclasses import dataclass
from decimal import Decimal

from sqlalchemy import select

from models.money import POINTS_MILLI_PER_POINT
from models.rules.basis.rounding import half_up
from models.tables.firm import POINTS_ENTRY
from services.central.handlers.work import Work, add_new, now_text

_ONE_MILLI = Decimal("0.001")


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """``entry_id`` names the source event, so that no event is posted twice.

    ``factor`` = points a yuan at that time ("" = not from commission, or held), ``about`` = the
    entry that is corrected.
    """

    entry_id: str
    client_id: str
    kind: str
    points_milli: int
    note: str
    amount_cents: int = 0
    factor: str = ""
    about: str = ""


def milli(points: Decimal) -> int:
    """Return points in thousandths, half-up."""
    return int(half_up(points, _ONE_MILLI) * POINTS_MILLI_PER_POINT)


async def has_entry(work: Work, entry_id: str) -> bool:
    """Tell whether the event is posted, as far as the author may see."""
    entry = POINTS_ENTRY.c
    query = select(entry.entry_id).where(
        entry.branch_id == work.branch_id, entry.entry_id == entry_id
    )
    return (await work.connection.execute(query)).first() is not None


async def post_entry(work: Work, entry: Entry) -> bool:
    """Add the entry; False when its event was posted before."""
    row = work.owner | {name: getattr(entry, name) for name in Entry.__slots__}
    return await add_new(work, POINTS_ENTRY, row | {"posted_at": now_text(work)})
