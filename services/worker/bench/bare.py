"""The same work as plain set-based SQL: no log, no audit, no policies, no dated settings."""

import asyncpg

_COPIES = ("client", "client_tier", "points_entry")

RATE = (
    """UPDATE {bare}_client c SET average_assets_cents = f.average, year_commission_cents = f.cents,
        tier = (ARRAY['ordinary', 'silver', 'gold', 'platinum'])[f.rank],
        tier_by = CASE WHEN f.rank = f.by_assets THEN 'assets' ELSE 'commission' END,
        version = c.version + 1
    FROM (
        SELECT a.client_id, round(a.total::numeric / a.days)::bigint AS average,
               coalesce(m.cents, 0) AS cents, r.by_assets,
               greatest(r.by_assets, r.by_commission) AS rank
        FROM (SELECT client_id, sum(assets_cents)::bigint AS total, count(*) AS days FROM asset_day
              WHERE day BETWEEN $1 AND $2 GROUP BY 1) a
        LEFT JOIN (SELECT client_id, sum(amount_cents)::bigint AS cents FROM commission_entry
                   WHERE trade_date > $3 AND trade_date <= $2 GROUP BY 1) m USING (client_id)
        CROSS JOIN LATERAL (SELECT
            CASE WHEN a.total >= 500000000::numeric * a.days THEN 4
                 WHEN a.total >= 100000000::numeric * a.days THEN 3
                 WHEN a.total >= 20000000::numeric * a.days THEN 2 ELSE 1 END AS by_assets,
            CASE WHEN m.cents >= 5000000 THEN 4 WHEN m.cents >= 1000000 THEN 3
                 WHEN m.cents >= 200000 THEN 2 ELSE 1 END AS by_commission) r
    ) f
    WHERE c.branch_id = 'B001' AND c.client_id = f.client_id""",
    """INSERT INTO {bare}_client_tier (branch_id, client_id, starts_on, manager_id, tier, tier_by)
    SELECT c.branch_id, c.client_id, $1, c.manager_id, c.tier, c.tier_by
    FROM {bare}_client c JOIN (
        SELECT DISTINCT ON (client_id) client_id, tier FROM {bare}_client_tier
        ORDER BY client_id, starts_on DESC) t USING (client_id)
    WHERE c.tier <> t.tier""",
)
POST = (
    """INSERT INTO {bare}_points_entry (branch_id, entry_id, manager_id, client_id, kind,
        points_milli, note, posted_at, amount_cents, factor)
    SELECT e.branch_id, 'commission-' || e.entry_id, e.manager_id, e.client_id, 'commission',
           round(e.amount_cents * 10 * f.factor)::bigint,
           '成交 ' || e.entry_id || ' 佣金 ' || e.amount_cents / 100 || '.'
               || lpad((e.amount_cents % 100)::text, 2, '0') || ' 元',
           $1 || 'T18:30:00.000+08:00', e.amount_cents, f.factor::text
    FROM commission_entry e
    JOIN (SELECT client_id, tier, starts_on, lead(starts_on, 1, '9999')
              OVER (PARTITION BY client_id ORDER BY starts_on) AS until
          FROM {bare}_client_tier) s
        ON s.client_id = e.client_id AND e.trade_date >= s.starts_on AND e.trade_date < s.until
    JOIN (VALUES ('ordinary', 1.0), ('silver', 1.1), ('gold', 1.2), ('platinum', 1.3))
        f (tier, factor) ON f.tier = s.tier
    WHERE e.booked_on = $1
    ON CONFLICT DO NOTHING""",
    """UPDATE {bare}_client c SET points_milli = c.points_milli + p.milli, version = c.version + 1
    FROM (SELECT client_id, sum(points_milli)::bigint AS milli FROM {bare}_points_entry
          GROUP BY 1) p
    WHERE c.branch_id = 'B001' AND c.client_id = p.client_id""",
)


async def copy_tables(connection: "asyncpg.Connection[asyncpg.Record]", bare: str) -> None:
    """Make tables of the same form and rows, indexes and foreign key; no triggers, no policies."""
    for name in _COPIES:
        copy = f"{bare}_{name}"
        await connection.execute(f"DROP TABLE IF EXISTS {copy} CASCADE")
        await connection.execute(f"CREATE TABLE {copy} (LIKE {name} INCLUDING ALL)")
        await connection.execute(f"INSERT INTO {copy} SELECT * FROM {name}")
        await connection.execute(f"VACUUM ANALYZE {copy}")
    await connection.execute(
        f"ALTER TABLE {bare}_points_entry ADD FOREIGN KEY (branch_id, client_id)"
        f" REFERENCES {bare}_client (branch_id, client_id)"
    )
