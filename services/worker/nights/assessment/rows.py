"""The rows that a month's goals and process are counted on, each credited to its manager (S40)."""

from services.worker.nights.step import statement

# The managers' clients at the month's end: by the dated table, not by who has them now, and where.
_KEPT = """
WITH kept AS (
    SELECT k.*, c.opened_on FROM client_manager k
    JOIN client c ON c.branch_id = k.client_branch AND c.client_id = k.client_id
    WHERE k.branch_id = :branch_id AND k.from_on <= :day
      AND k.manager_id = ANY (CAST(:managers AS text[]))
      AND NOT EXISTS (SELECT FROM client_manager l WHERE l.client_branch = k.client_branch
        AND l.client_id = k.client_id AND l.from_on > k.from_on AND l.from_on <= :day)
)"""
# Where clients of the branch are: in it, or where they went from it.
_WHERE = """ IN (SELECT CAST(:branch_id AS text) UNION
    SELECT k.client_branch FROM client_manager k WHERE k.branch_id = :branch_id)"""
_ADD = """
INSERT INTO assessment_row (branch_id, manager_id, period_to, item, row_id, client_id, reached,
    due)
SELECT n.* FROM ("""
# A month whose figures have been told gets no further rows.
_ONCE = """) n (branch_id, manager_id, period_to, item, row_id, client_id, reached, due)
WHERE NOT EXISTS (SELECT FROM assessment_figure f WHERE f.branch_id = n.branch_id
    AND f.manager_id = n.manager_id AND f.period_to = n.period_to)
"""

_CRM_ENTRY = f"""{_KEPT} {_ADD}
SELECT k.branch_id, k.manager_id, CAST(:day AS text), 'crm_entry', k.client_id, k.client_id,
       f.filled, cardinality(CAST(:crm_fields AS text[]))
FROM (SELECT client_branch, array_agg(client_id) AS clients FROM kept GROUP BY 1) g
CROSS JOIN LATERAL filled_fields(g.client_branch, g.clients, CAST(:crm_fields AS text[])) f
JOIN kept k ON k.client_branch = g.client_branch AND k.client_id = f.client_id
WHERE cardinality(CAST(:crm_fields AS text[])) > 0 {_ONCE}
"""

# Only who has been the manager's for the whole of the days can be due.
_CONTACTS = f"""{_KEPT}, due AS (
    SELECT k.*, (CAST(CAST(:day AS text) AS date) - CAST(d.value AS int))::text AS since
    FROM kept k JOIN LATERAL (SELECT t.tier FROM client_tier t
        WHERE t.branch_id = k.client_branch AND t.client_id = k.client_id AND t.starts_on <= :day
        ORDER BY t.starts_on DESC LIMIT 1) t ON true
    JOIN jsonb_each_text(CAST(:contact_days AS jsonb)) d ON d.key = t.tier
), last AS (
    SELECT c.branch_id AS client_branch, c.client_id, max(left(c.happened_at, 10)) AS day
    FROM contact c WHERE left(c.happened_at, 10) <= :day
      AND (c.branch_id, c.client_id) IN (SELECT client_branch, client_id FROM due) GROUP BY 1, 2
) {_ADD}
SELECT d.branch_id, d.manager_id, CAST(:day AS text), 'contacts', d.client_id, d.client_id,
       coalesce(l.day > d.since, false)::int, 1
FROM due d LEFT JOIN last l USING (client_branch, client_id) WHERE d.from_on <= d.since {_ONCE}
"""

# A task counts for who looked after its client when it was due, one about nobody for whose stream
# it is on. One that was dismissed before its time was not due; one that was closed before it was
# noted when is left out.
_CALLBACKS = f"""{_ADD}
SELECT m.branch_id, m.manager_id, CAST(:day AS text), 'callbacks', t.task_id,
       coalesce(t.client_id, ''), (t.state = 'done' AND t.closed_at <= t.due_at)::int, 1
FROM task t LEFT JOIN LATERAL keeper_on(t.branch_id, t.client_id, left(t.due_at, 10)) k ON true
CROSS JOIN LATERAL (SELECT coalesce(k.branch_id, t.branch_id) AS branch_id,
                           coalesce(k.manager_id, t.manager_id) AS manager_id) m
WHERE t.branch_id{_WHERE} AND m.branch_id = :branch_id
  AND m.manager_id = ANY (CAST(:managers AS text[]))
  AND t.kind = ANY (CAST(:callback_kinds AS text[]))
  AND (t.state = 'open' OR t.closed_at <> '')
  AND NOT (t.state = 'dismissed' AND t.closed_at <= t.due_at)
  AND left(t.due_at, 10) BETWEEN :period_from AND :day {_ONCE}
"""

_NEW_CLIENTS = f"""{_KEPT} {_ADD}
SELECT k.branch_id, k.manager_id, CAST(:day AS text), 'goals.new_clients', k.client_id,
       k.client_id, 1, 0
FROM kept k WHERE k.opened_on BETWEEN :period_from AND :day {_ONCE}
"""

_NEW_ASSETS = f"""{_KEPT} {_ADD}
SELECT k.branch_id, k.manager_id, CAST(:day AS text), 'goals.new_assets', k.client_id,
       k.client_id, a.assets_cents, 0
FROM kept k JOIN LATERAL (SELECT a.assets_cents FROM asset_day a
    WHERE a.branch_id = k.client_branch AND a.client_id = k.client_id
      AND a.day BETWEEN :period_from AND :day ORDER BY a.day DESC LIMIT 1) a ON true
WHERE k.opened_on BETWEEN :period_from AND :day {_ONCE}
"""

# Sold is what was paid for; what came with a product or an allowance was not.
_SOLD = f"""{_ADD}
SELECT m.branch_id, m.manager_id, CAST(:day AS text), 'goals.subscriptions_sold', s.subscription_id,
       s.client_id, 1, 0
FROM subscription s LEFT JOIN LATERAL keeper_on(s.branch_id, s.client_id, s.starts_on) k ON true
CROSS JOIN LATERAL (SELECT coalesce(k.branch_id, s.branch_id) AS branch_id,
                           coalesce(k.manager_id, s.manager_id) AS manager_id) m
WHERE s.branch_id{_WHERE} AND m.branch_id = :branch_id AND s.starts_on BETWEEN :period_from AND :day
  AND s.paid_by IN ('cash', 'points', 'commission', 'annual_fee')
  AND m.manager_id = ANY (CAST(:managers AS text[])) {_ONCE}
"""

ROWS = tuple(
    statement("rows", each)
    for each in (_CRM_ENTRY, _CONTACTS, _CALLBACKS, _NEW_CLIENTS, _NEW_ASSETS, _SOLD)
)
