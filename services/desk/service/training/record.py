"""What this desk knows of a person's courses and exams, what waits for central included."""

from datetime import date

from sqlalchemy import Connection, select

from models.dates import day_text
from models.lives.exam import ExamState
from models.rules.access.exams.attempt import Taken
from models.tables.staff.training import COURSE_READ, EXAM_ATTEMPT
from models.wire.hub import SignedIn
from services.desk.storage.rows import Row


def courses_read(connection: Connection, person: SignedIn) -> set[str]:
    """Return the courses that the person has completed."""
    table = COURSE_READ.c
    query = select(table.course_id).where(
        table.branch_id == person.branch_id, table.staff_id == person.staff_id
    )
    return set(connection.execute(query).scalars())


def attempts_of(connection: Connection, person: SignedIn, certificate: str) -> list[Row]:
    """Return the person's attempts at a certificate, the newest first; those asked for before."""
    table = EXAM_ATTEMPT.c
    query = select(EXAM_ATTEMPT).where(
        table.branch_id == person.branch_id,
        table.staff_id == person.staff_id,
        table.certificate == certificate,
    )
    rows = [dict(row) for row in connection.execute(query).mappings()]
    return sorted(rows, key=lambda row: str(row["begun_at"] or "9"), reverse=True)


def taken_of(connection: Connection, person: SignedIn, certificate: str) -> list[Taken]:
    """Return the attempts as the rule takes them; one that waits for its paper is running."""
    return [
        Taken(_day(str(row["begun_at"])), ExamState(str(row["state"] or ExamState.BEGUN.value)))
        for row in attempts_of(connection, person, certificate)
    ]


def _day(moment: str) -> date:
    return date.fromisoformat(day_text(moment)) if moment else date.max
