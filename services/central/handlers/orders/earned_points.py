"""Points for the commission of one trade, at the tier of the trade date (S6-S11, D8, D9)."""

from datetime import date
from decimal import Decimal

from sqlalchemy import RowMapping, select
from sqlalchemy.dialects.postgresql import insert

from models.clients.tier import Tier
from models.money import POINTS_MILLI_PER_POINT, yuan_of_cents
from models.rules.basis.profile import Settings
from models.rules.basis.rounding import half_up
from models.rules.points.accrue import commission_points
from models.tables.central import CLIENT_TIER
from models.tables.firm import POINTS_ENTRY
from models.trading.order import Fill
from services.central.handlers.work import Work, now_text

_DATE_CHARACTERS = 10
_ONE_MILLI = Decimal("0.001")


async def earn_points(
    work: Work, settings: Settings, client: RowMapping, fill: Fill, commission_cents: int
) -> int:
    """Add the entry of one trade and return its thousandths; no commission, no entry.

    Without a multiplier the entry is held at 0 and says so.
    """
    if not commission_cents:
        return 0
    tier = await _tier_on(work, client, date.fromisoformat(fill.filled_at[:_DATE_CHARACTERS]))
    points = commission_points(settings.points, tier, yuan_of_cents(commission_cents))
    milli = 0 if points is None else int(half_up(points, _ONE_MILLI) * POINTS_MILLI_PER_POINT)
    row = work.owner | {
        "entry_id": f"commission-{fill.fill_id}",
        "client_id": client["client_id"],
        "kind": "commission",
        "points_milli": milli,
        "note": _note(fill, commission_cents, points),
        "posted_at": now_text(work),
    }
    await work.connection.execute(insert(POINTS_ENTRY).values(row))
    return milli


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


def _note(fill: Fill, commission_cents: int, points: Decimal | None) -> str:
    amount = f"成交 {fill.fill_id} 佣金 {yuan_of_cents(commission_cents):.2f} 元"
    return amount if points is not None else f"{amount},未设置积分倍数,暂挂"
