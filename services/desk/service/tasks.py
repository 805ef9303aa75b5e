"""Tasks and reminders (features F4)."""

from typing import assert_never

from models.dates import moment_of
from models.lives.task import TaskState
from models.tables.firm import TASK
from models.wire.service.tasks import AddReminder, MoveTask, TaskCommand
from services.desk.service.case import Case, demand, found


def judge_task(case: Case, command: TaskCommand) -> None:
    """A reminder has a title and a time; what is moved is open."""
    match command:
        case AddReminder():
            case.client(command.client_id)
            demand(bool(command.title.strip()), "TASK_EMPTY", "提醒没有标题")
            moment_of(command.due_at)
        case MoveTask():
            told = f"没有任务 {command.task_id}"
            task = found(case.row(TASK, TASK.c.task_id == command.task_id), "TASK_NOT_FOUND", told)
            demand(task["state"] == TaskState.OPEN.value, "TASK_CLOSED", "任务已经关闭")
            moment_of(command.new_time)
        case _:
            assert_never(command)
