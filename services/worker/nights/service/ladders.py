"""The ladders of reminders: 60, 30, 7 and 0 days before something ends, each once (§ 2.10, F25).

As models.rules.access.suitability.check_test: a missed step comes late, none comes twice.
"""

from sqlalchemy.ext.asyncio import AsyncConnection

from models.rules.basis.missing import configured
from services.worker.nights.step import Night, Statement, Step, Values, statement


async def _values(_: AsyncConnection, night: Night) -> Values:
    suitability = night.settings.suitability
    return {
        "steps": list(configured(suitability.reminder_days, "REMINDER_DAYS")),
        "years": configured(suitability.test_valid_years, "TEST_VALIDITY"),
    }


def _ladder(counted: str, ending: str, kind: str, body: str) -> Statement:
    """Open the task of the due step; ``ending`` selects what ends, with its last day."""
    return statement(
        counted,
        f"""
        WITH own AS ({{own}}), ending AS ({ending}), due AS (
            SELECT e.*, e.last_day::date - CAST(CAST(:next_day AS text) AS date) AS days_left
            FROM ending e
            WHERE e.last_day >= :next_day AND e.last_day <= (CAST(CAST(:next_day AS text) AS date)
                + (SELECT max(d) FROM unnest(CAST(:steps AS int[])) d))::text
        )
        INSERT INTO task (branch_id, task_id, manager_id, client_id, kind, title, body, due_at,
            state, about)
        SELECT d.branch_id, d.about || '-' || s.step, d.manager_id, d.client_id,
               '{kind}', d.what || '还有 ' || d.days_left || ' 天到期(' || d.last_day || ')',
               '{body}', :due_at, 'open', d.about
        FROM due d CROSS JOIN LATERAL (
            SELECT min(each) AS step FROM unnest(CAST(:steps AS int[])) each
            WHERE each >= d.days_left) s
        WHERE s.step IS NOT NULL
        ON CONFLICT DO NOTHING
        """,
    )


_TESTS = """
    SELECT c.branch_id, c.manager_id, c.client_id, '风险测评' AS what,
           'risk-test-' || c.client_id || '-' || c.risk_tested_on AS about,
           (c.risk_tested_on::date + make_interval(years => CAST(:years AS int)))::date::text
               AS last_day
    FROM client c
    WHERE c.branch_id = :branch_id AND c.manager_id = ANY (CAST(:managers AS text[]))
      AND c.risk_tested_on <> ''
"""
# Who has paid on, or has days that wait, need not be asked.
_SUBSCRIBED = """
    SELECT s.branch_id, s.manager_id, s.client_id, s.product AS what,
           'subscription-' || s.subscription_id || '-' || s.ends_on AS about,
           s.ends_on AS last_day
    FROM own JOIN subscription s USING (branch_id, manager_id, client_id)
    WHERE s.state = 'active' AND s.ends_on <> '' AND NOT EXISTS (
        SELECT FROM subscription n WHERE n.branch_id = s.branch_id AND n.client_id = s.client_id
          AND n.product = s.product AND n.subscription_id <> s.subscription_id
          AND n.state <> 'ended' AND (n.ends_on = '' OR n.ends_on > s.ends_on))
"""
_GRANTED = """
    SELECT g.branch_id, own.manager_id, g.client_id, '授予等级 ' || g.tier AS what,
           'grant-' || g.grant_id AS about, g.ends_on AS last_day
    FROM own JOIN tier_grant g USING (branch_id, client_id)
    WHERE g.starts_on <= :next_day
"""
_CERTIFIED = """
    SELECT s.branch_id, s.manager_id, NULL::text AS client_id, s.title || '证书' AS what,
           'certificate-' || s.staff_id || '-' || s.certificate || '-' || s.valid_to AS about,
           s.valid_to AS last_day
    FROM staff_certificate s WHERE s.valid_to <> '' AND s.revoked_on = ''
"""

LADDERS = Step(
    "ladders",
    "到期提醒",
    _values,
    (
        _ladder(
            "tests",
            _TESTS,
            "risk_test_expiry",
            "请联系客户重新测评;到期后不能开通新产品和新权限,不影响卖出",
        ),
        _ladder("subscriptions", _SUBSCRIBED, "subscription_expiry", "请与客户确认是否续订"),
        _ladder("grants", _GRANTED, "grant_expiry", "到期后恢复按规则评定的等级,请提前告知客户"),
    ),
)
CERTIFICATES = Step(
    "certificates",
    "证书到期提醒",
    _values,
    (
        _ladder(
            "certificates",
            _CERTIFIED,
            "certificate_expiry",
            "请在到期前重新考试;到期后相应功能锁定",
        ),
    ),
    is_firm_wide=True,
)
