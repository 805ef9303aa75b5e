"""T+1: what was bought before the next day's session may be sold in it (market-rules § 2.7)."""

from sqlalchemy.ext.asyncio import AsyncConnection

from services.worker.nights.step import Night, Step, Values, statement


async def _values(_: AsyncConnection, night: Night) -> Values:
    """``locked_from``: buys of this day and later are still locked on the next day."""
    night.require_newest()
    session = night.calendar.moved(night.calendar.next_after(night.next_day), -1)
    return {"locked_from": session.isoformat()}


_RELEASE = """
WITH locked AS (
    SELECT o.account, f.symbol, sum(f.quantity) AS quantity
    FROM trade_fill f JOIN trade_order o USING (branch_id, client_order_id)
    WHERE f.branch_id = :branch_id AND f.manager_id = ANY (CAST(:managers AS text[]))
      AND f.side = 'buy' AND left(f.filled_at, 10) >= :locked_from
    GROUP BY 1, 2
), opened AS (
    SELECT h.branch_id, h.account, h.symbol,
           greatest(h.quantity - coalesce(l.quantity, 0), 0)::bigint AS sellable
    FROM holding h LEFT JOIN locked l USING (account, symbol)
    WHERE h.branch_id = :branch_id AND h.manager_id = ANY (CAST(:managers AS text[]))
)
UPDATE holding h SET sellable = o.sellable, version = h.version + 1
FROM opened o
WHERE h.branch_id = o.branch_id AND h.account = o.account AND h.symbol = o.symbol
  AND h.sellable <> o.sellable
"""

RELEASE = Step("release", "T+1 可卖释放", _values, (statement("released", _RELEASE),))
