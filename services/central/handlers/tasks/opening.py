"""A task that a command opens for somebody: to look at, to do, to know."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass

from sqlalchemy.dialects.postgresql import insert

from models.lives.task import TaskState
from models.tables.firm import TASK
from services.central.handlers.work import Work, now_text
from services.central.session import WORKER, become


@dataclass(frozen=True, slots=True, kw_only=True)
class NewTask:
    """``about`` names what it is about; ``client_id`` None = no one client."""

    task_id: str
    kind: str
    title: str
    body: str
    about: str
    client_id: str | None = None


async def open_task(work: Work, task: NewTask) -> None:
    """Open it on the stream of the command in hand, due at once."""
    await _open(work, work.owner, task)


async def open_task_of(work: Work, branch_id: str, staff_id: str, task: NewTask) -> None:
    """Open it on a person's own stream, whatever his post: a worker writes it."""
    await become(work.connection, WORKER)
    await _open(work, {"branch_id": branch_id, "manager_id": staff_id}, task)
    await become(work.connection, work.actor)


async def _open(work: Work, owner: Mapping[str, object], task: NewTask) -> None:
    row = {**asdict(task), **owner, "due_at": now_text(work), "state": TaskState.OPEN.value}
    # a reminder may have its name: what opens the task goes on all the same
    await work.connection.execute(insert(TASK).values(row).on_conflict_do_nothing())
