"""AddReminder and MoveTask: a moved reminder never vanishes (F4)."""

from sqlalchemy import RowMapping, select, update

from models.dates import moment_of, moment_text
from models.lives.task import TaskState
from models.rules.assessment.reminder import move
from models.tables.firm import TASK
from models.wire.service.tasks import AddReminder, MoveTask
from services.central.handlers.work import (
    Refused,
    Work,
    add_once,
    require_client,
    require_version,
)


async def add_reminder(work: Work, command: AddReminder) -> None:
    """Open a reminder; one whose time has passed is due now."""
    await require_client(work, command.client_id)
    row = work.owner | {
        "task_id": command.task_id,
        "client_id": command.client_id,
        "kind": "reminder",
        "title": command.title,
        "body": command.body,
        "due_at": _fires_at(work, command.due_at),
        "state": TaskState.OPEN.value,
    }
    await add_once(work, TASK, row)


async def move_task(work: Work, command: MoveTask) -> None:
    """Set another time for an open task of the author's stream; it stays open."""
    task = await _find(work, command.task_id)
    if task["state"] != TaskState.OPEN.value:
        raise Refused("TASK_CLOSED", "任务已经关闭")
    require_version(work, task["version"])
    await work.connection.execute(
        update(TASK)
        .where(TASK.c.branch_id == work.branch_id, TASK.c.task_id == command.task_id)
        .values(due_at=_fires_at(work, command.new_time), version=TASK.c.version + 1)
    )


async def _find(work: Work, task_id: str) -> RowMapping:
    query = (
        select(TASK.c.state, TASK.c.version)
        .where(TASK.c.branch_id == work.branch_id, TASK.c.task_id == task_id)
        .where(TASK.c.manager_id == work.envelope.manager_id)
        .with_for_update()
    )
    found = (await work.connection.execute(query)).mappings().one_or_none()
    if found is None:
        raise Refused("TASK_NOT_FOUND", f"没有任务 {task_id}")
    return found


def _fires_at(work: Work, time: str) -> str:
    fires_at = move(moment_of(time), work.now).fires_at
    return moment_text(fires_at)
