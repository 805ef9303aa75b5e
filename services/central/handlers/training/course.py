"""CompleteCourse: what a member of the staff has read to its end (F25)."""

from sqlalchemy import select

from models.tables.grounds import WHOLE_FIRM
from models.tables.staff.training import COURSE, COURSE_READ
from models.wire.service.training import CompleteCourse
from services.central.handlers.work import Refused, Work, add_once, now_text


async def complete_course(work: Work, command: CompleteCourse) -> None:
    """Write it down once; Refused COURSE_NOT_FOUND, COURSE_NOT_BEGUN, DUPLICATE."""
    query = select(COURSE.c.from_day).where(
        COURSE.c.branch_id == WHOLE_FIRM, COURSE.c.course_id == command.course_id
    )
    from_day = await work.connection.scalar(query)
    if from_day is None:
        raise Refused("COURSE_NOT_FOUND", f"没有课程 {command.course_id}")
    if from_day > work.day.isoformat():
        raise Refused("COURSE_NOT_BEGUN", f"课程自 {from_day} 起开放")
    row = {
        "branch_id": work.branch_id,
        "staff_id": work.actor.staff_id,
        "course_id": command.course_id,
        "manager_id": work.actor.staff_id,
        "completed_at": now_text(work),
    }
    await add_once(work, COURSE_READ, row)


async def courses_read(work: Work) -> set[str]:
    """Return what the author has completed."""
    query = select(COURSE_READ.c.course_id).where(
        COURSE_READ.c.branch_id == work.branch_id, COURSE_READ.c.staff_id == work.actor.staff_id
    )
    return set((await work.connection.execute(query)).scalars())
