"""Alerts of a day's events to those whom they concern (service-system S22, S23).

As models.rules.alerts.generate: only what is held (SMS2), only with the product or a bundle, one a
security and kind a day; a mandatory risk warning goes to every holder. Each alert tells the numbers
that it rests on. Events of the last three days are looked at, so that late news is not lost; the
event's own day is in the alert's id, so that none comes twice.
"""

from datetime import timedelta

from sqlalchemy.ext.asyncio import AsyncConnection

from models.rules.basis.missing import NotConfigured
from models.rules.basis.settings.words import Product
from services.worker.nights.step import Night, Step, Values, statement

_DAYS_BACK = 3


async def alert_values(_: AsyncConnection, night: Night) -> Values:
    """Settings of the alerts; an unset move level means no alert of that kind."""
    return {
        "since": (night.day - timedelta(days=_DAYS_BACK)).isoformat(),
        "move_percent": night.settings.alerts.move_percent,
        "last_days": _reminded(night),
        "bundle": [sms.value for sms in night.settings.products.bundle or ()],
        "products": [product.value for product in Product],
    }


def _reminded(night: Night) -> list[str]:
    """Last trading days of which the next day is a day of notice."""
    before, day = night.settings.alerts.call_notice_days_before, night.next_day
    try:
        if not before or not night.calendar.is_trading_day(day):
            return []
        return [night.calendar.moved(day, days).isoformat() for days in before]
    except NotConfigured:
        return []


# Who may be sent SMS of a product on the day: subscribed, bundled, or by a product A-E (S25).
ENTITLED = """
entitled AS (
    SELECT DISTINCT s.client_id, b.sms
    FROM own JOIN subscription s USING (branch_id, client_id)
    CROSS JOIN LATERAL (
        SELECT s.product AS sms WHERE s.product LIKE 'SMS_'
        UNION ALL
        SELECT unnest(CAST(:bundle AS text[])) WHERE s.product = ANY (CAST(:products AS text[]))
    ) b
    WHERE s.state IN ('active', 'bundled') AND s.starts_on <= :day
      AND (s.ends_on = '' OR s.ends_on >= :day)
)
"""

_EVENTS = """
event AS (
    SELECT 'move:' || k.symbol || ':' || k.day AS event_id, k.symbol, 'move' AS kind, k.day,
           false AS is_mandatory, 0 AS turn, '15:00' AS at,
           coalesce(nullif(k.name, ''), k.symbol)
               || CASE WHEN k.close_units > k.previous_close_units THEN '大涨' ELSE '大跌' END
               AS title,
           '收盘 ' || as_price(k.close_units) || ',较昨收 '
               || as_move(k.close_units, k.previous_close_units) AS facts,
           0::bigint AS per_ten_milli, 0::bigint AS price_units
    FROM security_close k
    WHERE k.branch_id = '*' AND k.day = :day AND k.previous_close_units > 0 AND k.close_units > 0
      AND abs(k.close_units - k.previous_close_units) * 100
          >= CAST(:move_percent AS numeric) * k.previous_close_units
    UNION ALL
    SELECT e.event_id, e.symbol, e.kind, left(e.happened_at, 10),
           e.kind = 'risk' AND e.mandatory, 2, substr(e.happened_at, 12, 5), e.title,
           e.body || '(' || e.source || ')', 0, 0
    FROM security_event e
    WHERE e.branch_id = '*' AND left(e.happened_at, 10) > :since
      AND left(e.happened_at, 10) <= :day
    UNION ALL
    SELECT a.action_id, a.symbol, a.kind, a.announced_on, false, 1, '00:00', a.title,
           CASE a.kind
               WHEN 'rights' THEN '配股:每十股配 ' || trim_scale(a.per_ten_milli / 1000.0)
                   || ' 股,配股价 ' || as_price(a.price_units)
                   || CASE WHEN a.last_day <> '' THEN ',缴款截止 ' || a.last_day ELSE '' END
               WHEN 'follow_on' THEN '增发'
               WHEN 'call_notice' THEN '赎回价 ' || as_price(a.price_units)
                   || ',最后交易日 ' || a.last_day
               WHEN 'warrant_listing' THEN '上市日 ' || a.last_day
               WHEN 'warrant_expiry' THEN '到期日 ' || a.last_day ELSE '' END,
           a.per_ten_milli, a.price_units
    FROM corporate_action a
    WHERE a.branch_id = '*' AND a.announced_on > :since AND a.announced_on <= :day
    UNION ALL
    SELECT a.action_id || ':' || :next_day, a.symbol, a.kind, :next_day, false, 1, '00:00',
           a.title,
           '提醒:赎回价 ' || as_price(a.price_units) || ',最后交易日 ' || a.last_day, 0, 0
    FROM corporate_action a
    WHERE a.branch_id = '*' AND a.kind = 'call_notice' AND a.announced_on <= :day
      AND a.last_day = ANY (CAST(:last_days AS text[]))
)
"""

