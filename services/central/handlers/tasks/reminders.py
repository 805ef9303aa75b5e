"""AddReminder and MoveTask: a moved reminder never vanishes (F4)."""

from sqlalchemy import RowMapping, select, update
from sqlalchemy.dialects.postgresql import insert

from models.dates import moment_of
from models.lives.task import TaskState
from models.rules.assessment.reminder import move
from models.tables.firm import TASK
from models.wire.service.tasks import AddReminder, MoveTask
from services.central.handlers.work import Refused, Work, refusal, require_client, require_version


async def add_reminder(work: Work, command: AddReminder) -> None:
    """Open a reminder; one whose time has passed is due now."""
    await require_client(work, command.client_id)
    if not command.title.strip():
        raise Refused("TASK_EMPTY", "提醒没有标题")
    row = work.owner | {
        "task_id": command.task_id,
        "client_id": command.client_id,
        "kind": "reminder",
        "title": command.title,
        "body": command.body,
        "due_at": _fires_at(work, command.due_at),
        "state": TaskState.OPEN.value,
    }
    added = await work.connection.execute(
        insert(TASK).values(row).on_conflict_do_nothing().returning(TASK.c.task_id)
    )
    if added.one_or_none() is None:
        raise refusal("DUPLICATE")


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
    return fires_at.isoformat(timespec="milliseconds")
