"""The small demo firm made lively: points to spend, tests that are valid, mandates to begin."""

from app.commands.chaos.acts.turn import Customer, Memory, Thing
from app.commands.chaos.stage.server import Server
from app.commands.chaos.stage.stage import START
from models.rules.basis.settings.words import Product

_LIVELY = """
    SELECT client_id FROM client WHERE manager_id = 'M001'
    ORDER BY array_position(ARRAY['platinum', 'gold', 'silver'], tier) NULLS LAST, client_id LIMIT 6
"""
_OF_C = "SELECT client_id FROM subscription WHERE product = 'C' AND state = 'active'"
_MAKE = (
    "INSERT INTO points_entry (branch_id, entry_id, manager_id, client_id, kind, points_milli)"
    f" SELECT branch_id, 'gift-' || client_id, manager_id, client_id, 'opening', 20000000"
    f" FROM client WHERE client_id IN ({_LIVELY})",
    "UPDATE client SET risk_class = 'C5', risk_tested_on = '2022-06-01', version = version + 1"
    f" WHERE client_id IN ({_LIVELY})",
    "UPDATE client SET opened_on = '2022-02-01', version = version + 1 WHERE client_id IN"
    f" ({_LIVELY} OFFSET 2)",
    "INSERT INTO consent (branch_id, consent_id, manager_id, client_id, purpose, channel, form, at)"
    " SELECT branch_id, 'agreed-' || client_id, manager_id, client_id, 'marketing', '*',"
    " 'explicit', '2022-06-01T09:00:00.000+08:00' FROM client",
    "INSERT INTO campaign (branch_id, campaign_id, manager_id, author, kind, title, channel,"
    " starts_at, capacity, state) SELECT 'B001', 'CX' || n, 'branch:B001', 'M001',"
    " 'report_meeting', '报告会', 'phone', '2023-02-01T20:00:00.000+08:00', 3 * n, 'draft'"
    " FROM generate_series(1, 4) n",
    "UPDATE campaign SET state = 'in_review' WHERE campaign_id ~ '^CX'",
    "UPDATE campaign SET state = 'approved' WHERE campaign_id ~ '^CX'",
    "DELETE FROM service_call",
    "INSERT INTO service_call (branch_id, call_id, manager_id, line, channel, match, client_branch,"
    " client_id, tier, rank, state, offered_at) SELECT 'HQ', 'CL' || row_number() OVER (),"
    " 'branch:HQ', '95300', CASE WHEN tier IN ('gold', 'platinum') THEN 'dedicated_line'"
    " ELSE 'call_centre' END,"
    " 'found', branch_id, client_id, tier, array_position(ARRAY['ordinary', 'silver', 'gold',"
    " 'platinum'], tier), 'waiting', '2023-02-01T09:59:00.000+08:00' FROM client",
    "INSERT INTO service_call (branch_id, call_id, manager_id, line, channel, match, state,"
    " offered_at) SELECT 'HQ', 'CLX' || n, 'branch:HQ', '95300', 'call_centre', 'unknown',"
    " 'waiting', '2023-02-01T09:58:00.000+08:00' FROM generate_series(1, 9) n",
    "INSERT INTO service_call (branch_id, call_id, manager_id, line, channel, match, state,"
    " offered_at) SELECT 'HQ', 'CLY' || n, 'branch:HQ', '95300', 'call_centre', 'unknown',"
    " 'waiting', '2023-02-01T09:57:00.000+08:00' FROM generate_series(1, 4) n",
    "UPDATE service_call SET state = 'abandoned', abandoned_at = offered_at WHERE call_id ~ '^CLY'",
    "INSERT INTO mandate (branch_id, mandate_id, manager_id, client_id, strategy, ends_on,"
    " report_state, state) SELECT branch_id, 'MX-' || client_id, manager_id, client_id, 'TWAP',"
    f" '2023-12-31', 'confirmed', 'signed' FROM client WHERE client_id IN ({_LIVELY})"
    f" OR client_id IN ({_OF_C})",
    "INSERT INTO product_fee (branch_id, fee_id, manager_id, client_id, product, kind, period_from,"
    " period_to, days, average_cents, amount_cents) SELECT branch_id, 'FX-' || client_id,"
    " manager_id, client_id, 'D', 'fee', '2023-01-01', '2023-01-31', 31, 100000000, 90000"
    f" FROM client WHERE client_id IN ({_LIVELY})",
    "UPDATE client_rate SET rate_units = 12000, version = version + 1 WHERE product = ''"
    f" AND client_id IN (SELECT client_id FROM ({_LIVELY}) AS l OFFSET 1 LIMIT 2)",
)
_HEAD = "entry_id,account,kind,about,trade_date,turnover,commission,evidence,churn"
_NEWS = "event_id,symbol,kind,happened_at,title,body,source,mandatory"
_IPOS = "event_id,symbol,name,kind,day,title,low,high,source"
_ASSETS = "account,day,assets,cash"
# The third changes a trade of the first, the last tells cash of a day of the one before it: what
# they stand on cannot be taken back before them.
_FILES = (
    ("settlement", _HEAD, ("LS1,{0},commission,,2023-01-31,100000,85.00,1,0",
                           "LS2,{1},commission,,2023-02-01,50000,12.50,1,0")),
    ("settlement", _HEAD, ("LS3,{2},commission,,2023-02-01,70000,21.00,1,0",)),
    ("settlement", _HEAD, ("LS4,{0},correction,LS1,2023-02-01,100000,80.00,1,0",)),
    ("ipos", _IPOS, ("LI1,301500.SZ,新股甲,ipo_issue,2023-02-03,发行,,,交易所",)),
    ("news", _NEWS, ("LN1,600519.SH,research,2023-02-01 09:00:00,研报,内容,研究所,0",)),
    ("assets", _ASSETS, ("{0},2022-11-01,120000.00,", "{1},2022-11-01,80000.50,30000.00")),
    ("assets", _ASSETS, ("{0},2022-11-01,120000.00,45000.00",)),
)  # fmt: skip
_ACCOUNTS = "SELECT account FROM account WHERE client_id IN ({}) ORDER BY 1 LIMIT 3"
_LOADS = "SELECT load_id, '' FROM loaded_file ORDER BY number"
_CUSTOMERS = """
    SELECT c.client_id, c.manager_id, a.account, c.opened_on FROM client c
    JOIN account a USING (branch_id, client_id)
    ORDER BY c.manager_id, array_position(ARRAY['platinum', 'gold', 'silver'], c.tier) NULLS LAST,
             c.client_id, a.account
"""
_TASKS = "SELECT task_id, client_id FROM task WHERE state = 'open' ORDER BY 1"
_RUNNING = (
    "SELECT subscription_id, client_id FROM subscription WHERE manager_id = 'M001' ORDER BY 1"
)
_PRODUCTS = """
    SELECT client_id, product FROM subscription
    WHERE product IN ('A', 'B', 'C', 'D', 'E') AND state = 'active'
"""
_MANDATES = "SELECT mandate_id, client_id FROM mandate ORDER BY 1"
_FEES = "SELECT fee_id, client_id FROM product_fee ORDER BY 1"
_DEAR = (
    "SELECT client_id, client_id FROM client_rate WHERE product = '' AND rate_units = 12000"
    " ORDER BY 1"
)
_REPORTS = "SELECT event_id, '' FROM security_event WHERE kind IN ('research', 'rating') ORDER BY 1"
_SETTINGS = "SELECT name, '', value::text FROM firm_setting ORDER BY 1"


