"""Goals and process of a month, manager by manager, and the score of them (S40, F24).

The score is the same as models.rules.assessment.score gives. First come the rows that a figure is
summed of, then the figures, then the score; all are written once: what a month was told to be
stands, whatever is edited, moved or handed over later.
"""

import json
from collections.abc import Iterator, Mapping

from sqlalchemy.ext.asyncio import AsyncConnection

from models.money import CENTS_PER_YUAN
from models.rules.basis.missing import configured
from models.rules.basis.settings.service import AssessmentSettings
from models.rules.basis.settings.words import Goal
from services.worker.nights.assessment.rows import ROWS
from services.worker.nights.step import Night, NotDue, Step, Values, statement

_FIGURES = """
WITH assessed AS (
    SELECT m.manager_id, coalesce(s.role, '') AS role
    FROM unnest(CAST(:managers AS text[])) AS m (manager_id)
    LEFT JOIN staff s ON s.branch_id = :branch_id AND s.staff_id = m.manager_id
), items AS (
    SELECT a.manager_id, i.item, i.code, 0 AS target
    FROM assessed a, jsonb_to_recordset(CAST(:items AS jsonb)) AS i (item text, code text)
    UNION ALL
    SELECT a.manager_id, CASE WHEN g.key IS NULL THEN 'goals' ELSE 'goals.' || g.key END,
           CASE WHEN g.key IS NULL THEN 'GOALS_NOT_CONFIGURED' ELSE '' END,
           coalesce(CAST(g.value AS bigint), 0)
    FROM assessed a LEFT JOIN LATERAL jsonb_each_text(coalesce(
        CAST(:goals AS jsonb) -> a.manager_id, CAST(:goals AS jsonb) -> a.role)) g ON true
), sums AS (
    SELECT manager_id, item, sum(reached)::bigint AS reached, sum(due)::bigint AS due
    FROM assessment_row WHERE branch_id = :branch_id AND period_to = :day
      AND manager_id = ANY (CAST(:managers AS text[])) GROUP BY 1, 2
)
INSERT INTO assessment_figure (branch_id, manager_id, period_to, item, period_from, reached, due,
    code)
SELECT :branch_id, i.manager_id, :day, i.item, :period_from, coalesce(s.reached, 0),
       greatest(coalesce(s.due, 0), i.target),
       CASE WHEN i.code <> '' THEN i.code
            WHEN greatest(coalesce(s.due, 0), i.target) = 0 THEN 'NOTHING_DUE' ELSE '' END
FROM items i LEFT JOIN sums s USING (manager_id, item)
ON CONFLICT DO NOTHING
"""

# Each goal counts alike, none for more than the cap: one that was passed hides none that was not.
_SCORE = """
WITH parts AS (
    SELECT f.manager_id, split_part(f.item, '.', 1) AS item, max(f.code) AS code,
           avg(least(100 * greatest(f.reached, 0)::numeric / nullif(f.due, 0),
                     CAST(:cap AS numeric))) AS percent
    FROM assessment_figure f
    WHERE f.branch_id = :branch_id AND f.period_to = :day
      AND f.manager_id = ANY (CAST(:managers AS text[])) GROUP BY 1, 2
), scored AS (
    SELECT p.manager_id, coalesce(min(nullif(p.code, '')),
               CASE WHEN bool_or(w.value IS NULL OR CAST(:cap AS numeric) IS NULL)
                    THEN 'ASSESSMENT_NOT_CONFIGURED' ELSE '' END) AS code,
           sum(CAST(w.value AS numeric) * p.percent / 100) AS score
    FROM parts p LEFT JOIN jsonb_each_text(CAST(:weights AS jsonb)) w ON w.key = p.item
    GROUP BY 1
)
INSERT INTO assessment_score (branch_id, manager_id, period_to, period_from, stage, score, code)
SELECT :branch_id, manager_id, :day, :period_from, CAST(:stage AS bigint),
       CASE WHEN CAST(:stage AS bigint) = 1 AND code = '' THEN round(score, 2)::text ELSE '' END,
       CASE WHEN CAST(:stage AS bigint) = 1 THEN code ELSE '' END
FROM scored
ON CONFLICT DO NOTHING
"""


async def _values(_: AsyncConnection, night: Night) -> Values:
    """Of the month that ends tonight; NotConfigured ASSESSMENT where the stage is unset."""
    if night.next_day.month == night.day.month:
        raise NotDue("NO_MONTH_END")
    settings = night.settings.assessment
    return {
        "period_from": night.day.replace(day=1).isoformat(),
        "stage": configured(settings.stage, "ASSESSMENT"),
        "cap": settings.cap_percent,
        "weights": json.dumps({item: str(weight) for item, weight in settings.weights.items()}),
        "items": json.dumps([{"item": item, "code": code} for item, code in _items(settings)]),
        "goals": json.dumps({who: dict(_targets(told)) for who, told in settings.goals.items()}),
        "crm_fields": list(settings.crm_fields),
        "contact_days": json.dumps(settings.contact_days),
        "callback_kinds": list(settings.callback_kinds),
    }


def _items(settings: AssessmentSettings) -> Iterator[tuple[str, str]]:
    """The items of process, each with the reason why it has no percentage."""
    told = (
        ("crm_entry", settings.crm_fields, "CRM_FIELDS"),
        ("contacts", settings.contact_days, "CONTACT_DAYS"),
        ("callbacks", settings.callback_kinds, "CALLBACK_KINDS"),
    )
    for item, setting, name in told:
        yield item, "" if setting else f"{name}_NOT_CONFIGURED"


def _targets(goals: Mapping[Goal, int]) -> Iterator[tuple[str, int]]:
    """Money in cents, as the rows count it."""
    for goal, target in goals.items():
        yield goal.value, target * CENTS_PER_YUAN if goal is Goal.NEW_ASSETS else target


PROCESS = Step(
    "process",
    "目标与过程考核",
    _values,
    (*ROWS, statement("figures", _FIGURES), statement("scores", _SCORE)),
)
