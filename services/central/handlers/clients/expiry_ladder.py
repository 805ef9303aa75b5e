"""The ladder of reminders before a risk test ends: 60, 30, 7, 0 days, each once (§ 2.10)."""

from datetime import date

from sqlalchemy import RowMapping, select
from sqlalchemy.dialects.postgresql import insert

from models.rules.access.suitability import check_test
from models.tables.firm import TASK
from services.central.handlers.firm_rules import settings_on
from services.central.handlers.work import Work, now_text

_KIND = "risk_test_expiry"


async def remind_of_test(work: Work, client: RowMapping, day: date) -> bool:
    """Open the task of the step that is due on ``day``; False when none is, or it is open already.

    A missed step comes late, none comes twice. Raises NotConfigured TEST_VALIDITY.
    """
    if not client["risk_tested_on"]:
        return False
    settings = (await settings_on(work, day)).suitability
    tested = date.fromisoformat(client["risk_tested_on"])
    test = check_test(settings, tested, await _sent(work, client), day)
    if test.remind is None:
        return False
    row = work.owner | {
        "task_id": f"{_about(client)}-{test.remind}",
        "client_id": client["client_id"],
        "kind": _KIND,
        "title": f"风险测评还有 {test.days_left} 天到期({test.valid_to})",
        "body": "请联系客户重新测评;到期后不能开通新产品和新权限,不影响卖出",
        "due_at": now_text(work),
        "state": "open",
        "about": _about(client),
    }
    await work.connection.execute(insert(TASK).values(row).on_conflict_do_nothing())
    return True


async def _sent(work: Work, client: RowMapping) -> tuple[int, ...]:
    query = select(TASK.c.task_id).where(
        TASK.c.branch_id == work.branch_id,
        TASK.c.client_id == client["client_id"],
        TASK.c.kind == _KIND,
        TASK.c.about == _about(client),
    )
    ids = (await work.connection.scalars(query)).all()
    return tuple(int(task_id.rsplit("-", 1)[1]) for task_id in ids)


def _about(client: RowMapping) -> str:
    """One ladder a test: a new test begins a new one."""
    return f"risk-test-{client['client_id']}-{client['risk_tested_on']}"
