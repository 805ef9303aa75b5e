"""A task or reminder: it is done or dismissed, or it stays; moving it never closes it (F4)."""

import re
from datetime import time
from enum import StrEnum

# What central names the tasks that it opens by itself; a reminder named so would keep one away.
_CENTRALS = re.compile(
    "(alert|approval|call|cancelled|certificate|commission|follow-up|former|grant|hand-over|nobody"
    "|question|reconcile|refused|revoked|risk-test|subscription|suitability|tier-review|uncharged"
    "|uninvited)-"
)
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


def is_centrals(task_id: str) -> bool:
    """Whether a task of this name is one that central opens by itself."""
    return _CENTRALS.match(task_id) is not None
