"""The annual fee of product D for a finished period, client by client (S30, D6).

What models.rules.products.annual_fee says of each client's days, by the settings of each day
(models.rules.products.fee_days). Entrusted on a day are the client's net assets at its close, on
a day without trading those of the last close before. Rows come first, then the figure that they add
up to; both are written once. Where assets of a day are unknown nothing is charged: the figure says
so, and a person is told.
"""

import json
from collections.abc import Iterator, Sequence
from datetime import date, timedelta
from functools import lru_cache
from itertools import pairwise

from sqlalchemy.ext.asyncio import AsyncConnection

from models.rules.basis.settings.products import Bracket, ProductSettings
from models.rules.basis.settings.words import Product
from models.rules.products.annual_fee import ENTRUSTED_UNKNOWN
from models.rules.products.fee_days import FeeSpan, due_spans
from services.central.handlers.firm_rules import read_dated
from services.rules.dated import settings_in_force
from services.worker.nights.step import Night, NotDue, Step, Values, statement

_CENTS = 100
_ONE_DAY = timedelta(days=1)

_ROWS = """
WITH own AS ({own}), calendar AS (
    SELECT * FROM unnest(CAST(:days AS text[]), CAST(:closes AS text[]), CAST(:spans AS int[]))
        AS c (day, close_on, span)
), term AS (
    SELECT * FROM jsonb_to_recordset(CAST(:terms AS jsonb))
        AS t (span int, days_in_year int, brackets text, parts jsonb)
), held AS (
    SELECT DISTINCT o.*, c.day, c.close_on, c.span
    FROM own o JOIN subscription s USING (branch_id, client_id)
    JOIN calendar c ON c.day >= s.starts_on AND (s.ends_on = '' OR c.day <= s.ends_on)
    WHERE s.product = :product AND s.starts_on <> ''
), summed AS (
    SELECT h.branch_id, h.manager_id, h.client_id, h.span, min(h.day) AS from_on,
           max(h.day) AS to_on, count(*) AS days,
           count(*) FILTER (WHERE a.assets_cents IS NULL) AS unknown_days,
           coalesce(sum(a.assets_cents), 0) AS total
    FROM held h LEFT JOIN asset_day a ON a.branch_id = h.branch_id
        AND a.client_id = h.client_id AND a.day = h.close_on
    GROUP BY 1, 2, 3, 4
), priced AS (
    SELECT s.*, t.brackets, t.days_in_year, (
        SELECT sum(greatest(0, least(s.total, coalesce(p.upto * s.days, greatest(s.total, 0)))
                   - p.above * s.days) * p.rate)
        FROM jsonb_to_recordset(t.parts) AS p (above numeric, upto numeric, rate numeric)
    ) AS of_all_days
    FROM summed s JOIN term t USING (span)
)
INSERT INTO product_fee_row (branch_id, fee_id, from_on, manager_id, client_id, to_on, days,
    unknown_days, total_cents, brackets, days_in_year, fee_cents)
SELECT p.branch_id, 'fee-' || p.client_id || '-' || :product || '-' || :day, p.from_on,
       p.manager_id, p.client_id, p.to_on, p.days, p.unknown_days, p.total::bigint, p.brackets,
       p.days_in_year, CASE WHEN p.unknown_days > 0 THEN 0
           ELSE div(2 * p.of_all_days + p.days_in_year, 2 * p.days_in_year)::bigint END
FROM priced p
WHERE NOT EXISTS (SELECT FROM product_fee f WHERE f.branch_id = p.branch_id
    AND f.fee_id = 'fee-' || p.client_id || '-' || :product || '-' || :day)
ON CONFLICT DO NOTHING
"""

