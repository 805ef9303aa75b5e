"""The day's net assets of every client, taken once: what the 20-day mean is made of (D2)."""

from sqlalchemy.ext.asyncio import AsyncConnection

from services.worker.nights.step import Night, Step, Values, statement

# Prices of what the part's clients hold: the day's close, else the newest before it.
PRICES = """
held AS (
    SELECT h.branch_id, h.client_id, h.symbol, sum(h.quantity)::bigint AS quantity,
           sum(h.cost_cents)::bigint AS cost_cents
    FROM holding h
    WHERE h.branch_id = :branch_id AND h.manager_id = ANY (CAST(:managers AS text[]))
      AND h.quantity > 0
    GROUP BY 1, 2, 3
), price AS MATERIALIZED (
    SELECT s.symbol, k.close_units, k.status
    FROM (SELECT DISTINCT symbol FROM held) s CROSS JOIN LATERAL (
        SELECT close_units, status FROM security_close k
        WHERE k.branch_id = '*' AND k.symbol = s.symbol AND k.day <= :day
        ORDER BY k.day DESC LIMIT 1) k
)
"""

_TAKE = f"""
WITH own AS ({{own}}), {PRICES}, worth AS (
    SELECT h.client_id,
           sum(coalesce((p.close_units * h.quantity + 50) / 100, h.cost_cents)) AS cents
    FROM held h LEFT JOIN price p USING (symbol) GROUP BY 1
), cash AS (
    SELECT a.client_id, sum(a.cash_cents) AS cents FROM account a
    WHERE a.branch_id = :branch_id AND a.manager_id = ANY (CAST(:managers AS text[])) GROUP BY 1
)
INSERT INTO asset_day (branch_id, client_id, day, manager_id, assets_cents,
    cash_cents)
SELECT o.branch_id, o.client_id, :day, o.manager_id,
       (coalesce(w.cents, 0) + coalesce(c.cents, 0))::bigint, coalesce(c.cents, 0)::bigint
FROM own o LEFT JOIN worth w USING (client_id) LEFT JOIN cash c USING (client_id)
ON CONFLICT DO NOTHING
"""


async def _values(_: AsyncConnection, night: Night) -> Values:
    night.require_trading_day()
    night.require_newest()
    return {}


ASSETS = Step("assets", "日终资产", _values, (statement("taken", _TAKE),))
