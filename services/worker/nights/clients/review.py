"""Month-end reviews as models.rules.tiers.review: two that fail in a row lower the tier (D3)."""

from models.rules.basis.missing import configured
from services.worker.nights.step import Night, Statement, Values, statement


def is_review_day(night: Night) -> bool:
    """Whether ``night`` closes the last trading day of a month."""
    return night.is_trading_day and night.calendar.next_after(night.day).month != night.day.month


def review_values(night: Night) -> Values:
    """Return how many reviews must fail, and whether this is one; raises NotConfigured."""
    allowed = configured(night.settings.tier.downgrade_after_failing_reviews, "DOWNGRADE")
    return {"is_review": is_review_day(night), "allowed": allowed}


_JUDGE = """
INSERT INTO tier_review (branch_id, client_id, day, manager_id, tier, result, fails, best_failing,
    lowered_to)
SELECT o.branch_id, o.client_id, :day, o.manager_id, tier_of(f.held_rank), tier_of(f.rule_rank),
       CASE WHEN n.fails >= CAST(:allowed AS int) THEN 0 ELSE n.fails END,
       CASE WHEN n.fails = 0 THEN '' ELSE tier_of(n.best) END,
       CASE WHEN n.fails >= CAST(:allowed AS int) THEN tier_of(n.best) ELSE '' END
FROM ({own}) o JOIN night_figure f USING (branch_id, client_id)
LEFT JOIN LATERAL (
    SELECT v.fails, v.best_failing FROM tier_review v
    WHERE v.branch_id = o.branch_id AND v.client_id = o.client_id AND v.day < :day
    ORDER BY v.day DESC LIMIT 1) p ON true
CROSS JOIN LATERAL (
    SELECT CASE WHEN f.rule_rank < f.held_rank THEN coalesce(p.fails, 0) + 1 ELSE 0 END AS fails,
           greatest(CASE WHEN p.fails > 0 THEN tier_rank(p.best_failing) ELSE 0 END, f.rule_rank)
               AS best
) n
WHERE f.day = :day AND CAST(:is_review AS boolean) AND (n.fails > 0 OR p.fails > 0)
ON CONFLICT DO NOTHING
"""

_LOWER = """
INSERT INTO tier_rating (branch_id, client_id, starts_on, manager_id, rated_on, tier, tier_by,
    cause, average_assets_cents, year_commission_cents)
SELECT v.branch_id, v.client_id, :next_day, o.manager_id, :day, v.lowered_to,
       CASE WHEN tier_rank(v.lowered_to) = f.rule_rank THEN f.tier_by ELSE 'review' END,
       'review', f.average_assets_cents, f.year_commission_cents
FROM ({own}) o JOIN tier_review v USING (branch_id, client_id)
JOIN night_figure f USING (branch_id, day, client_id)
WHERE v.day = :day AND v.lowered_to <> ''
ON CONFLICT DO NOTHING
"""

# The client is warned at the first failure and told when he is lowered: both are a person's task.
_TASKS = """
INSERT INTO task (branch_id, task_id, manager_id, client_id, kind, title, body, due_at, state,
    about)
SELECT v.branch_id, 'tier-review-' || v.client_id || '-' || v.day, o.manager_id, v.client_id,
       'tier_review',
       CASE WHEN v.lowered_to <> '' THEN '等级复核连续未达标,次日起降级'
            ELSE '等级复核未达标(第 ' || v.fails || ' 次)' END,
       '日均资产 ' || in_yuan(f.average_assets_cents) || ',近一年净佣金 '
           || in_yuan(f.year_commission_cents)
           || ';请通知客户并说明达标条件',
       :due_at, 'open', 'tier-review-' || v.client_id
FROM ({own}) o JOIN tier_review v USING (branch_id, client_id)
JOIN night_figure f USING (branch_id, day, client_id)
WHERE v.day = :day AND (v.fails > 0 OR v.lowered_to <> '')
ON CONFLICT DO NOTHING
"""


# For the step that comes after the figures.
REVIEWS: tuple[Statement, ...] = (
    statement("reviewed", _JUDGE),
    statement("lowered", _LOWER),
    statement("review_tasks", _TASKS),
)