async def make_lively(server: Server) -> None:
    """Give the first clients of M001 what makes most of their wishes possible."""
    for statement in _MAKE:
        await server.ask(statement)
    accounts = [row[0] for row in await server.ask(_ACCOUNTS.format(_LIVELY))]
    for kind, head, lines in _FILES:
        raw = "\n".join((head, *(line.format(*accounts) for line in lines))).encode()
        await server.load(kind, START, raw)


async def read_customers(server: Server) -> tuple[Customer, ...]:
    """All clients, M001's first, the highest tiers before the others."""
    return tuple(Customer(*row) for row in await server.ask(_CUSTOMERS))


async def read_memory(server: Server) -> Memory:
    """What people know of when the day begins."""
    return Memory(
        tasks=await _things(server, _TASKS),
        subscriptions=await _things(server, _RUNNING),
        mandates=await _things(server, _MANDATES),
        dear=await _things(server, _DEAR),
        fees=await _things(server, _FEES),
        reports=await _things(server, _REPORTS),
        products={row[0]: Product(row[1]) for row in await server.ask(_PRODUCTS)},
        settings=await _things(server, _SETTINGS),
        loads=await _things(server, _LOADS),
    )


async def _things(server: Server, query: str) -> list[Thing]:
    found = await server.ask(query)
    return [Thing(row[0], row[1] or "", tuple(row[2:3])) for row in found]
