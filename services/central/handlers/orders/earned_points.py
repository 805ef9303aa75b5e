"""Points for the commission of one trade, at the tier of the trade date (S6-S11, D8, D9)."""

from datetime import date
from decimal import Decimal

from sqlalchemy import RowMapping, select

from models.clients.tier import Tier
from models.dates import day_text
from models.money import yuan_of_cents
from models.rules.basis.profile import Settings
from models.rules.points.accrue import points_per_yuan
from models.tables.central import CLIENT_TIER
from models.trading.order import Fill
from services.central.handlers.points.entries import Entry, milli, post_entry
from services.central.handlers.work import Work


async def earn_points(
    work: Work, settings: Settings, client: RowMapping, fill: Fill, commission_cents: int
) -> None:
    """Add the entry of one trade; no commission, no entry.

    Without a multiplier the entry is held at 0 and says so.
    """
    if not commission_cents:
        return
    tier = await _tier_on(work, client, date.fromisoformat(day_text(fill.filled_at)))
    factor = points_per_yuan(settings.points, tier)
    entry = Entry(
        entry_id=f"commission-{fill.fill_id}",
        client_id=client["client_id"],
        kind="commission",
        points_milli=milli((factor or Decimal(0)) * yuan_of_cents(commission_cents)),
        note=_note(fill, commission_cents, factor),
        amount_cents=commission_cents,
        factor="" if factor is None else f"{factor:f}",
    )
    await post_entry(work, entry)


async def _tier_on(work: Work, client: RowMapping, day: date) -> Tier:
    """The client's tier on ``day``; where history does not reach back, his present one."""
    table = CLIENT_TIER.c
    query = (
        select(table.tier)
        .where(table.branch_id == work.branch_id, table.client_id == client["client_id"])
        .where(table.starts_on <= day.isoformat())
        .order_by(table.starts_on.desc())
        .limit(1)
    )
    return Tier(await work.connection.scalar(query) or client["tier"])


def _note(fill: Fill, commission_cents: int, factor: Decimal | None) -> str:
    amount = f"成交 {fill.fill_id} 佣金 {yuan_of_cents(commission_cents):.2f} 元"
    return amount if factor is not None else f"{amount},未设置积分倍数,暂挂"
