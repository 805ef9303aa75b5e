"""Who hung up, or was promised a call, and is nobody's client yet: his call-back (S17).

Every agent of his line is told; the first who takes it calls, the others need not. The number
itself is the telephone system's, under the call's id: here it is masked.
"""

from collections.abc import Mapping
from datetime import datetime, timedelta

from sqlalchemy import RowMapping, insert, select
from sqlalchemy.ext.asyncio import AsyncConnection

from models.clients.tier import Role
from models.dates import BEIJING, moment_text
from models.lives.task import TaskState
from models.lives.teams.call import CallState, may_call_back
from models.rules.basis.missing import configured
from models.rules.basis.profile import Settings
from models.rules.messages.calls import check_line, staff_of
from models.tables.firm import STAFF, TASK
from models.tables.staff.calls import SERVICE_CALL
from models.wire.service.teams.calls import TakeCallBack
from services.central.handlers.clients.teams.calls.take import (
    change_call,
    require_free,
    require_fresh,
)
from services.central.handlers.firm_rules import read_settings, settings_on
from services.central.handlers.tasks.notices import Over, close_notices
from services.central.handlers.work import Work, now_text, refusal, require
from services.central.session import WORKER, become

NOTICE_KIND = "unknown_caller"
_CALL = SERVICE_CALL.c


async def take_call_back(work: Work, command: TakeCallBack) -> None:
    """The author calls; Refused CALL_NOT_FOUND, CALL_NOT_TO_CALL_BACK, CALL_LINE_OTHERS."""
    require_fresh(work)
    await require_free(work)
    this = _CALL.branch_id == work.branch_id, _CALL.call_id == command.call_id
    query = select(SERVICE_CALL).where(*this).with_for_update()
    found = (await work.connection.execute(query)).mappings().one_or_none()
    if found is None:
        raise refusal("CALL_NOT_FOUND")
    if not may_call_back(found["state"], found["outcome"], found["client_id"]):
        raise refusal("CALL_NOT_TO_CALL_BACK", {"现为": found["state"]})
    settings = await settings_on(work, work.day)
    require(check_line(settings, work.actor.staff_id, found["channel"]))
    taken = {"taken_by": work.actor.staff_id, "taken_at": now_text(work)}
    await change_call(work, found, {"state": CallState.CALLING_BACK.value, **taken})
    over = Over(work.actor.staff_id, now_text(work), f"已回电({work.actor.staff_id})")
    await become(work.connection, WORKER)
    await close_notices(work.connection, NOTICE_KIND, command.call_id, over)
    await become(work.connection, work.actor)


async def tell_line(
    connection: AsyncConnection, found: RowMapping | Mapping[str, object], now: datetime
) -> None:
    """Open a task for every agent of the line at which he waited; the transaction is a worker's."""
    settings = await read_settings(connection, now.astimezone(BEIJING).date())
    minutes = configured(settings.calls.call_back_minutes, "CALLS")
    for agent in await _agents(connection, found, settings):
        row = {
            "branch_id": found["branch_id"],
            "manager_id": agent,
            "task_id": f"call-back-{found['call_id']}-{found['version']}-{agent}",
            "kind": NOTICE_KIND,
            "title": f"未识别来电待回电:{found['caller'] or '号码未显示'}",
            "body": f"{found['offered_at']} 来电;号码见电话系统中的来电 {found['call_id']}",
            "due_at": moment_text(now + timedelta(minutes=minutes)),
            "state": TaskState.OPEN.value,
            "about": found["call_id"],
        }
        await connection.execute(insert(TASK).values(row))


async def _agents(
    connection: AsyncConnection, found: RowMapping | Mapping[str, object], settings: Settings
) -> list[str]:
    """Those whom the setting names; where it names nobody nobody could take it."""
    named = staff_of(settings, str(found["channel"]))
    query = (
        select(STAFF.c.staff_id)
        .where(STAFF.c.branch_id == found["branch_id"], STAFF.c.staff_id.in_(named))
        .where(STAFF.c.role == Role.CALL_CENTRE.value)
        .order_by(STAFF.c.staff_id)
    )
    return list((await connection.execute(query)).scalars())
