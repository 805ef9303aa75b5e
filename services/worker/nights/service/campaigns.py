"""What came of campaigns whose window has ended, as models.rules.messages.campaigns.effect says.

Reckoned once, from facts of that day: who was invited and who came; who might have been invited but
was left out (models.rules.messages.campaigns.invite). Then what was followed up is closed.
"""

from datetime import timedelta

from sqlalchemy.ext.asyncio import AsyncConnection

from models.clients.tier import TIERS
from models.rules.access.entitlement import EntitlementCase, check_entitlement
from models.rules.basis.missing import configured
from models.rules.messages.campaigns.effect import TOO_FEW
from models.rules.messages.campaigns.kinds import USES, CampaignKind
from models.rules.messages.campaigns.plan import require_settings
from services.worker.nights.step import Night, Step, Values, statement


async def _values(_: AsyncConnection, night: Night) -> Values:
    """``entitled``: each kind and tier that may go together, as "kind tier"."""
    settings = night.settings.campaigns
    require_settings(settings)
    days = configured(settings.window_days, "CAMPAIGN")
    return {
        "days": days,
        "ended_on": (night.day - timedelta(days=days)).isoformat(),
        "least": settings.minimum_group,
        "share": settings.control_permille,
        "too_few": TOO_FEW,
        "entitled": [f"{kind} {tier}" for kind, tier in _entitled(night)],
    }


def _entitled(night: Night) -> list[tuple[str, str]]:
    products = night.settings.products
    return [
        (kind.value, tier.value)
        for kind in CampaignKind
        for tier in TIERS
        if (use := USES[kind]) is None
        or check_entitlement(products, EntitlementCase(use=use, tier=tier)).ok
    ]


# The groups are clients by campaign; a client counts whose assets are known on both sides.
_RECKON = """
WITH due AS MATERIALIZED (
    SELECT c.*, left(c.starts_at, 10)::date AS day FROM campaign c
    WHERE c.state IN ('held', 'followed_up') AND left(c.starts_at, 10) <= :ended_on
      AND NOT EXISTS (SELECT FROM campaign_effect e
                      WHERE e.branch_id = c.branch_id AND e.campaign_id = c.campaign_id)
), left_out AS (
    SELECT d.branch_id, d.campaign_id, c.client_id
    FROM due d JOIN client c ON c.branch_id = d.branch_id
    CROSS JOIN LATERAL (
        SELECT t.tier FROM client_tier t WHERE t.branch_id = c.branch_id
          AND t.client_id = c.client_id AND t.starts_on <= d.day::text
        ORDER BY t.starts_on DESC LIMIT 1) tier
    CROSS JOIN LATERAL (
        SELECT a.form FROM consent a WHERE a.branch_id = c.branch_id
          AND a.client_id = c.client_id AND a.purpose = 'marketing'
          AND a.channel IN (d.channel, '*') AND a.at::timestamptz <= d.starts_at::timestamptz
        ORDER BY a.at::timestamptz DESC, a.form = 'withdrawn' DESC LIMIT 1) agreed
    WHERE d.kind || ' ' || tier.tier = ANY (CAST(:entitled AS text[]))
      AND agreed.form = 'explicit'
      AND ('x' || encode(substring(sha256(convert_to(d.campaign_id || ':' || c.client_id, 'UTF8'))
                                   FROM 1 FOR 4), 'hex'))::bit(32)::bigint % 1000
          < CAST(:share AS bigint)
), grouped AS (
    SELECT l.*, 'control' AS part FROM left_out l
    UNION ALL
    SELECT d.branch_id, d.campaign_id, i.client_id, p.part
    FROM due d JOIN campaign_invitation i USING (branch_id, campaign_id)
    CROSS JOIN (VALUES ('attended'), ('invited')) p (part)
    WHERE i.state <> 'withdrawn' AND (p.part = 'invited' OR i.state = 'attended')
), figures AS (
    SELECT g.branch_id, g.campaign_id, g.part, a.after - a.before AS assets,
           coalesce(k.change, 0) AS commission
    FROM grouped g JOIN due d USING (branch_id, campaign_id)
    CROSS JOIN LATERAL (
        SELECT round(avg(s.assets_cents) FILTER (WHERE s.day < d.day::text)) AS before,
               round(avg(s.assets_cents) FILTER (WHERE s.day > d.day::text)) AS after
        FROM asset_day s WHERE s.branch_id = g.branch_id AND s.client_id = g.client_id
          AND s.day BETWEEN (d.day - CAST(:days AS int))::text
                        AND (d.day + CAST(:days AS int))::text) a
    CROSS JOIN LATERAL (
        SELECT sum(CASE WHEN e.trade_date > d.day::text THEN e.amount_cents
                        WHEN e.trade_date < d.day::text THEN -e.amount_cents ELSE 0 END) AS change
        FROM commission_entry e WHERE e.branch_id = g.branch_id AND e.client_id = g.client_id
          AND e.booked_on <= :day
          AND e.trade_date BETWEEN (d.day - CAST(:days AS int))::text
                               AND (d.day + CAST(:days AS int))::text) k
    WHERE a.before IS NOT NULL AND a.after IS NOT NULL
), means AS (
    SELECT d.branch_id, d.campaign_id, d.manager_id, p.part, count(f.assets) AS clients,
           coalesce(round(avg(f.assets)), 0)::bigint AS assets,
           coalesce(round(avg(f.commission)), 0)::bigint AS commission
    FROM due d CROSS JOIN (VALUES ('attended'), ('invited'), ('control')) p (part)
    LEFT JOIN figures f ON f.branch_id = d.branch_id AND f.campaign_id = d.campaign_id
        AND f.part = p.part
    GROUP BY 1, 2, 3, 4
), told AS (
    SELECT t.*, c.clients AS left_out, c.assets AS left_out_assets,
           c.commission AS left_out_commission,
           least(t.clients, c.clients) >= CAST(:least AS bigint) AS is_enough
    FROM means t JOIN means c USING (branch_id, campaign_id)
    WHERE t.part <> 'control' AND c.part = 'control'
)
INSERT INTO campaign_effect (branch_id, campaign_id, treated, manager_id, reckoned_on, outcome,
    treated_clients, control_clients, treated_assets_cents, control_assets_cents,
    treated_commission_cents, control_commission_cents)
SELECT branch_id, campaign_id, part, manager_id, :day,
       CASE WHEN is_enough THEN '' ELSE CAST(:too_few AS text) END, clients, left_out,
       CASE WHEN is_enough THEN assets ELSE 0 END,
       CASE WHEN is_enough THEN left_out_assets ELSE 0 END,
       CASE WHEN is_enough THEN commission ELSE 0 END,
       CASE WHEN is_enough THEN left_out_commission ELSE 0 END
FROM told
ON CONFLICT DO NOTHING
"""

_CLOSE = """
UPDATE campaign c SET state = 'closed', version = c.version + 1
WHERE c.state = 'followed_up' AND EXISTS (SELECT FROM campaign_effect e
    WHERE e.branch_id = c.branch_id AND e.campaign_id = c.campaign_id)
"""

CAMPAIGNS = Step(
    "campaigns",
    "活动效果",
    _values,
    (statement("reckoned", _RECKON), statement("closed", _CLOSE)),
    is_firm_wide=True,
)
