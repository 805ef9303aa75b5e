"""Books commission by source event: what figures, points and assessment are made of (D2, S41)."""

from dataclasses import dataclass

from sqlalchemy import func, select
from sqlalchemy.dialects.postgresql import insert

from models.tables.firm import TRADE_FILL
from models.tables.nights import COMMISSION_ENTRY
from services.central.handlers.work import Work

OWN_TRADE = "fill"


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
        "credited_to": await _credited_to(work, booking),
        "booked_on": work.day.isoformat(),
        "evidence": True,
        "source": OWN_TRADE,
    }
    await work.connection.execute(insert(COMMISSION_ENTRY).values(row).on_conflict_do_nothing())


async def _credited_to(work: Work, booking: Booking) -> str:
    """Who looked after the client on the trade date, also when he was handed over since."""
    on_day = func.manager_on(work.branch_id, booking.client_id, booking.trade_date)
    return str(await work.connection.scalar(select(on_day)) or work.envelope.manager_id)


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
