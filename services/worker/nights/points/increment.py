"""Incremental commission against a baseline that was frozen once a year (S41, F24).

The same as models.rules.assessment.increment: with evidence, no churn, never reversed.
"""

from datetime import date, timedelta

from sqlalchemy.ext.asyncio import AsyncConnection

from services.worker.nights.step import Night, NotDue, Step, Values, statement

# Trades of a period that count, with their later corrections; a reversed one does not count at all,
# unless the file that reversed it was taken back.
CREDITED = """
credited AS (
    SELECT e.branch_id, e.client_id, e.credited_to,
           e.amount_cents + coalesce(x.cents, 0) AS cents
    FROM own JOIN commission_entry e USING (branch_id, client_id)
    LEFT JOIN (
        SELECT branch_id, about, sum(amount_cents) AS cents,
               bool_or(kind = 'reversal' AND NOT EXISTS (SELECT FROM loaded_file f
                   WHERE f.branch_id = '*' AND f.kind = 'settlement' AND f.load_id = x.source
                     AND f.undone_on <> '' AND f.undone_on <= :day)) AS is_reversed
        FROM commission_entry x WHERE about <> '' AND booked_on <= :day GROUP BY 1, 2
    ) x ON x.branch_id = e.branch_id AND x.about = e.entry_id
    WHERE e.kind = 'commission' AND e.trade_date BETWEEN :period_from AND :period_to
      AND e.booked_on <= :day AND e.evidence AND NOT e.churn AND x.is_reversed IS NOT TRUE
)
"""

_FREEZE = f"""
WITH own AS ({{own}}), fresh AS (
    SELECT own.* FROM own WHERE NOT EXISTS (SELECT FROM commission_baseline b
        WHERE b.branch_id = own.branch_id AND b.client_id = own.client_id AND b.year = :year)
), {CREDITED.replace("FROM own", "FROM fresh own")}
INSERT INTO commission_baseline (branch_id, client_id, year, manager_id, amount_cents, frozen_on)
SELECT f.branch_id, f.client_id, :year, f.manager_id,
       coalesce((SELECT sum(c.cents) FROM credited c WHERE c.client_id = f.client_id), 0)::bigint,
       :day
FROM fresh f
ON CONFLICT DO NOTHING
"""

_INCREMENT = f"""
WITH own AS ({{own}}), {CREDITED}, of_client AS (
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

_CREDIT = f"""
WITH own AS (SELECT branch_id, client_id FROM client), {CREDITED}
INSERT INTO commission_credit (branch_id, manager_id, period_to, period_from, credited_cents)
SELECT branch_id, credited_to, :period_to, :period_from, sum(cents)::bigint
FROM credited WHERE credited_to <> '' GROUP BY 1, 2
ON CONFLICT DO NOTHING
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
    }


BASELINE = Step("baseline", "佣金基数冻结", _baseline_values, (statement("frozen", _FREEZE),))
INCREMENT = Step("increment", "增量佣金", _values, (statement("clients", _INCREMENT),))
CREDIT = Step(
    "credit", "增量佣金归属", _values, (statement("managers", _CREDIT),), is_firm_wide=True
)
