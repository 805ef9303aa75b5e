"""Incremental commission against a baseline that was frozen once a year (S41, F24).

The same as models.rules.assessment.increment: with evidence, no churn, never reversed. A period's
figures are told at each month's end; what was booked for it after that restates them at the next
one. The baseline stays as it was frozen.
"""

from datetime import date, timedelta

from sqlalchemy.ext.asyncio import AsyncConnection

from services.worker.nights.step import Night, NotDue, Step, Values, statement


def _credited(scope: str, begins: str, ends: str, per: str = "branch_id, client_id") -> str:
    """Trades of a period that count, with their later corrections; a reversed one never counts,
    unless the file that reversed it was taken back."""
    return f"""
credited AS (
    SELECT e.branch_id, e.client_id, e.credited_branch, e.credited_to, {ends} AS period_to,
           e.amount_cents + coalesce(x.cents, 0) AS cents
    FROM {scope} JOIN commission_entry e USING ({per})
    LEFT JOIN (
        SELECT branch_id, about, sum(amount_cents) AS cents,
               bool_or(kind = 'reversal' AND NOT EXISTS (SELECT FROM loaded_file f
                   WHERE f.branch_id = '*' AND f.kind = 'settlement' AND f.load_id = x.source
                     AND f.undone_on <> '' AND f.undone_on <= :day)) AS is_reversed
        FROM commission_entry x WHERE about <> '' AND booked_on <= :day GROUP BY 1, 2
    ) x ON x.branch_id = e.branch_id AND x.about = e.entry_id
    WHERE e.kind = 'commission' AND e.trade_date BETWEEN {begins} AND {ends}
      AND e.booked_on <= :day AND e.evidence AND NOT e.churn AND x.is_reversed IS NOT TRUE
)
"""


_PERIOD = (":period_from", ":period_to")
_LATE = ("late.period_from", "late.period_to")

_FREEZE = f"""
WITH own AS ({{own}}), fresh AS (
    SELECT own.* FROM own WHERE NOT EXISTS (SELECT FROM commission_baseline b
        WHERE b.branch_id = own.branch_id AND b.client_id = own.client_id AND b.year = :year)
), {_credited("fresh", *_PERIOD)}
INSERT INTO commission_baseline (branch_id, client_id, year, manager_id, amount_cents, frozen_on)
SELECT f.branch_id, f.client_id, :year, f.manager_id,
       coalesce((SELECT sum(c.cents) FROM credited c WHERE c.client_id = f.client_id), 0)::bigint,
       :day
FROM fresh f
ON CONFLICT DO NOTHING
"""

_INCREMENT = f"""
WITH own AS ({{own}}), {_credited("own", *_PERIOD)}, of_client AS (
    SELECT client_id, sum(cents)::bigint AS cents FROM credited GROUP BY 1
)
INSERT INTO commission_increment (branch_id, client_id, period_to, period_from, manager_id,
    credited_cents, baseline_cents, increment_cents)
SELECT own.branch_id, own.client_id, :period_to, :period_from, own.manager_id,
       coalesce(c.cents, 0), b.amount_cents,
       round(coalesce(c.cents, 0) - b.amount_cents * CAST(:months AS numeric) / 12)::bigint
FROM own JOIN commission_baseline b ON b.branch_id = own.branch_id
    AND b.client_id = own.client_id AND b.year = :year
LEFT JOIN of_client c ON c.client_id = own.client_id
ON CONFLICT DO NOTHING
"""

# Earlier periods for which something was booked after they had been told.
_RESTATE = f"""
WITH own AS ({{own}}), late AS (
    SELECT DISTINCT i.branch_id, i.client_id, i.period_from, i.period_to
    FROM own JOIN commission_increment i USING (branch_id, client_id)
    JOIN commission_entry e USING (branch_id, client_id)
    WHERE :is_newest AND i.period_to BETWEEN :since AND :yesterday
      AND e.booked_on > i.period_to AND e.booked_on <= :day
      AND e.trade_date BETWEEN i.period_from AND i.period_to
), {_credited("late", *_LATE)}, stands AS (
    SELECT l.branch_id, l.client_id, l.period_to, coalesce(sum(c.cents), 0)::bigint AS cents
    FROM late l LEFT JOIN credited c USING (branch_id, client_id, period_to) GROUP BY 1, 2, 3
)
UPDATE commission_increment i
SET credited_cents = s.cents, restated_on = :day, increment_cents = round(
    s.cents - i.baseline_cents * extract(month FROM CAST(i.period_to AS date)) / 12)::bigint
FROM stands s
WHERE i.branch_id = s.branch_id AND i.client_id = s.client_id AND i.period_to = s.period_to
  AND i.credited_cents <> s.cents
"""

