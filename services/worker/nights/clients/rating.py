"""Re-rates all clients as models.rules.tiers.assign does: figures, upgrades, month-end reviews.

An upgrade runs from the next trading day; only a run of failing reviews lowers (D1-D3).
"""

from decimal import Decimal

from sqlalchemy.ext.asyncio import AsyncConnection

from models.clients.tier import TIERS
from models.dates import months_later
from models.rules.basis.missing import NotConfigured, configured
from models.rules.basis.settings.clients import TierSettings
from services.worker.nights.clients.review import review_values, reviews
from services.worker.nights.step import Night, Step, Values, statement

_CENTS = 100


async def _values(_: AsyncConnection, night: Night) -> Values:
    night.require_trading_day()
    tier = night.settings.tier
    days = configured(tier.assets_window_trading_days, "TIER_WINDOW")
    months = configured(tier.commission_window_months, "TIER_WINDOW")
    values: dict[str, object] = {
        "window_from": night.calendar.moved(night.day, 1 - days).isoformat(),
        "year_after": months_later(night.day, -months).isoformat(),
        "effective": night.calendar.next_after(night.day).isoformat(),
    }
    return {**values, **bound_values(tier), **review_values(night)}


def bound_values(settings: TierSettings) -> Values:
    """Return the bounds in cents; raises NotConfigured THRESHOLDS where a tier has none at all."""
    values: dict[str, object] = {}
    for tier in TIERS[1:]:
        bounds = settings.bounds(tier)
        if bounds.assets is None and bounds.commission is None:
            raise NotConfigured("THRESHOLDS")
        values[f"{tier}_assets"] = _cents(bounds.assets)
        values[f"{tier}_commission"] = _cents(bounds.commission)
    return values


def _cents(bound: Decimal | None) -> Decimal | None:
    return None if bound is None else bound * _CENTS


_CARRIED = """
INSERT INTO tier_rating (branch_id, client_id, starts_on, manager_id, tier, tier_by, cause)
SELECT o.branch_id, o.client_id, coalesce(t.starts_on, :day), o.manager_id,
       coalesce(t.tier, 'ordinary'), coalesce(t.tier_by, ''), 'carried'
FROM ({own}) o LEFT JOIN LATERAL (
    SELECT k.starts_on, k.tier, k.tier_by FROM client_tier k
    WHERE k.branch_id = o.branch_id AND k.client_id = o.client_id
      AND k.starts_on <= :day AND k.tier_by <> 'grant'
    ORDER BY k.starts_on DESC LIMIT 1) t ON true
WHERE NOT EXISTS (SELECT FROM tier_rating r
                  WHERE r.branch_id = o.branch_id AND r.client_id = o.client_id)
"""

_TABLE = """
CREATE TEMPORARY TABLE night_figure (
    branch_id text, client_id text, manager_id text, average_cents bigint, commission_cents bigint,
    assets_rank int, commission_rank int, rule_rank int, held_rank int, tier_by text
) ON COMMIT DROP
"""

# No mean is rounded before the test: the sum is compared with the bound times the days.
_FIGURES = """
WITH own AS ({own}), assets AS (
    SELECT d.client_id, sum(d.assets_cents)::bigint AS total, count(*) AS days
    FROM own JOIN asset_day d USING (branch_id, client_id)
    WHERE d.day BETWEEN :window_from AND :day GROUP BY 1
), commission AS (
    SELECT e.client_id, sum(e.amount_cents)::bigint AS cents
    FROM own JOIN commission_entry e USING (branch_id, client_id)
    WHERE e.trade_date > :year_after AND e.trade_date <= :day AND e.booked_on <= :day GROUP BY 1
), held AS (
    SELECT DISTINCT ON (r.client_id) r.client_id, tier_rank(r.tier) AS rank
    FROM own JOIN tier_rating r USING (branch_id, client_id)
    WHERE r.rated_on < :day ORDER BY r.client_id, r.starts_on DESC
), figure AS (
    SELECT own.*, a.total, a.days, coalesce(c.cents, 0) AS cents, h.rank AS held_rank,
        CASE WHEN a.total >= CAST(:platinum_assets AS numeric) * a.days THEN 4
             WHEN a.total >= CAST(:gold_assets AS numeric) * a.days THEN 3
             WHEN a.total >= CAST(:silver_assets AS numeric) * a.days THEN 2
             ELSE 1 END AS by_assets,
        CASE WHEN coalesce(c.cents, 0) >= CAST(:platinum_commission AS numeric) THEN 4
             WHEN coalesce(c.cents, 0) >= CAST(:gold_commission AS numeric) THEN 3
             WHEN coalesce(c.cents, 0) >= CAST(:silver_commission AS numeric) THEN 2
             ELSE 1 END AS by_commission
    FROM own JOIN assets a USING (client_id) JOIN held h USING (client_id)
    LEFT JOIN commission c USING (client_id)
)
INSERT INTO night_figure
SELECT branch_id, client_id, manager_id, round(total::numeric / days)::bigint, cents,
       by_assets, by_commission, greatest(by_assets, by_commission), held_rank,
       CASE WHEN greatest(by_assets, by_commission) = 1 THEN ''
            WHEN by_assets = by_commission THEN 'assets,commission'
            WHEN by_assets > by_commission THEN 'assets' ELSE 'commission' END
FROM figure
"""

_UPGRADES = """
INSERT INTO tier_rating (branch_id, client_id, starts_on, manager_id, rated_on, tier, tier_by,
    cause, average_assets_cents, year_commission_cents)
SELECT branch_id, client_id, :effective, manager_id, :day, tier_of(rule_rank), tier_by,
       'upgrade', average_cents, commission_cents
FROM night_figure WHERE rule_rank > held_rank
ON CONFLICT DO NOTHING
"""

_SHOW = """
UPDATE client c SET average_assets_cents = f.average_cents,
    year_commission_cents = f.commission_cents, version = c.version + 1
FROM night_figure f
WHERE c.branch_id = f.branch_id AND c.client_id = f.client_id AND :is_newest
  AND (c.average_assets_cents, c.year_commission_cents)
      IS DISTINCT FROM (f.average_cents, f.commission_cents)
"""

RATING = Step(
    "rating",
    "客户评级",
    _values,
    (
        statement("carried", _CARRIED),
        statement("", _TABLE),
        statement("", _FIGURES),
        statement("upgraded", _UPGRADES),
        *reviews(),
        statement("figures_shown", _SHOW),
    ),
)
