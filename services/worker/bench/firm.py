"""A synthetic firm of any size, made by SQL: clients, assets, holdings, commission, events."""

from dataclasses import dataclass
from datetime import date, timedelta
from typing import TypeAlias

import asyncpg
import msgspec

from services.rules.loader import load_calendar, load_profile

DAY = date(2023, 2, 1)
CLIENTS_A_MANAGER = 300
_SECURITIES = 5_000
_TIERS = "(ARRAY['ordinary', 'silver', 'gold', 'platinum'])"
_WINDOW = 20

Connection: TypeAlias = "asyncpg.Connection[asyncpg.Record]"


@dataclass(frozen=True, slots=True)
class Scale:
    """How many clients, and how many commission entries wait for their points."""

    clients: int
    entries: int


# n numbers the clients; assets lie around the tiers' bounds so that 2 % of the clients rise.
_CLIENTS = f"""
INSERT INTO client (branch_id, client_id, manager_id, name, opened_on, tier, tier_by,
    risk_tested_on, rate_units)
SELECT 'B001', 'C' || lpad(n::text, 7, '0'), 'M' || lpad((n / $2)::text, 4, '0'), '客户' || n,
       (DATE '2015-01-01' + n % 2500)::text, {_TIERS}[1 + n % 4], 'assets',
       (DATE '2021-02-01' + n % 700)::text, 2500
FROM generate_series(0, $1::int - 1) n
"""
_STATEMENTS = (
    """INSERT INTO client_tier (branch_id, client_id, starts_on, manager_id, tier, tier_by)
    SELECT branch_id, client_id, '2022-01-01', manager_id, tier, tier_by FROM client""",
    """INSERT INTO tier_rating (branch_id, client_id, starts_on, manager_id, tier, tier_by, cause)
    SELECT branch_id, client_id, '2022-01-01', manager_id, tier, tier_by, 'carried' FROM client""",
    """INSERT INTO account (branch_id, account, manager_id, client_id, cash_cents)
    SELECT branch_id, 'A' || client_id, manager_id, client_id, 1000000 FROM client""",
    """INSERT INTO holding (branch_id, account, symbol, manager_id, client_id, quantity, sellable,
        cost_cents)
    SELECT c.branch_id, 'A' || c.client_id, k.symbol, c.manager_id, c.client_id, 1000, 1000, 900000
    FROM client c CROSS JOIN generate_series(0, 4) i
    JOIN (SELECT symbol, row_number() OVER (ORDER BY symbol) - 1 AS at FROM security_close
          WHERE day = $1) k ON k.at = (hashtext(c.client_id) % 997 + 997 + i * 911) % 5000""",
    """INSERT INTO subscription (branch_id, subscription_id, manager_id, client_id, product, state,
        starts_on, ends_on, paid_by)
    SELECT branch_id, client_id || '-' || p, manager_id, client_id, p, 'active', '2022-06-01',
           '2023-06-30', 'cash'
    FROM client CROSS JOIN unnest(ARRAY['SMS2', 'SMS3']) p
    WHERE abs(hashtext(client_id || p)) % 100 < 40""",
    """INSERT INTO security_event (branch_id, event_id, manager_id, symbol, kind, happened_at,
        title, body, source, mandatory)
    SELECT '*', 'E' || at, '*', symbol, (ARRAY['research', 'rating', 'risk'])[1 + at % 3],
           $1 || 'T09:00:00.000+08:00', '公告', '内容', '交易所', at % 6 = 2
    FROM (SELECT symbol, (row_number() OVER (ORDER BY symbol))::int AS at FROM security_close
          WHERE day = $1) k WHERE at % 10 = 0""",
    """INSERT INTO corporate_action (branch_id, action_id, symbol, kind, announced_on, title,
        per_ten_milli, price_units, last_day)
    SELECT '*', 'A' || at, symbol, (ARRAY['rights', 'follow_on', 'call_notice'])[1 + at % 3], $1,
           '公告', 3000, 80000, '2023-02-10'
    FROM (SELECT symbol, (row_number() OVER (ORDER BY symbol))::int AS at FROM security_close
          WHERE day = $1) k WHERE at % 100 = 7""",
    """INSERT INTO ipo_event (branch_id, event_id, symbol, kind, day, title)
    SELECT '*', 'I' || n, '30150' || n || '.SZ', (ARRAY['ipo_issue', 'ipo_listing'])[n], $1, '新股'
    FROM generate_series(1, 2) n""",
)
_CLOSES = """
INSERT INTO security_close (branch_id, symbol, day, close_units, previous_close_units, status)
SELECT '*', lpad((600000 + n)::text, 6, '0') || '.SH', $1, 100000 * (80 + n % 41) / 100, 100000,
       CASE WHEN n % 200 = 0 THEN 'st' ELSE 'normal' END
FROM generate_series(0, $2::int - 1) n
"""
_ASSETS = """
INSERT INTO asset_day (branch_id, client_id, day, manager_id, assets_cents)
SELECT c.branch_id, c.client_id, d, c.manager_id,
       CASE WHEN abs(hashtext(c.client_id)) % 50 = 0 AND tier_rank(c.tier) < 4
            THEN (ARRAY[20000000, 100000000, 500000000])[tier_rank(c.tier)]
            ELSE (ARRAY[10000000, 30000000, 200000000, 800000000])[tier_rank(c.tier)] END
       + abs(hashtext(c.client_id || d)) % 1000000
FROM client c CROSS JOIN unnest($1::text[]) d
ORDER BY d, c.client_id
"""
_COMMISSION = """
INSERT INTO commission_entry (branch_id, entry_id, manager_id, client_id, credited_branch,
    credited_to, kind, trade_date, booked_on, turnover_cents, amount_cents, evidence, source)
SELECT c.branch_id, 'T' || lpad(n::text, 9, '0'), c.manager_id, c.client_id, c.branch_id,
       c.manager_id, 'commission', $1, $1, 1000000 + n % 900000, 500 + n % 701, true, 'bench'
FROM generate_series(0, $2::int - 1) n
JOIN client c ON c.branch_id = 'B001' AND c.client_id = 'C' || lpad((n % $3::int)::text, 7, '0')
"""
_SETTING = """
INSERT INTO firm_setting (branch_id, name, effective_from, value, approved_by)
VALUES ('*', $1, '2020-01-01', $2, 'bench')
"""


async def make_firm(connection: Connection, scale: Scale) -> None:
    """Fill an empty migrated database; nothing of it is logged, as when a firm is imported."""
    calendar, today = load_calendar(), DAY.isoformat()
    days = [calendar.moved(DAY, -at).isoformat() for at in range(_WINDOW)]
    await connection.execute("SET session_replication_role = replica")
    for name, value in load_profile(None).document.items():
        await connection.execute(_SETTING, name, msgspec.json.encode(value).decode())
    await connection.execute(_CLIENTS, scale.clients, CLIENTS_A_MANAGER)
    await connection.execute(_CLOSES, today, _SECURITIES)
    for sql in _STATEMENTS:
        await connection.execute(sql, *([today] if "$1" in sql else []))
    await connection.execute(_ASSETS, days)
    await connection.execute(_COMMISSION, today, scale.entries, scale.clients)
    await connection.execute("SET session_replication_role = origin")
    await connection.execute("VACUUM ANALYZE")


def year_before(day: date) -> str:
    """Return the day after which the trailing year's commission counts."""
    return (day - timedelta(days=365)).isoformat()
