"""The assets file: what clients had at closes that no night has taken (S30, D2, D6).

A line is what one account had; a client's day is the sum of his accounts, all of which must be in
the file. What a night took stands: another amount is wrong, but cash that was not told apart is
told. Closes that are loaded count from the first night that has not begun, as settlement does.
"""

from collections.abc import Mapping
from datetime import date, timedelta

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection

from services.files.fields import cents, cents_or_none, day, needed
from services.rules.loader import load_calendar
from services.worker.loads.form import Add, Check, Do, Form
from services.worker.loads.forms import OWNER, RESOLVE_ACCOUNT, UNKNOWN_ACCOUNT
from services.worker.nights.book import newest_begun

_DAYS = text("SELECT DISTINCT day FROM stage")
_SAME = "{0}.branch_id = s.branch_id AND {0}.client_id = s.client_id AND {0}.day = s.day"

_SUM = f"""
UPDATE stage s SET all_assets = t.assets, all_cash = t.cash
FROM (SELECT branch_id, client_id, day, sum(assets)::bigint AS assets,
             CASE WHEN count(cash) = count(*) THEN sum(cash)::bigint END AS cash
      FROM stage GROUP BY 1, 2, 3) t
WHERE {_SAME.format("t")}
"""
_ADD = f"""
WITH came AS (
    INSERT INTO asset_day (branch_id, client_id, day, manager_id, assets_cents, cash_cents, load_id,
        booked_on)
    SELECT DISTINCT branch_id, client_id, day, manager_id, all_assets, all_cash, :load_id,
           :booked_on
    FROM stage ON CONFLICT DO NOTHING RETURNING branch_id, client_id, day
)
UPDATE stage s SET is_new = true FROM came c WHERE {_SAME.format("c")}
"""
_TELL_CASH = f"""
WITH told AS (
    UPDATE asset_day a SET cash_cents = s.all_cash, cash_load_id = :load_id FROM stage s
    WHERE {_SAME.format("a")} AND a.cash_cents IS NULL AND s.all_cash IS NOT NULL
    RETURNING a.branch_id, a.client_id, a.day
)
UPDATE stage s SET is_new = true FROM told t WHERE {_SAME.format("t")}
"""


async def _values(connection: AsyncConnection, today: date) -> Mapping[str, object]:
    staged = {date.fromisoformat(day) for day in (await connection.execute(_DAYS)).scalars()}
    begun = await newest_begun(connection)
    booked_on = today if begun is None else max(today, begun + timedelta(days=1))
    return {
        "today": today.isoformat(),
        "trading_days": [day.isoformat() for day in staged & set(load_calendar().days)],
        "booked_on": booked_on.isoformat(),
    }


ASSETS = Form(
    kind="assets",
    title="日终资产",
    key=("account", "day"),
    fields=(needed("account"), day("day"), cents("assets"), cents_or_none("cash")),
    extra=OWNER | {"all_assets": "bigint", "all_cash": "bigint", "is_new": "boolean"},
    moves=(
        RESOLVE_ACCOUNT,
        UNKNOWN_ACCOUNT,
        Check("DAY_NOT_OVER", "s.day >= :today"),
        Check("NO_TRADING_DAY", "s.day <> ALL (CAST(:trading_days AS text[]))"),
        Check(
            "DAY_BEFORE_OPENING",
            "EXISTS (SELECT FROM client c WHERE c.branch_id = s.branch_id"
            " AND c.client_id = s.client_id AND s.day < c.opened_on)",
        ),
        Check("CASH_ABOVE_ASSETS", "s.cash > s.assets"),
        Check(
            "ACCOUNT_MISSING",
            "EXISTS (SELECT FROM account a WHERE a.branch_id = s.branch_id"
            " AND a.client_id = s.client_id AND NOT EXISTS (SELECT FROM stage o"
            " WHERE o.account = a.account AND o.day = s.day))",
        ),
        Do(_SUM),
        Check(
            "ASSETS_CONFLICT",
            f"EXISTS (SELECT FROM asset_day a WHERE {_SAME.format('a')}"
            " AND (a.assets_cents <> s.all_assets OR a.cash_cents <> s.all_cash))",
        ),
        Add(_ADD),
        Add(_TELL_CASH),
    ),
    values=_values,
)
