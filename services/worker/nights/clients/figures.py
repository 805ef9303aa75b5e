"""What all clients are rated by, made in one pass: 20-day mean, trailing net commission (D2).

Nothing that desks follow is touched, so that the whole firm can be one part.
"""

from datetime import timedelta
from decimal import Decimal

from sqlalchemy.ext.asyncio import AsyncConnection

from models.clients.tier import TIERS
from models.dates import months_later
from models.rules.basis.missing import NotConfigured, configured
from models.rules.basis.settings.clients import TierSettings
from services.worker.nights.step import Night, Step, Values, statement

_CENTS = 100
_KEPT = timedelta(days=7)


async def _values(_: AsyncConnection, night: Night) -> Values:
    night.require_trading_day()
    tier = night.settings.tier
    days = configured(tier.assets_window_trading_days, "TIER_WINDOW")
    months = configured(tier.commission_window_months, "TIER_WINDOW")
    return {
        "window_from": night.calendar.moved(night.day, 1 - days).isoformat(),
        "year_after": months_later(night.day, -months).isoformat(),
        "kept_from": (night.day - _KEPT).isoformat(),
        **_bounds(tier),
    }


def _bounds(settings: TierSettings) -> Values:
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


# Who has no rating yet begins with the tier that he has, grants left aside.
_CARRIED = """
INSERT INTO tier_rating (branch_id, client_id, starts_on, manager_id, tier, tier_by, cause)
SELECT c.branch_id, c.client_id, coalesce(t.starts_on, :day), c.manager_id,
       coalesce(t.tier, 'ordinary'), coalesce(t.tier_by, ''), 'carried'
FROM client c LEFT JOIN LATERAL (
    SELECT k.starts_on, k.tier, k.tier_by FROM client_tier k
    WHERE k.branch_id = c.branch_id AND k.client_id = c.client_id
      AND k.starts_on <= :day AND k.tier_by <> 'grant'
    ORDER BY k.starts_on DESC LIMIT 1) t ON true
WHERE NOT EXISTS (SELECT FROM tier_rating r
                  WHERE r.branch_id = c.branch_id AND r.client_id = c.client_id)
"""

_FORGET = "DELETE FROM night_figure WHERE day = :day OR day < :kept_from"

# No mean is rounded before the test: the sum is compared with the bound times the days.
_FIGURES = """
WITH assets AS (
    SELECT branch_id, client_id, sum(assets_cents)::bigint AS total, count(*) AS days
    FROM asset_day WHERE day BETWEEN :window_from AND :day AND booked_on <= :day GROUP BY 1, 2
), commission AS (
    SELECT branch_id, client_id, sum(amount_cents)::bigint AS cents
    FROM commission_entry
    WHERE trade_date > :year_after AND trade_date <= :day AND booked_on <= :day GROUP BY 1, 2
), held AS (
    SELECT DISTINCT ON (branch_id, client_id) branch_id, client_id, tier_rank(tier) AS rank
    FROM tier_rating WHERE rated_on < :day ORDER BY branch_id, client_id, starts_on DESC
), figure AS (
    SELECT a.*, coalesce(c.cents, 0) AS cents, h.rank AS held_rank,
        CASE WHEN a.total >= CAST(:platinum_assets AS numeric) * a.days THEN 4
             WHEN a.total >= CAST(:gold_assets AS numeric) * a.days THEN 3
             WHEN a.total >= CAST(:silver_assets AS numeric) * a.days THEN 2
             ELSE 1 END AS by_assets,
        CASE WHEN coalesce(c.cents, 0) >= CAST(:platinum_commission AS numeric) THEN 4
             WHEN coalesce(c.cents, 0) >= CAST(:gold_commission AS numeric) THEN 3
             WHEN coalesce(c.cents, 0) >= CAST(:silver_commission AS numeric) THEN 2
             ELSE 1 END AS by_commission
    FROM assets a JOIN held h USING (branch_id, client_id)
    LEFT JOIN commission c USING (branch_id, client_id)
)
INSERT INTO night_figure (branch_id, day, manager_id, client_id, average_assets_cents,
    year_commission_cents, rule_rank, held_rank, tier_by)
SELECT branch_id, :day, manager_id, client_id, round(total::numeric / days)::bigint, cents,
       greatest(by_assets, by_commission), held_rank,
       CASE WHEN greatest(by_assets, by_commission) = 1 THEN ''
            WHEN by_assets = by_commission THEN 'assets,commission'
            WHEN by_assets > by_commission THEN 'assets' ELSE 'commission' END
FROM figure JOIN client USING (branch_id, client_id)
"""

FIGURES = Step(
    "figures",
    "资产与佣金口径",
    _values,
    (
        statement("carried", _CARRIED),
        statement("", _FORGET),
        statement("", _FIGURES),
    ),
    is_firm_wide=True,
)
