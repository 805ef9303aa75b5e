"""Books commission by source event: what figures, points and assessment are made of (D2, S41)."""

from dataclasses import dataclass

from sqlalchemy import func, select, text
from sqlalchemy.dialects.postgresql import insert

from models.tables.firm import TRADE_FILL
from models.tables.nights import COMMISSION_ENTRY
from services.central.handlers.work import Work

OWN_TRADE = "fill"
_KEPT = text("SELECT branch_id, manager_id FROM keeper_on(:branch_id, :client_id, :day)")


@dataclass(frozen=True, slots=True, kw_only=True)
class Booking:
    """``entry_id`` names the source event; ``about`` the entry that it changes, "" = a trade."""

    entry_id: str
    client_id: str
    kind: str
    trade_date: str
    amount_cents: int
    turnover_cents: int = 0
    about: str = ""


async def book_commission(work: Work, booking: Booking) -> None:
    """Add the entry, once an event; no commission, no entry."""
    if not booking.amount_cents:
        return
    row = work.owner | {name: getattr(booking, name) for name in Booking.__slots__}
    row |= {
        **await _credited(work, booking),
        "booked_on": work.day.isoformat(),
        "evidence": True,
        "source": OWN_TRADE,
    }
    await work.connection.execute(insert(COMMISSION_ENTRY).values(row).on_conflict_do_nothing())


async def _credited(work: Work, booking: Booking) -> dict[str, object]:
    """Who looked after the client on the trade date, and where, also when he has gone since."""
    told = {"branch_id": work.branch_id, "client_id": booking.client_id, "day": booking.trade_date}
    kept = (await work.connection.execute(_KEPT, told)).one_or_none()
    branch_id, manager_id = kept or (work.branch_id, work.envelope.manager_id)
    return {"credited_branch": branch_id, "credited_to": manager_id}


async def charged_so_far(work: Work, client_order_id: str) -> int:
    """Return the commission that an order's trades were charged, corrections left out."""
    entry, fill = COMMISSION_ENTRY.c, TRADE_FILL.c
    query = (
        select(func.coalesce(func.sum(entry.amount_cents), 0))
        .join(TRADE_FILL, (fill.branch_id == entry.branch_id) & (fill.fill_id == entry.entry_id))
        .where(entry.branch_id == work.branch_id, entry.source == OWN_TRADE, entry.about == "")
        .where(fill.client_order_id == client_order_id)
    )
    return int(await work.connection.scalar(query) or 0)
