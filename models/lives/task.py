"""A task or reminder: it is done or dismissed, or it stays; moving it never closes it (F4)."""

from datetime import time
from enum import StrEnum

DUE = time(16)  # of its day, where nobody says when


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
