"""The annual fee of product D for a finished period, client by client (S30, D6).

What models.rules.products.annual_fee says of each client's days, by the settings of each day
(models.rules.products.fee_days). Entrusted on a day are those of the client's assets at its close
that the settings name, on a day without trading those of the last close before. Rows come first,
then the figure that they add up to; both are written once. Where assets of a day are unknown
nothing is charged: the figure says so, and a person is told. Each later night looks whether they
are known by now; then the fee is charged by an entry of its own, unless somebody corrected it.

Where a setting is missing nothing is charged either, and head office is told while anybody has the
product. The night after it is set charges the periods that ended meanwhile: from which day on is
the firm's decision (products.D.charged_from), never what happened to be set.
"""

import json
from collections.abc import Iterable, Iterator, Sequence
from datetime import date, timedelta
from functools import lru_cache
from itertools import pairwise

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection

from models.rules.basis.settings.products import Bracket, ProductSettings
from models.rules.basis.settings.words import AssetKind, Product
from models.rules.products.annual_fee import ENTRUSTED_UNKNOWN
from models.rules.products.fee_days import FeeSpan, due_spans
from services.central.handlers.firm_rules import read_dated
from services.rules.dated import settings_in_force
from services.worker.nights.step import Night, NotDue, Statement, Step, Values, statement

_CENTS = 100
_ONE_DAY = timedelta(days=1)

# The fee of the periods that end, of whoever has none yet; and fees that nobody could
# reckon, nor has corrected since. Both have the same days, prices and words.
_TONIGHT = """
    SELECT n.* FROM (SELECT o.*, e.fee_day, '' AS about,
        'fee-' || o.client_id || '-' || :product || '-' || e.fee_day AS fee_id
        FROM ({own}) o CROSS JOIN unnest(CAST(:ends AS text[])) AS e (fee_day)) n
    WHERE NOT EXISTS (SELECT FROM product_fee f
        WHERE f.branch_id = n.branch_id AND f.fee_id = n.fee_id)
"""
_UNKNOWN = """
    SELECT o.*, right(f.fee_id, 10) AS fee_day, f.fee_id AS about, 'again-' || f.fee_id AS fee_id
    FROM ({own}) o JOIN product_fee f USING (branch_id, client_id)
    WHERE f.product = :product AND f.kind = 'fee' AND f.code = :unknown
      AND NOT EXISTS (SELECT FROM product_fee c
          WHERE c.branch_id = f.branch_id AND c.about = f.fee_id)
"""

_FEE_COMES_LAST = "SET CONSTRAINTS fk_product_fee_row_branch_id_fee_id DEFERRED"

