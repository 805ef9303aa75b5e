"""The settlement file: commission by order and day, corrections, reversals (F11, S41).

A line without a commission is charged at the rate of its exact trade day, as
models.rules.market.fees does; one whose commission differs from that counts as it is charged, and
somebody is asked to look. A line known already is counted once; with another amount it is wrong.
"""

from collections.abc import Mapping
from datetime import date, timedelta

from sqlalchemy.ext.asyncio import AsyncConnection

from models.money import cents as cents_of
from models.rules.basis.missing import configured
from services.central.handlers.firm_rules import read_settings
from services.files.fields import cents, cents_or_none, choice, day, flag, needed, optional
from services.worker.loads.form import Add, Check, Do, Form
from services.worker.loads.forms import OWNER, RESOLVE_ACCOUNT, UNKNOWN_ACCOUNT
from services.worker.nights.book import newest_begun

_RATE_OF_DAY = """
UPDATE stage s SET charged = greatest(round(s.turnover * n.rate_units / 10000000.0)::bigint,
    CASE WHEN s.turnover > 0 THEN CAST(:floor_cents AS bigint) ELSE 0 END)
FROM (
    SELECT t.line, CASE WHEN p.ends_on = '' OR p.ends_on >= t.trade_date THEN p.rate_units
                        ELSE b.rate_units END AS rate_units
    FROM stage t
    LEFT JOIN LATERAL (
        SELECT r.rate_units, r.ends_on FROM client_rate r
        WHERE r.branch_id = t.branch_id AND r.client_id = t.client_id AND r.product <> ''
          AND r.starts_on <= t.trade_date
        ORDER BY r.starts_on DESC, coalesce(nullif(r.ends_on, ''), '9999') DESC LIMIT 1) p ON true
    LEFT JOIN LATERAL (
        SELECT r.rate_units FROM client_rate r
        WHERE r.branch_id = t.branch_id AND r.client_id = t.client_id AND r.product = ''
          AND r.starts_on <= t.trade_date ORDER BY r.starts_on DESC LIMIT 1) b ON true
    WHERE t.kind = 'commission'
) n WHERE n.line = s.line AND n.rate_units IS NOT NULL
"""
# An event whose entry was taken back with its load may come again: its new entry has a number of
# its own, and what is said of the event from then on is said of that entry.
_TAKEN_BACK = """
    FROM commission_entry e JOIN loaded_file f ON f.branch_id = '*' AND f.kind = 'settlement'
        AND f.load_id = e.source AND f.state = 'undone'
"""
_ANEW = """
    (SELECT n.entry_id FROM commission_entry n
        WHERE n.branch_id = s.branch_id AND n.event_id = {event}
        AND NOT EXISTS (SELECT FROM loaded_file u WHERE u.branch_id = '*' AND u.kind = 'settlement'
            AND u.load_id = n.source AND u.state = 'undone'))
"""
_GIVE_NUMBERS = f"""
UPDATE stage s SET number = coalesce({_ANEW.format(event="s.entry_id")},
    s.entry_id || '~' || :load_id)
{_TAKEN_BACK} WHERE e.branch_id = s.branch_id AND e.entry_id = s.entry_id
"""
_FIND_ORIGINALS = f"""
UPDATE stage s SET original = coalesce({_ANEW.format(event="s.about")}, '')
{_TAKEN_BACK} WHERE s.kind <> 'commission' AND e.branch_id = s.branch_id AND e.entry_id = s.about
"""
_NUMBER, _ORIGINAL = "coalesce(s.number, s.entry_id)", "coalesce(s.original, s.about)"
_STANDING = f"""
UPDATE stage s SET standing = f.cents
FROM (
    SELECT s.line, sum(e.amount_cents) AS cents
    FROM stage s JOIN commission_entry e ON e.branch_id = s.branch_id
        AND e.client_id = s.client_id AND (e.entry_id = {_ORIGINAL} OR e.about = {_ORIGINAL})
    WHERE s.kind <> 'commission' GROUP BY s.line
) f WHERE f.line = s.line
"""
_ADD = f"""
INSERT INTO commission_entry (branch_id, entry_id, manager_id, client_id, credited_branch,
    credited_to, kind, trade_date, booked_on, turnover_cents, amount_cents, evidence, churn, source,
    event_id)
SELECT s.branch_id, {_NUMBER}, s.manager_id, s.client_id, coalesce(k.branch_id, s.branch_id),
       coalesce(k.manager_id, s.manager_id), kind, trade_date, :booked_on, turnover,
       coalesce(commission, charged), evidence, churn, :load_id,
       CASE WHEN number IS NULL THEN '' ELSE entry_id END
FROM stage s LEFT JOIN LATERAL keeper_on(s.branch_id, s.client_id, s.trade_date) k ON true
WHERE kind = 'commission'
ON CONFLICT DO NOTHING
"""
# A change stands on the trade date of what it changes, so that windows see the net.
_CHANGE = f"""
INSERT INTO commission_entry (branch_id, entry_id, manager_id, client_id, credited_branch,
    credited_to, kind, about, trade_date, booked_on, amount_cents, evidence, churn, source,
    event_id)
SELECT s.branch_id, {_NUMBER}, s.manager_id, s.client_id, e.credited_branch, e.credited_to, s.kind,
       {_ORIGINAL}, e.trade_date, :booked_on,
       CASE s.kind WHEN 'reversal' THEN 0 ELSE s.commission END - s.standing, e.evidence, e.churn,
       :load_id, CASE WHEN s.number IS NULL THEN '' ELSE s.entry_id END
FROM stage s JOIN commission_entry e ON e.branch_id = s.branch_id AND e.entry_id = {_ORIGINAL}
WHERE s.kind <> 'commission'
ON CONFLICT DO NOTHING
"""
_ASK = """
INSERT INTO task (branch_id, task_id, manager_id, client_id, kind, title, body, due_at, state,
    about)
SELECT branch_id, 'commission-' || client_id || '-' || :load_id, manager_id, client_id,
       'reconcile', '结算佣金与约定费率不符',
       count(*) || ' 笔,结算 ' || in_yuan(sum(commission)) || ',按当日费率应为 '
           || in_yuan(sum(charged)) || ';首笔 ' || min(entry_id) || '。请与结算核对',
       :now, 'open', :load_id
FROM stage WHERE kind = 'commission' AND commission <> charged
GROUP BY branch_id, client_id, manager_id
ON CONFLICT DO NOTHING
"""


