"""Tasks and reminders (features F4)."""

from typing import assert_never

from models.dates import moment_of
from models.lives.task import TASK_STEPS, TaskState
from models.tables.firm import TASK
from models.wire.commands import FinishTask
from models.wire.service.tasks import AddReminder, MoveTask, TaskCommand
from services.desk.service.case import Case, demand, found

_CLOSED = TASK_STEPS[TaskState.OPEN]


def judge_task(case: Case, command: TaskCommand | FinishTask) -> None:
    """A reminder has a title and a time; what is moved or finished is open."""
    match command:
        case AddReminder():
            case.client(command.client_id)
            demand(bool(command.title.strip()), "TASK_EMPTY", "提醒没有标题")
            moment_of(command.due_at)
        case MoveTask():
            _require_open(case, command.task_id)
            moment_of(command.new_time)
        case FinishTask():
            told = f"任务不能改为「{command.state}」"
            demand(command.state in _CLOSED, "TASK_STATE", told)
            _require_open(case, command.task_id)
        case _:
            assert_never(command)


def _require_open(case: Case, task_id: str) -> None:
    row = case.row(TASK, TASK.c.task_id == task_id)
    task = found(row, "TASK_NOT_FOUND", f"没有任务 {task_id}")
    demand(task["state"] == TaskState.OPEN.value, "TASK_CLOSED", "任务已经关闭")