_ROWS = """
WITH due AS ({due}), calendar AS (
    SELECT * FROM unnest(CAST(:fee_days AS text[]), CAST(:days AS text[]),
        CAST(:closes AS text[]), CAST(:spans AS int[])) AS c (fee_day, day, close_on, span)
), term AS (
    SELECT * FROM jsonb_to_recordset(CAST(:terms AS jsonb)) AS t (span int, days_in_year int,
        brackets text, parts jsonb, entrusted text, cash boolean, securities boolean)
), held AS (
    SELECT DISTINCT d.*, c.day, c.close_on, c.span
    FROM due d JOIN subscription s USING (branch_id, client_id)
    JOIN calendar c ON c.fee_day = d.fee_day
        AND c.day >= s.starts_on AND (s.ends_on = '' OR c.day <= s.ends_on)
    WHERE s.product = :product AND s.starts_on <> ''
), summed AS (
    SELECT h.branch_id, h.manager_id, h.client_id, h.fee_id, h.span, min(h.day) AS from_on,
           max(h.day) AS to_on, count(*) AS days, count(*) FILTER (WHERE e.cents IS NULL)
               AS unknown_days, coalesce(sum(e.cents), 0) AS total
    FROM held h JOIN term t USING (span)
    LEFT JOIN asset_day a ON a.branch_id = h.branch_id
        AND a.client_id = h.client_id AND a.day = h.close_on
    CROSS JOIN LATERAL (SELECT CASE WHEN t.cash AND t.securities THEN a.assets_cents
        WHEN t.cash THEN a.cash_cents ELSE a.assets_cents - a.cash_cents END) e (cents)
    GROUP BY 1, 2, 3, 4, 5
), priced AS (
    SELECT s.*, t.brackets, t.days_in_year, t.entrusted,
        sum(s.unknown_days) OVER (PARTITION BY s.branch_id, s.fee_id) = 0 AS is_known, (
        SELECT sum(greatest(0, least(s.total, coalesce(p.upto * s.days, greatest(s.total, 0)))
                   - p.above * s.days) * p.rate)
        FROM jsonb_to_recordset(t.parts) AS p (above numeric, upto numeric, rate numeric)
    ) AS of_all_days
    FROM summed s JOIN term t USING (span)
)
INSERT INTO product_fee_row (branch_id, fee_id, from_on, manager_id, client_id, to_on, days,
    unknown_days, total_cents, brackets, days_in_year, entrusted, fee_cents)
SELECT p.branch_id, p.fee_id, p.from_on, p.manager_id, p.client_id, p.to_on, p.days,
       p.unknown_days, p.total::bigint, p.brackets, p.days_in_year, p.entrusted,
       CASE WHEN p.unknown_days > 0 THEN 0
           ELSE div(2 * p.of_all_days + p.days_in_year, 2 * p.days_in_year)::bigint END
FROM priced p
WHERE {only}
ON CONFLICT DO NOTHING
"""

_FIGURES = """
INSERT INTO product_fee (branch_id, fee_id, manager_id, client_id, product, kind, period_from,
    period_to, days, average_cents, amount_cents, code, about, posted_at)
SELECT d.branch_id, d.fee_id, d.manager_id, d.client_id, :product, {kind}, min(r.from_on),
       max(r.to_on), sum(r.days)::bigint,
       CASE WHEN sum(r.unknown_days) > 0 THEN 0
            ELSE round(sum(r.total_cents)::numeric / sum(r.days))::bigint END,
       CASE WHEN sum(r.unknown_days) > 0 THEN 0 ELSE sum(r.fee_cents)::bigint END,
       CASE WHEN sum(r.unknown_days) > 0 THEN CAST(:unknown AS text) ELSE '' END, d.about, :now
FROM ({due}) d JOIN product_fee_row r USING (branch_id, fee_id)
GROUP BY 1, 2, 3, 4, d.about HAVING (sum(r.unknown_days) = 0) = {is_known}
ON CONFLICT DO NOTHING
"""

_TELL = """
INSERT INTO timeline (branch_id, entry_id, manager_id, client_id, kind, title, about, author,
    happened_at)
SELECT f.branch_id, f.fee_id, f.manager_id, f.client_id, 'fee',
       '产品 ' || f.product || ' 年费' || CASE f.about WHEN '' THEN ' ' ELSE '补收 ' END
           || f.period_from || ' 至 ' || f.period_to
           || ':' || CASE f.code WHEN '' THEN in_yuan(f.amount_cents) || '(' || f.days
                || ' 天,日均受托资产 ' || in_yuan(f.average_cents) || ')'
              ELSE '未收取(' || f.code || ')' END,
       f.fee_id, 'night', :now
FROM ({own}) o JOIN product_fee f USING (branch_id, client_id)
WHERE f.product = :product AND f.kind = {kind} AND f.posted_at = :now
ON CONFLICT DO NOTHING
"""

_TASKS = """
INSERT INTO task (branch_id, task_id, manager_id, client_id, kind, title, body, due_at, state,
    about)
SELECT f.branch_id, 'uncharged-' || f.fee_id, f.manager_id, f.client_id, 'fee_unknown',
       '产品 ' || f.product || ' 年费未收取 ' || f.period_from || ' 至 ' || f.period_to,
       '其中 ' || (SELECT sum(r.unknown_days) FROM product_fee_row r
           WHERE r.branch_id = f.branch_id AND r.fee_id = f.fee_id)
           || ' 天的受托资产未知(' || f.code
           || ')。补齐后由夜间批处理补收;也可核对后以年费更正补收,须复核',
       :due_at, 'open', f.fee_id
FROM ({own}) o JOIN product_fee f USING (branch_id, client_id)
WHERE f.product = :product AND f.kind = 'fee' AND f.posted_at = :now AND f.code <> ''
ON CONFLICT DO NOTHING
"""