def _is_known(and_more: str = "true") -> str:
    return (
        "EXISTS (SELECT FROM commission_entry e"
        f" WHERE e.branch_id = s.branch_id AND e.entry_id = {_NUMBER} AND {and_more})"
    )


_IS_CHANGE = f"s.kind <> 'commission' AND NOT {_is_known()} AND "


async def _values(connection: AsyncConnection, today: date) -> Mapping[str, object]:
    """Booked on the first day whose night has not begun: nothing comes too late to be counted."""
    settings = await read_settings(connection, today)
    begun = await newest_begun(connection)
    booked_on = today if begun is None else max(today, begun + timedelta(days=1))
    floor = configured(settings.fees.commission_floor, "FEES")
    return {"booked_on": booked_on.isoformat(), "floor_cents": cents_of(floor)}


SETTLEMENT = Form(
    kind="settlement",
    title="结算佣金",
    key=("entry_id",),
    fields=(
        needed("entry_id"),
        needed("account"),
        choice("kind", "commission", "correction", "reversal"),
        optional("about"),
        day("trade_date"),
        cents("turnover"),
        cents_or_none("commission"),
        flag("evidence", unless_told=True),
        flag("churn", unless_told=False),
    ),
    extra=OWNER | {"charged": "bigint", "standing": "bigint", "number": "text", "original": "text"},
    moves=(
        RESOLVE_ACCOUNT,
        UNKNOWN_ACCOUNT,
        Do(_GIVE_NUMBERS),
        Do(_RATE_OF_DAY),
        Check(
            "RATE_UNKNOWN", "s.kind = 'commission' AND coalesce(s.commission, s.charged) IS NULL"
        ),
        Check(
            "AMOUNT_CONFLICT",
            "s.kind = 'commission' AND "
            + _is_known("e.amount_cents <> coalesce(s.commission, s.charged)"),
        ),
        Add(_ADD),
        Do(_FIND_ORIGINALS),
        Do(_STANDING),
        Check(
            "ORIGINAL_UNKNOWN",
            _IS_CHANGE
            + "NOT EXISTS (SELECT FROM commission_entry e WHERE e.branch_id = s.branch_id"
            f" AND e.entry_id = {_ORIGINAL} AND e.client_id = s.client_id"
            " AND e.kind = 'commission')",
        ),
        Check("AMOUNT_MISSING", _IS_CHANGE + "s.kind = 'correction' AND s.commission IS NULL"),
        Check(
            "CHANGED_TWICE",
            _IS_CHANGE + "EXISTS (SELECT FROM stage o WHERE o.branch_id = s.branch_id"
            " AND o.about = s.about AND o.kind <> 'commission' AND o.line < s.line)",
        ),
        Check(
            "NOTHING_CHANGED",
            _IS_CHANGE + "s.standing = CASE s.kind WHEN 'reversal' THEN 0 ELSE s.commission END",
        ),
        Add(_CHANGE),
        Do(_ASK),
    ),
    values=_values,
)
