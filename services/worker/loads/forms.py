"""The files of securities that nights read: closes, news, corporate actions, IPOs, ballots."""

from services.files.fields import (
    choice,
    day,
    day_or_none,
    flag,
    milli,
    moment,
    needed,
    optional,
    price,
    whole,
)
from services.worker.loads.form import Add, Check, Do, Form

RESOLVE_ACCOUNT = Do("""
UPDATE stage s SET branch_id = a.branch_id, client_id = a.client_id, manager_id = a.manager_id
FROM account a WHERE a.account = s.account
""")
UNKNOWN_ACCOUNT = Check("ACCOUNT_UNKNOWN", "s.client_id IS NULL")
OWNER = {"branch_id": "text", "client_id": "text", "manager_id": "text"}

CLOSES = Form(
    kind="closes",
    title="收盘行情",
    key=("symbol", "day"),
    fields=(
        needed("symbol"),
        day("day"),
        optional("name"),
        price("close"),
        price("previous_close"),
        choice("status", "normal", "st", "delisting", "suspended"),
    ),
    moves=(
        Check("CLOSE_MISSING", "s.close = 0 AND s.status <> 'suspended'"),
        Check(
            "CLOSE_CONFLICT",
            "EXISTS (SELECT FROM security_close k WHERE k.branch_id = '*'"
            " AND k.symbol = s.symbol AND k.day = s.day AND k.close_units <> s.close)",
        ),
        Add(
            "INSERT INTO security_close (branch_id, symbol, day, name, close_units,"
            " previous_close_units, status, load_id)"
            " SELECT '*', symbol, day, name, close, previous_close, status, :load_id"
            " FROM stage ON CONFLICT DO NOTHING"
        ),
    ),
)

# Research is told with who published it and when (market-rules § 2.9).
NEWS = Form(
    kind="news",
    title="研报、评级与风险提示",
    key=("event_id",),
    fields=(
        needed("event_id"),
        needed("symbol"),
        choice("kind", "research", "rating", "risk"),
        moment("happened_at"),
        needed("title"),
        optional("body"),
        needed("source"),
        flag("mandatory", unless_told=False),
    ),
    moves=(
        Check("TIME_FUTURE", "s.happened_at > :now"),
        Check("MANDATORY_NOT_RISK", "s.mandatory AND s.kind <> 'risk'"),
        Add(
            "WITH came AS (INSERT INTO security_event (branch_id, event_id, manager_id, symbol,"
            " kind, happened_at, title, body, source, mandatory)"
            " SELECT '*', event_id, '*', symbol, kind, happened_at, title, body, source, mandatory"
            " FROM stage ON CONFLICT DO NOTHING RETURNING branch_id, event_id)"
            " INSERT INTO loaded_event (branch_id, event_id, load_id)"
            " SELECT branch_id, event_id, :load_id FROM came"
        ),
    ),
)

ACTIONS = Form(
    kind="actions",
    title="公司行动",
    key=("action_id",),
    fields=(
        needed("action_id"),
        needed("symbol"),
        choice("kind", "follow_on", "rights", "call_notice", "warrant_listing", "warrant_expiry"),
        day("announced_on"),
        needed("title"),
        milli("per_ten"),
        price("price"),
        day_or_none("last_day"),
    ),
    moves=(
        Check("RIGHTS_INCOMPLETE", "s.kind = 'rights' AND (s.per_ten = 0 OR s.price = 0)"),
        Check("LAST_DAY_MISSING", "s.kind NOT IN ('follow_on', 'rights') AND s.last_day = ''"),
        Add(
            "INSERT INTO corporate_action (branch_id, action_id, symbol, kind, announced_on, title,"
            " per_ten_milli, price_units, last_day, load_id)"
            " SELECT '*', action_id, symbol, kind, announced_on,"
            " title, per_ten, price, last_day, :load_id FROM stage ON CONFLICT DO NOTHING"
        ),
    ),
)

IPOS = Form(
    kind="ipos",
    title="新股日历",
    key=("event_id",),
    fields=(
        needed("event_id"),
        needed("symbol"),
        optional("name"),
        choice("kind", "ipo_issue", "ipo_listing", "ipo_price_range", "ipo_strategy"),
        day("day"),
        needed("title"),
        price("low"),
        price("high"),
        optional("source"),
    ),
    moves=(
        Check("RANGE_INCOMPLETE", "s.kind = 'ipo_price_range' AND (s.low = 0 OR s.high < s.low)"),
        Add(
            "INSERT INTO ipo_event (branch_id, event_id, symbol, name, kind, day, title, low_units,"
            " high_units, source, load_id) SELECT '*', event_id, symbol, name, kind, day, title,"
            " low, high, source, :load_id FROM stage ON CONFLICT DO NOTHING"
        ),
    ),
)

BALLOTS = Form(
    kind="ballots",
    title="中签结果",
    key=("account", "symbol"),
    fields=(
        needed("account"),
        needed("symbol"),
        optional("name"),
        day("drawn_on"),
        whole("won_shares"),
        price("price"),
    ),
    extra=OWNER,
    moves=(
        RESOLVE_ACCOUNT,
        UNKNOWN_ACCOUNT,
        Add(
            "INSERT INTO ipo_ballot (branch_id, client_id, symbol, manager_id, name, drawn_on,"
            " won_shares, price_units, load_id)"
            " SELECT branch_id, client_id, symbol, manager_id, name, drawn_on,"
            " won_shares, price, :load_id FROM stage ON CONFLICT DO NOTHING"
        ),
    ),
)
