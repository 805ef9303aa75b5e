"""Re-rates all clients as models.rules.tiers.assign does: upgrades, month-end reviews (D1-D3).

An upgrade runs from the next trading day; only a run of failing reviews lowers.
"""

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncConnection

from models.tables.nights import NIGHT_FIGURE
from services.worker.nights.clients.review import REVIEWS, review_values
from services.worker.nights.step import Night, NotDue, Step, Values, statement


async def _values(connection: AsyncConnection, night: Night) -> Values:
    night.require_trading_day()
    figure = NIGHT_FIGURE.c
    made = select(figure.day).where(figure.day == night.day.isoformat()).limit(1)
    if await connection.scalar(made) is None:
        raise NotDue("NO_FIGURES")
    return {
        "effective": night.calendar.next_after(night.day).isoformat(),
        **review_values(night),
    }


_UPGRADES = """
INSERT INTO tier_rating (branch_id, client_id, starts_on, manager_id, rated_on, tier, tier_by,
    cause, average_assets_cents, year_commission_cents)
SELECT branch_id, client_id, :effective, o.manager_id, :day, tier_of(rule_rank), f.tier_by,
       'upgrade', f.average_assets_cents, f.year_commission_cents
FROM ({own}) o JOIN night_figure f USING (branch_id, client_id)
WHERE f.day = :day AND f.rule_rank > f.held_rank
ON CONFLICT DO NOTHING
"""

_SHOW = """
UPDATE client c SET average_assets_cents = f.average_assets_cents,
    year_commission_cents = f.year_commission_cents, version = c.version + 1
FROM night_figure f
WHERE c.branch_id = :branch_id AND c.manager_id = ANY (CAST(:managers AS text[])) AND :is_newest
  AND f.branch_id = c.branch_id AND f.day = :day AND f.client_id = c.client_id
  AND (c.average_assets_cents, c.year_commission_cents)
      IS DISTINCT FROM (f.average_assets_cents, f.year_commission_cents)
"""

RATING = Step(
    "rating",
    "客户评级",
    _values,
    (
        statement("upgraded", _UPGRADES),
        *REVIEWS,
        statement("figures_shown", _SHOW),
    ),
)
