"""The tier of the next day: by rule, or a grant above it, with what gave it (S1, D1, F2)."""

from sqlalchemy.ext.asyncio import AsyncConnection

from services.worker.nights.step import Night, Step, Values, statement


async def _values(_: AsyncConnection, night: Night) -> Values:
    return {}


# What he has on the next day goes into his history where it differs, and into his row.
_HISTORY = """
WITH own AS ({own}), rated AS (
    SELECT DISTINCT ON (r.client_id) r.client_id, r.tier, r.tier_by
    FROM tier_rating r WHERE {on_stream} AND r.starts_on <= :next_day
    ORDER BY r.client_id, r.starts_on DESC
), granted AS (
    SELECT g.client_id, max(tier_rank(g.tier)) AS rank
    FROM tier_grant g
    WHERE {on_stream} AND g.starts_on <= :next_day AND g.ends_on >= :next_day GROUP BY 1
), target AS (
    SELECT own.*,
        CASE WHEN g.rank > tier_rank(r.tier) THEN tier_of(g.rank) ELSE r.tier END AS tier,
        CASE WHEN g.rank > tier_rank(r.tier) THEN 'grant' ELSE r.tier_by END AS tier_by
    FROM own JOIN rated r USING (client_id) LEFT JOIN granted g USING (client_id)
), present AS (
    SELECT DISTINCT ON (k.client_id) k.client_id, k.tier, k.tier_by
    FROM client_tier k WHERE {on_stream} AND k.starts_on <= :next_day
    ORDER BY k.client_id, k.starts_on DESC
), shown AS (
    UPDATE client c SET tier = t.tier, tier_by = t.tier_by, version = c.version + 1
    FROM target t
    WHERE c.branch_id = t.branch_id AND c.client_id = t.client_id AND :is_newest
      AND (c.tier, c.tier_by) IS DISTINCT FROM (t.tier, t.tier_by)
)
INSERT INTO client_tier AS history (branch_id, client_id, starts_on, manager_id, tier, tier_by)
SELECT t.branch_id, t.client_id, :next_day, t.manager_id, t.tier, t.tier_by
FROM target t LEFT JOIN present p USING (client_id)
WHERE (t.tier, t.tier_by) IS DISTINCT FROM (p.tier, p.tier_by)
ON CONFLICT (branch_id, client_id, starts_on)
DO UPDATE SET tier = excluded.tier, tier_by = excluded.tier_by
"""

_TELL = """
INSERT INTO timeline (branch_id, entry_id, manager_id, client_id, kind, title, about, author,
    happened_at)
SELECT k.branch_id, 'tier-' || k.client_id || '-' || k.starts_on, o.manager_id, k.client_id, 'tier',
       '等级 ' || k.tier || ',自 ' || k.starts_on, k.tier_by, 'night', :now
FROM ({own}) o JOIN client_tier k USING (branch_id, client_id)
WHERE k.starts_on = :next_day
ON CONFLICT DO NOTHING
"""

TIERS = Step(
    "tiers",
    "等级生效",
    _values,
    (statement("changed", _HISTORY), statement("told", _TELL)),
)
