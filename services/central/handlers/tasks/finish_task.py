"""FinishTask: a task is done, or dismissed with a reason."""

from sqlalchemy import select, update

from models.lives.task import TaskState
from models.tables.firm import TASK
from models.wire.commands import FinishTask
from services.central.handlers.work import Refused, Work, now_text, require_version


async def finish_task(work: Work, command: FinishTask) -> None:
    """Close an open task of the author's stream, at the time of his desk, which may be offline."""
    this = (
        TASK.c.branch_id == work.branch_id,
        TASK.c.task_id == command.task_id,
        TASK.c.manager_id == work.envelope.manager_id,
    )
    query = select(TASK.c.state, TASK.c.version).where(*this).with_for_update()
    found = (await work.connection.execute(query)).one_or_none()
    if found is None:
        raise Refused("TASK_NOT_FOUND", f"没有任务 {command.task_id}")
    if found.state != TaskState.OPEN.value:
        raise Refused("TASK_CLOSED", "任务已经关闭")
    require_version(work, found.version)
    await work.connection.execute(
        update(TASK)
        .where(*this)
        .values(
            state=command.state,
            note=command.note,
            closed_at=min(work.envelope.created_at, now_text(work)),
            version=TASK.c.version + 1,
        )
    )
