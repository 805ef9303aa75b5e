"""Posts the points of the commission booked this day, as models.rules.points.accrue says.

Multiplier and settings are those of the trade date; a correction mirrors at the multiplier that the
original entry was given (D9, D10). The balance follows by a trigger of the ledger.
"""

from datetime import date

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncConnection

from models.clients.tier import TIERS
from models.rules.points.accrue import points_per_yuan
from models.tables.nights import COMMISSION_ENTRY
from services.central.handlers.firm_rules import read_settings
from services.worker.nights.step import Night, Step, Values, statement


async def _values(connection: AsyncConnection, night: Night) -> Values:
    """The factor of every trade date and tier that is booked."""
    entry = COMMISSION_ENTRY.c
    found = await connection.scalars(
        select(entry.trade_date).where(entry.booked_on == night.day.isoformat()).distinct()
    )
    dates: list[str] = []
    tiers: list[str] = []
    factors: list[str] = []
    for day in sorted(found):
        points = (await read_settings(connection, date.fromisoformat(day))).points
        for tier in TIERS:
            factor = points_per_yuan(points, tier)
            if factor is not None:
                dates.append(day)
                tiers.append(tier.value)
                factors.append(f"{factor:f}")
    return {"dates": dates, "tiers": tiers, "factors": factors}


POST = """
WITH booked AS (
    SELECT e.branch_id, e.entry_id, o.manager_id, o.client_id, e.trade_date, e.amount_cents
    FROM ({own}) o JOIN commission_entry e USING (branch_id, client_id)
    WHERE e.booked_on = :day AND e.kind = 'commission' AND e.amount_cents <> 0
), span AS (
    SELECT k.client_id, k.tier, k.starts_on,
           lead(k.starts_on, 1, '9999') OVER days AS until
    FROM ({own}) o JOIN client_tier k USING (branch_id, client_id)
    WINDOW days AS (PARTITION BY k.client_id ORDER BY k.starts_on)
), factor AS (
    SELECT f.* FROM unnest(CAST(:dates AS text[]), CAST(:tiers AS text[]), CAST(:factors AS text[]))
        AS f (trade_date, tier, factor)
)
INSERT INTO points_entry (branch_id, entry_id, manager_id, client_id, kind, points_milli, note,
    posted_at, amount_cents, factor)
SELECT b.branch_id, 'commission-' || b.entry_id, b.manager_id, b.client_id, 'commission',
       coalesce(round(b.amount_cents * 10 * CAST(f.factor AS numeric)), 0)::bigint,
       '成交 ' || b.entry_id || ' 佣金 ' || b.amount_cents / 100 || '.'
           || lpad((b.amount_cents % 100)::text, 2, '0') || ' 元'
           || CASE WHEN f.factor IS NULL THEN ',未设置积分倍数,暂挂' ELSE '' END,
       :now, b.amount_cents, coalesce(f.factor, '')
FROM booked b
JOIN client c ON c.branch_id = b.branch_id AND c.client_id = b.client_id
LEFT JOIN span s ON s.client_id = b.client_id
    AND b.trade_date >= s.starts_on AND b.trade_date < s.until
LEFT JOIN factor f ON f.trade_date = b.trade_date AND f.tier = coalesce(s.tier, c.tier)
ON CONFLICT DO NOTHING
"""

# What an original stands at before and after each of its changes, in the order of booking.
CORRECT = """
WITH touched AS (
    SELECT DISTINCT e.branch_id, e.about, o.manager_id
    FROM ({own}) o JOIN commission_entry e USING (branch_id, client_id)
    WHERE e.booked_on = :day AND e.kind <> 'commission'
), family AS (
    SELECT e.*, t.about AS original, t.manager_id AS stream
    FROM touched t JOIN commission_entry e ON e.branch_id = t.branch_id AND e.entry_id = t.about
    UNION ALL
    SELECT e.*, t.about, t.manager_id
    FROM touched t JOIN commission_entry e ON e.branch_id = t.branch_id AND e.about = t.about
), standing AS (
    SELECT f.*, sum(f.amount_cents) OVER whole AS after_cents
    FROM family f
    WINDOW whole AS (PARTITION BY f.original
        ORDER BY f.kind <> 'commission', f.booked_on, f.entry_id)
)
INSERT INTO points_entry (branch_id, entry_id, manager_id, client_id, kind, points_milli, note,
    posted_at, amount_cents, factor, about)
SELECT s.branch_id, 'correction-' || s.entry_id, s.stream, s.client_id,
       CASE WHEN s.after_cents = 0 THEN 'reversal' ELSE 'correction' END,
       CASE WHEN p.factor = '' THEN 0 ELSE
           round(s.after_cents * 10 * CAST(p.factor AS numeric))
           - round((s.after_cents - s.amount_cents) * 10 * CAST(p.factor AS numeric)) END::bigint,
       '成交 ' || s.original || ' 佣金更正为 ' || in_yuan(s.after_cents),
       :now, s.amount_cents, p.factor, p.entry_id
FROM standing s
JOIN points_entry p ON p.branch_id = s.branch_id AND p.entry_id = 'commission-' || s.original
WHERE s.booked_on = :day AND s.kind <> 'commission'
ON CONFLICT DO NOTHING
"""

COMMISSION = Step(
    "commission",
    "佣金积分",
    _values,
    (statement("posted", POST), statement("corrected", CORRECT)),
)
