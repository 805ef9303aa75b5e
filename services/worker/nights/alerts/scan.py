"""The portfolio scan for all who have SMS2, as models.rules.alerts.scan: once a finding a month."""

from sqlalchemy.ext.asyncio import AsyncConnection

from models.rules.basis.missing import configured
from services.worker.nights.alerts.holdings import ENTITLED, alert_values
from services.worker.nights.clients.assets import PRICES
from services.worker.nights.step import Night, Step, Values, statement


async def _values(connection: AsyncConnection, night: Night) -> Values:
    night.require_trading_day()
    bound = configured(night.settings.scan.concentration_percent, "CONCENTRATION")
    return {
        **await alert_values(connection, night),
        "concentration": bound,
        "month": night.day.isoformat()[:7],
    }


_FIND = f"""
WITH own AS ({{own}}), {ENTITLED}, {PRICES}, position AS (
    SELECT h.client_id, h.symbol, h.quantity, p.status,
           coalesce((p.close_units * h.quantity + 50) / 100, h.cost_cents) AS value
    FROM held h LEFT JOIN price p USING (symbol)
), share AS (
    SELECT x.*, sum(x.value) OVER (PARTITION BY x.client_id) AS total FROM position x
), found AS (
    SELECT s.*, f.code, f.words
    FROM share s CROSS JOIN LATERAL (VALUES
        ('CONCENTRATION', '单一证券占比过高',
            s.total > 0 AND s.value * 100 >= CAST(:concentration AS numeric) * s.total),
        ('ST', '持有风险警示证券', s.status IN ('st', 'delisting')),
        ('SUSPENDED', '持有停牌证券', s.status = 'suspended')
    ) f (code, words, holds)
    WHERE f.holds
)
INSERT INTO client_alert (branch_id, alert_id, manager_id, client_id, event_id, symbol, kind,
    product, day, title, reason, held, raised_at)
SELECT o.branch_id, f.client_id || ':' || f.symbol || ':' || 'scan.' || f.code || ':' || :month,
       o.manager_id, f.client_id, 'scan:' || f.code || ':' || :day, f.symbol, 'scan', 'SMS2', :day,
       '组合诊断:' || f.words,
       '占持仓 ' || coalesce(round(f.value * 100.0 / nullif(f.total, 0), 2)::text, '–')
           || '%,持有 ' || as_shares(f.quantity) || ',市值 ' || in_yuan(f.value),
       f.quantity, :now
FROM found f JOIN own o USING (client_id)
JOIN entitled t ON t.client_id = f.client_id AND t.sms = 'SMS2'
ON CONFLICT DO NOTHING
"""

SCAN = Step("scan", "组合诊断", _values, (statement("findings", _FIND),))
