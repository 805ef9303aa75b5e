"""What is over ends, what waited goes on, and the shown rate is the next day's (F9, D12).

What models.lives.subscription.state_on says of one, and models.rules.products.rate_spans.
"""

from sqlalchemy.ext.asyncio import AsyncConnection

from services.worker.nights.step import Night, Step, Values, statement


async def _values(_: AsyncConnection, night: Night) -> Values:
    night.require_newest()
    return {}


_ROLL = """
WITH moved AS (
    UPDATE subscription s SET version = s.version + 1,
        state = CASE s.state WHEN 'paused' THEN 'active' ELSE 'ended' END
    WHERE s.branch_id = :branch_id AND s.manager_id = ANY (CAST(:managers AS text[]))
      AND ((s.state IN ('active', 'bundled') AND s.ends_on <> '' AND s.ends_on < :next_day)
        OR (s.state = 'paused' AND s.starts_on <> '' AND s.starts_on <= :next_day))
    RETURNING s.*
)
INSERT INTO timeline (branch_id, entry_id, manager_id, client_id, kind, title, about, author,
    happened_at)
SELECT branch_id, 'subscription-' || subscription_id || '-' || state || '-' || :next_day,
       manager_id, client_id, 'subscription',
       product || CASE state WHEN 'ended' THEN ' 于 ' || ends_on || ' 到期' ELSE ' 恢复计费' END,
       subscription_id, 'night', :now
FROM moved
ON CONFLICT DO NOTHING
"""

# The last product begun, unless ended, else the base rate (models.rules.products.rate_spans).
_RATES = """
WITH own AS ({own}), begun AS (
    SELECT r.client_id, r.product <> '' AS is_product, r.rate_units, r.ends_on,
           row_number() OVER (PARTITION BY r.client_id, r.product <> ''
               ORDER BY r.starts_on DESC, coalesce(nullif(r.ends_on, ''), '9999') DESC) AS place
    FROM own JOIN client_rate r USING (branch_id, client_id)
    WHERE r.starts_on <= :next_day
), charged AS (
    SELECT own.branch_id, own.client_id, coalesce(p.rate_units, b.rate_units) AS rate_units
    FROM own
    LEFT JOIN begun p ON p.client_id = own.client_id AND p.is_product AND p.place = 1
        AND (p.ends_on = '' OR p.ends_on >= :next_day)
    LEFT JOIN begun b ON b.client_id = own.client_id AND NOT b.is_product AND b.place = 1
)
UPDATE client c SET rate_units = n.rate_units, version = c.version + 1
FROM charged n
WHERE c.branch_id = n.branch_id AND c.client_id = n.client_id AND c.rate_units <> n.rate_units
"""

_EXCEPTIONS = """
WITH over AS (
    UPDATE rate_exception e SET state = 'ended', version = e.version + 1
    WHERE e.branch_id = :branch_id AND e.manager_id = ANY (CAST(:managers AS text[]))
      AND e.state = 'approved' AND e.ends_on < :next_day
    RETURNING e.*
)
INSERT INTO timeline (branch_id, entry_id, manager_id, client_id, kind, title, about, author,
    happened_at)
SELECT branch_id, 'exception-' || exception_id || '-ended', manager_id, client_id, 'rate',
       '产品 ' || product || ' 的例外费率于 ' || ends_on || ' 到期', exception_id, 'night', :now
FROM over
ON CONFLICT DO NOTHING
"""

SUBSCRIPTIONS = Step(
    "subscriptions",
    "订阅与费率滚动",
    _values,
    (
        statement("moved", _ROLL),
        statement("rates_changed", _RATES),
        statement("exceptions", _EXCEPTIONS),
    ),
)