_FIGURES = """
INSERT INTO product_fee (branch_id, fee_id, manager_id, client_id, product, kind, period_from,
    period_to, days, average_cents, amount_cents, code, posted_at)
SELECT r.branch_id, r.fee_id, o.manager_id, r.client_id, :product, 'fee', min(r.from_on),
       max(r.to_on), sum(r.days)::bigint,
       CASE WHEN sum(r.unknown_days) > 0 THEN 0
            ELSE round(sum(r.total_cents)::numeric / sum(r.days))::bigint END,
       CASE WHEN sum(r.unknown_days) > 0 THEN 0 ELSE sum(r.fee_cents)::bigint END,
       CASE WHEN sum(r.unknown_days) > 0 THEN CAST(:unknown AS text) ELSE '' END, :now
FROM ({own}) o JOIN product_fee_row r USING (branch_id, client_id)
WHERE r.fee_id = 'fee-' || o.client_id || '-' || :product || '-' || :day
GROUP BY 1, 2, 3, 4 HAVING (sum(r.unknown_days) = 0) = {is_known}
ON CONFLICT DO NOTHING
"""

_TELL = """
INSERT INTO timeline (branch_id, entry_id, manager_id, client_id, kind, title, about, author,
    happened_at)
SELECT f.branch_id, f.fee_id, f.manager_id, f.client_id, 'fee',
       '产品 ' || f.product || ' 年费 ' || f.period_from || ' 至 ' || f.period_to
           || ':' || CASE f.code WHEN '' THEN in_yuan(f.amount_cents) || '(' || f.days
                || ' 天,日均受托资产 ' || in_yuan(f.average_cents) || ')'
              ELSE '未收取(' || f.code || ')' END,
       f.fee_id, 'night', :now
FROM ({own}) o JOIN product_fee f USING (branch_id, client_id)
WHERE f.fee_id = 'fee-' || o.client_id || '-' || :product || '-' || :day
ON CONFLICT DO NOTHING
"""

_TASKS = """
INSERT INTO task (branch_id, task_id, manager_id, client_id, kind, title, body, due_at, state,
    about)
SELECT f.branch_id, 'uncharged-' || f.fee_id, f.manager_id, f.client_id, 'fee_unknown',
       '产品 ' || f.product || ' 年费未收取 ' || f.period_from || ' 至 ' || f.period_to,
       '其中 ' || (SELECT sum(r.unknown_days) FROM product_fee_row r
           WHERE r.branch_id = f.branch_id AND r.fee_id = f.fee_id)
           || ' 天的受托资产未知(' || f.code || ')。请核对后以年费更正补收,须复核',
       :due_at, 'open', f.fee_id
FROM ({own}) o JOIN product_fee f USING (branch_id, client_id)
WHERE f.fee_id = 'fee-' || o.client_id || '-' || :product || '-' || :day AND f.code <> ''
ON CONFLICT DO NOTHING
"""


async def _values(connection: AsyncConnection, night: Night) -> Values:
    """Of the period that ends tonight; NotConfigured FEE_PERIOD, FEE, DAYS_IN_YEAR."""
    dated = await read_dated(connection)

    @lru_cache(None)
    def settings_of(day: date) -> ProductSettings:
        return settings_in_force(dated, day).products.D

    spans = due_spans(settings_of, night.day)
    if not spans:
        raise NotDue("NO_FEE_DAY")
    days = list(_days(spans))
    return {
        "product": Product.D.value,
        "unknown": ENTRUSTED_UNKNOWN,
        "days": [day.isoformat() for day, _ in days],
        "closes": [_close_of(night, day).isoformat() for day, _ in days],
        "spans": [at for _, at in days],
        "terms": json.dumps([_term(at, span) for at, span in enumerate(spans)]),
    }


def _days(spans: Sequence[FeeSpan]) -> Iterator[tuple[date, int]]:
    for at, span in enumerate(spans):
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
        "brackets": json.dumps([_told(bracket) for bracket in rising]),
        "parts": [
            {"above": f"{one.above * _CENTS:f}", "upto": top, "rate": f"{one.rate:f}"}
            for one, top in zip(rising, [*tops, None], strict=True)
        ],
    }


def _told(bracket: Bracket) -> dict[str, str]:
    return {"above": f"{bracket.above:f}", "rate": f"{bracket.rate:f}"}


FEES = Step(
    "fees",
    "产品年费",
    _values,
    (
        statement("", _ROWS),
        statement("charged", _FIGURES.replace("{is_known}", "true")),
        statement("", _FIGURES.replace("{is_known}", "false")),
        statement("told", _TELL),
        statement("uncharged", _TASKS),
    ),
)
