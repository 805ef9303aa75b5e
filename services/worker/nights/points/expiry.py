"""Points that run out, as models.rules.points.expiry says; nothing where no validity is set."""

from sqlalchemy.ext.asyncio import AsyncConnection

from services.worker.nights.step import Night, NotDue, Step, Values, statement


async def _values(_: AsyncConnection, night: Night) -> Values:
    months = night.settings.points.valid_months
    if months is None:
        raise NotDue("POINTS_NEVER_EXPIRE")
    return {"months": months}


_EXPIRE = """
WITH own AS ({own}), ledger AS (
    SELECT e.client_id, sum(e.points_milli) AS balance,
           sum(-e.points_milli) FILTER (WHERE e.points_milli < 0) AS used,
           sum(e.points_milli) FILTER (WHERE e.points_milli > 0
               AND (left(e.posted_at, 10)::date + make_interval(months => CAST(:months AS int)))
                   <= CAST(CAST(:next_day AS text) AS date)) AS old
    FROM own JOIN points_entry e USING (branch_id, client_id) GROUP BY 1
), held AS (
    SELECT h.client_id, sum(h.points_milli) AS milli
    FROM own JOIN points_hold h USING (branch_id, client_id) WHERE h.state = 'held' GROUP BY 1
), lost AS (
    SELECT own.*, least(coalesce(l.old, 0) - coalesce(l.used, 0),
                            l.balance - coalesce(h.milli, 0)) AS milli
    FROM own JOIN ledger l USING (client_id) LEFT JOIN held h USING (client_id)
)
INSERT INTO points_entry (branch_id, entry_id, manager_id, client_id, kind, points_milli, note,
    posted_at)
SELECT branch_id, 'expiry-' || client_id || '-' || :next_day, manager_id, client_id, 'expiry',
       -milli, '积分到期', :now
FROM lost WHERE milli > 0
ON CONFLICT DO NOTHING
"""

EXPIRY = Step("points_expiry", "积分到期", _values, (statement("expired", _EXPIRE),))
