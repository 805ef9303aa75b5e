"""Tasks and reminders (features F4)."""

from typing import assert_never

from models.lives.task import TaskState
from models.tables.firm import TASK
from models.wire.commands import FinishTask
from models.wire.service.tasks import AddReminder, MoveTask, TaskCommand
from services.desk.service.case import Case, demand, found


def judge_task(case: Case, command: TaskCommand | FinishTask) -> None:
    """A reminder is about a client; what is moved or finished is open."""
    match command:
        case AddReminder():
            case.client(command.client_id)
        case MoveTask() | FinishTask():
            _require_open(case, command.task_id)
        case _:
            assert_never(command)


def _require_open(case: Case, task_id: str) -> None:
    row = case.row(TASK, TASK.c.task_id == task_id)
    task = found(row, "TASK_NOT_FOUND", f"没有任务 {task_id}")
    demand(task["state"] == TaskState.OPEN.value, "TASK_CLOSED", "任务已经关闭")