_CREDIT = f"""
WITH own AS (SELECT branch_id, client_id FROM client), {_credited("own", *_PERIOD)}
INSERT INTO commission_credit (branch_id, manager_id, period_to, period_from, credited_cents)
SELECT credited_branch, credited_to, :period_to, :period_from, sum(cents)::bigint
FROM credited WHERE credited_to <> '' GROUP BY 1, 2
ON CONFLICT DO NOTHING
"""

# A branch is credited with what its people earned, also with clients who have left it.
_RESTATE_CREDIT = f"""
WITH late AS (
    SELECT DISTINCT e.branch_id, e.client_id, e.credited_branch, c.period_from, c.period_to
    FROM (SELECT DISTINCT branch_id, period_from, period_to FROM commission_credit) c
    JOIN commission_entry e ON e.credited_branch = c.branch_id
        AND e.trade_date BETWEEN c.period_from AND c.period_to
    WHERE :is_newest AND c.period_to BETWEEN :since AND :yesterday
      AND EXISTS (SELECT FROM commission_entry x WHERE x.credited_branch = c.branch_id
        AND x.trade_date BETWEEN c.period_from AND c.period_to
        AND x.booked_on > c.period_to AND x.booked_on <= :day)
), {_credited("late", *_LATE, "branch_id, client_id, credited_branch")}, stands AS (
    SELECT branch_id, credited_to AS manager_id, period_to, sum(cents)::bigint AS cents
    FROM (SELECT credited_branch AS branch_id, credited_to, period_to, cents
          FROM credited WHERE credited_to <> ''
          UNION ALL
          SELECT DISTINCT c.branch_id, c.manager_id, c.period_to, 0
          FROM commission_credit c
          JOIN late l ON l.credited_branch = c.branch_id AND l.period_to = c.period_to) told
    GROUP BY 1, 2, 3
)
INSERT INTO commission_credit (branch_id, manager_id, period_to, period_from, credited_cents,
    restated_on)
SELECT s.branch_id, s.manager_id, s.period_to, l.period_from, s.cents, :day
FROM stands s JOIN (SELECT DISTINCT credited_branch AS branch_id, period_from, period_to
                    FROM late) l USING (branch_id, period_to)
ON CONFLICT (branch_id, manager_id, period_to) DO UPDATE
SET credited_cents = excluded.credited_cents, restated_on = excluded.restated_on
WHERE commission_credit.credited_cents <> excluded.credited_cents
"""


async def _baseline_values(_: AsyncConnection, night: Night) -> Values:
    last = night.day.year - 1
    return {
        "year": str(night.day.year),
        "period_from": date(last, 1, 1).isoformat(),
        "period_to": date(last, 12, 31).isoformat(),
    }


async def _values(_: AsyncConnection, night: Night) -> Values:
    """From the first of January to the end of this month."""
    if (night.day + timedelta(days=1)).month == night.day.month:
        raise NotDue("NO_MONTH_END")
    return {
        "year": str(night.day.year),
        "months": night.day.month,
        "period_from": date(night.day.year, 1, 1).isoformat(),
        "period_to": night.day.isoformat(),
        "since": date(night.day.year - 1, 1, 1).isoformat(),
        "yesterday": (night.day - timedelta(days=1)).isoformat(),
    }


BASELINE = Step("baseline", "佣金基数冻结", _baseline_values, (statement("frozen", _FREEZE),))
INCREMENT = Step(
    "increment",
    "增量佣金",
    _values,
    (statement("clients", _INCREMENT), statement("restated", _RESTATE)),
)
CREDIT = Step(
    "credit",
    "增量佣金归属",
    _values,
    (statement("managers", _CREDIT), statement("credits_restated", _RESTATE_CREDIT)),
    is_firm_wide=True,
)
