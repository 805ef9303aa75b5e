"""A task or reminder: it is done or dismissed, or it stays; moving it never closes it (F4)."""

from enum import StrEnum


class TaskState(StrEnum):
    """State of a task."""

    OPEN = "open"
    DONE = "done"
    DISMISSED = "dismissed"


TASK_STEPS: dict[TaskState, frozenset[TaskState]] = {
    TaskState.OPEN: frozenset({TaskState.DONE, TaskState.DISMISSED}),
    TaskState.DONE: frozenset(),
    TaskState.DISMISSED: frozenset(),
}
