"""Who is told of a question, and that nobody need be told any more (S39, F15)."""

from sqlalchemy import RowMapping, update

from models.lives.task import TaskState
from models.lives.teams.question import AdvisoryDesk
from models.tables.firm import TASK
from services.central.handlers.clients.teams.questions.found import on_its_stream
from services.central.handlers.clients.teams.questions.seats import Seat, seats_of
from services.central.handlers.tasks.notices import Over, close_notices
from services.central.handlers.tasks.opening import NewTask, open_task_of
from services.central.handlers.work import Work, now_text
from services.central.session import WORKER, become

WAITING_KIND = "question_waiting"
_ANSWERED_KIND = "question_answered"


async def tell_desk(work: Work, found: RowMapping, desk: AdvisoryDesk, title: str) -> None:
    """Open a task for everybody who answers at this desk, but the asker and the author."""
    for seat in await seats_of(work.connection, found["branch_id"], desk):
        if seat.staff_id not in (found["asked_by"], work.actor.staff_id):
            await tell_person(work, found, seat, title)


async def tell_taker(work: Work, found: RowMapping, title: str) -> None:
    """Tell who works on it that he need not."""
    for seat in await seats_of(work.connection, found["branch_id"], AdvisoryDesk(found["desk"])):
        if seat.staff_id == found["taken_by"] != work.actor.staff_id:
            await tell_person(work, found, seat, title)


async def tell_owner(work: Work, found: RowMapping, title: str, body: str) -> None:
    """Open a task on the stream of the question's manager."""
    task = NewTask(
        task_id=f"question-{work.envelope.command_id}",
        client_id=found["client_id"],
        kind=_ANSWERED_KIND,
        title=f"{title}:{found['title']}",
        body=body,
        about=found["question_id"],
    )
    await open_task_of(work, found["branch_id"], found["manager_id"], task)


async def tell_person(work: Work, found: RowMapping, seat: Seat, title: str) -> None:
    """Open a task on a person's own stream; no client is named in it."""
    task = NewTask(
        task_id=f"question-{work.envelope.command_id}-{seat.staff_id}",
        kind=WAITING_KIND,
        title=f"{title}:{found['title']}",
        body="",
        about=found["question_id"],
    )
    await open_task_of(work, seat.branch_id, seat.staff_id, task)


async def close_waiting(work: Work, found: RowMapping, note: str) -> None:
    """Nobody else need look at it: what it told everybody at its desk is over."""
    over = Over(work.actor.staff_id, now_text(work), f"{note}({work.actor.staff_id})")
    await become(work.connection, WORKER)
    await close_notices(work.connection, WAITING_KIND, found["question_id"], over)
    await become(work.connection, work.actor)


async def close_answered(work: Work, found: RowMapping, state: TaskState) -> None:
    """Its manager need not tell this answer any more."""
    async with on_its_stream(work, found) as here:
        await here.connection.execute(
            update(TASK)
            .where(TASK.c.branch_id == here.branch_id, TASK.c.about == found["question_id"])
            .where(TASK.c.kind == _ANSWERED_KIND, TASK.c.state == TaskState.OPEN.value)
            .values(state=state.value, closed_at=now_text(work), version=TASK.c.version + 1)
        )