_HELD = f"""
WITH own AS ({{own}}), {ENTITLED}, {_EVENTS}, held AS (
    SELECT h.client_id, h.symbol, sum(h.quantity)::bigint AS quantity
    FROM holding h
    WHERE h.branch_id = :branch_id AND h.manager_id = ANY (CAST(:managers AS text[]))
      AND h.symbol IN (SELECT symbol FROM event)
    GROUP BY 1, 2 HAVING sum(h.quantity) > 0
), found AS (
    SELECT DISTINCT ON (o.client_id, e.symbol, e.kind, e.day) o.branch_id, o.manager_id,
           o.client_id, e.*, h.quantity
    FROM event e JOIN held h USING (symbol) JOIN own o USING (client_id)
    LEFT JOIN entitled t ON t.client_id = o.client_id AND t.sms = 'SMS2'
    WHERE e.is_mandatory OR t.client_id IS NOT NULL
    ORDER BY o.client_id, e.symbol, e.kind, e.day, e.turn, e.at, e.event_id
)
INSERT INTO client_alert (branch_id, alert_id, manager_id, client_id, event_id, symbol, kind,
    product, day, title, reason, held, raised_at)
SELECT branch_id, client_id || ':' || symbol || ':' || kind || ':' || day, manager_id, client_id,
       event_id, symbol, kind, CASE WHEN is_mandatory THEN '' ELSE 'SMS2' END, day, title,
       facts || ',持有 ' || as_shares(quantity) || CASE WHEN per_ten_milli > 0
           THEN ',约可配 ' || as_shares(quantity * per_ten_milli / 10000) || ',约需 '
               || in_yuan(round((quantity * per_ten_milli / 10000) * price_units / 100.0))
           ELSE '' END,
       quantity, :now
FROM found
ON CONFLICT DO NOTHING
"""

_IPO = f"""
WITH own AS ({{own}}), {ENTITLED}, event AS (
    SELECT e.event_id, e.symbol, e.kind, e.day, e.title,
           coalesce(nullif(e.name, ''), e.symbol) || '(' || e.symbol || ')' || CASE
               WHEN e.low_units > 0 AND e.high_units > 0 THEN ',' || CASE e.kind
                   WHEN 'ipo_price_range' THEN '上市预估价 ' ELSE '价格 ' END
                   || as_price(e.low_units) || '–' || as_price(e.high_units) ELSE '' END
           || CASE WHEN e.source <> '' THEN ',来源 ' || e.source ELSE '' END AS facts
    FROM ipo_event e WHERE e.branch_id = '*' AND e.day > :since AND e.day <= :day
), found AS (
    SELECT o.branch_id, o.manager_id, o.client_id, e.event_id, e.symbol, e.kind, e.day, e.title,
           e.facts, 0::bigint AS quantity
    FROM own o JOIN entitled t ON t.client_id = o.client_id AND t.sms = 'SMS3' CROSS JOIN event e
    UNION ALL
    SELECT o.branch_id, o.manager_id, o.client_id, 'ballot:' || b.symbol || ':' || b.drawn_on,
           b.symbol, 'ipo_ballot', b.drawn_on, coalesce(nullif(b.name, ''), b.symbol) || '中签',
           '中签 ' || as_shares(b.won_shares) || ',应缴款 '
               || in_yuan(round(b.won_shares * b.price_units / 100.0)), b.won_shares
    FROM own o JOIN entitled t ON t.client_id = o.client_id AND t.sms = 'SMS3'
    JOIN ipo_ballot b ON b.branch_id = o.branch_id AND b.client_id = o.client_id
    WHERE b.won_shares > 0 AND b.drawn_on > :since AND b.drawn_on <= :day
)
INSERT INTO client_alert (branch_id, alert_id, manager_id, client_id, event_id, symbol, kind,
    product, day, title, reason, held, raised_at)
SELECT DISTINCT ON (client_id, symbol, kind, day) branch_id,
       client_id || ':' || symbol || ':' || kind || ':' || day, manager_id, client_id, event_id,
       symbol, kind, 'SMS3', day, title, facts, quantity, :now
FROM found ORDER BY client_id, symbol, kind, day, event_id
ON CONFLICT DO NOTHING
"""

ALERTS = Step(
    "alerts",
    "持仓与新股提醒",
    alert_values,
    (statement("of_holdings", _HELD), statement("of_ipos", _IPO)),
)