# A correction that is decided at the same moment, or this, comes second (handlers.products.fee).
_TURNS = f"SELECT pg_advisory_xact_lock(hashtext('fee ' || d.about)) FROM ({_UNKNOWN}) d"

_DONE = """
UPDATE task t SET state = 'done', closed_at = :now, version = t.version + 1,
    note = '受托资产已齐,年费已由夜间批处理补收'
FROM ({own}) o JOIN product_fee f USING (branch_id, client_id)
WHERE f.product = :product AND f.kind = 'recomputed' AND t.branch_id = f.branch_id
  AND t.task_id = 'uncharged-' || f.about AND t.state = 'open'
"""

# One a person until he has done it, then one a month; the night that could charge closes them.
_ASK_FOR_SETTING = """
INSERT INTO task (branch_id, task_id, manager_id, kind, title, body, due_at, state, about)
SELECT s.branch_id, 'uncharged-' || :code || '-' || left(:day, 7) || '-' || s.staff_id, s.staff_id,
       'fee_unset', '产品 D 年费没有计收:' || :code,
       '有客户持有产品 D,但设置不全(' || :code || ')。请补充 products.D,含起计日 charged_from;'
           || '须复核,生效后由夜间批处理一并计收已到期的期间', :due_at, 'open', :day
FROM staff s WHERE s.role = 'compliance' AND EXISTS (SELECT FROM subscription p
    WHERE p.product = 'D' AND p.starts_on <> '' AND p.starts_on <= :day
      AND (p.ends_on = '' OR p.ends_on >= :day))
  AND NOT EXISTS (SELECT FROM task t WHERE t.branch_id = s.branch_id AND t.manager_id = s.staff_id
      AND t.kind = 'fee_unset' AND t.state = 'open' AND t.title LIKE '%:' || :code)
ON CONFLICT DO NOTHING
"""
_IS_SET = """
UPDATE task t SET state = 'done', closed_at = :now, version = t.version + 1,
    note = '设置已齐,年费已由夜间批处理计收'
WHERE t.kind = 'fee_unset' AND t.state = 'open'
"""
# Nights that could not charge for want of a setting, after the last one that could.
_SKIPPED = text(
    "SELECT n.day FROM night_run n WHERE n.branch_id = '*' AND n.step = 'fees' AND n.day < :day"
    " AND n.state = 'skipped' AND n.trouble LIKE '%NOT#_CONFIGURED' ESCAPE '#'"
    " AND n.day > coalesce((SELECT max(d.day) FROM night_run d WHERE d.branch_id = '*'"
    " AND d.step = 'fees' AND d.state = 'done' AND d.day < :day), '') ORDER BY 1"
)
_OPEN_DAYS = text(
    "SELECT DISTINCT right(f.fee_id, 10) FROM product_fee f WHERE f.product = :product"
    " AND f.kind = 'fee' AND f.code = :unknown AND NOT EXISTS (SELECT FROM product_fee c"
    " WHERE c.branch_id = f.branch_id AND c.about = f.fee_id) ORDER BY 1"
)


async def _tonight(connection: AsyncConnection, night: Night) -> Values:
    """Of the period that ends tonight, and of those that nobody could charge until now.

    Raises NotConfigured FEE_START, FEE_PERIOD, FEE, DAYS_IN_YEAR, ENTRUSTED_ASSETS.
    """
    skipped = (await connection.execute(_SKIPPED, {"day": night.day.isoformat()})).scalars().all()
    values = await _values(connection, night, [*map(date.fromisoformat, skipped), night.day])
    if not values["days"]:
        raise NotDue("NO_FEE_DAY")
    return values


async def _unknown(connection: AsyncConnection, night: Night) -> Values:
    """Of all periods whose fee nobody could reckon until now, by the settings of their days."""
    night.require_newest()
    asked = {"product": Product.D.value, "unknown": ENTRUSTED_UNKNOWN}
    days = (await connection.execute(_OPEN_DAYS, asked)).scalars().all()
    if not days:
        raise NotDue("NO_UNKNOWN_FEE")
    return await _values(connection, night, map(date.fromisoformat, days))


async def _values(
    connection: AsyncConnection, night: Night, fee_days: Iterable[date]
) -> dict[str, object]:
    dated = await read_dated(connection)

    @lru_cache(None)
    def settings_of(day: date) -> ProductSettings:
        return settings_in_force(dated, day).products.D

    spans = [
        (ends, span)
        for ends in fee_days
        if ends == night.day or settings_of(ends).fee_period is not None
        for span in due_spans(settings_of, ends, night.day)
    ]
    days = list(_days(spans))
    return {
        "ends": sorted({ends.isoformat() for ends, _ in spans}),
        "product": Product.D.value,
        "unknown": ENTRUSTED_UNKNOWN,
        "fee_days": [spans[at][0].isoformat() for _, at in days],
        "days": [day.isoformat() for day, _ in days],
        "closes": [_close_of(night, day).isoformat() for day, _ in days],
        "spans": [at for _, at in days],
        "terms": json.dumps([_term(at, span) for at, (_, span) in enumerate(spans)]),
    }


def _days(spans: Sequence[tuple[date, FeeSpan]]) -> Iterator[tuple[date, int]]:
    for at, (_, span) in enumerate(spans):
        for after in range((span.to - span.from_).days + 1):
            yield span.from_ + after * _ONE_DAY, at


def _close_of(night: Night, day: date) -> date:
    return day if night.calendar.is_trading_day(day) else night.calendar.moved(day, -1)


def _term(at: int, span: FeeSpan) -> dict[str, object]:
    """Brackets as the row keeps them, and in cents each up to the next one."""
    rising = sorted(span.brackets, key=lambda bracket: bracket.above)
    tops = [f"{upper.above * _CENTS:f}" for _, upper in pairwise(rising)]
    return {
        "span": at,
        "days_in_year": span.days_in_year,
        "entrusted": ",".join(span.entrusted),
        "cash": AssetKind.CASH in span.entrusted,
        "securities": AssetKind.SECURITIES in span.entrusted,
        "brackets": json.dumps([_told(bracket) for bracket in rising]),
        "parts": [
            {"above": f"{one.above * _CENTS:f}", "upto": top, "rate": f"{one.rate:f}"}
            for one, top in zip(rising, [*tops, None], strict=True)
        ],
    }


def _told(bracket: Bracket) -> dict[str, str]:
    return {"above": f"{bracket.above:f}", "rate": f"{bracket.rate:f}"}


def _of(counted: str, sql: str, **parts: str) -> Statement:
    for name, part in parts.items():
        sql = sql.replace(f"{{{name}}}", part)
    return statement(counted, sql)


FEES = Step(
    "fees",
    "产品年费",
    _tonight,
    (
        statement("", _FEE_COMES_LAST),
        _of("", _ROWS, due=_TONIGHT, only="true"),
        _of("charged", _FIGURES, due=_TONIGHT, kind="'fee'", is_known="true"),
        _of("", _FIGURES, due=_TONIGHT, kind="'fee'", is_known="false"),
        _of("told", _TELL, kind="'fee'"),
        statement("uncharged", _TASKS),
        statement("", _IS_SET),
    ),
    unset=statement("", _ASK_FOR_SETTING),
)
FEES_AGAIN = Step(
    "fees_again",
    "未知年费补算",
    _unknown,
    (
        statement("", _TURNS),
        statement("", _FEE_COMES_LAST),
        _of("", _ROWS, due=_UNKNOWN, only="p.is_known"),
        _of("charged", _FIGURES, due=_UNKNOWN, kind="'recomputed'", is_known="true"),
        _of("told", _TELL, kind="'recomputed'"),
        statement("closed", _DONE),
    ),
)
