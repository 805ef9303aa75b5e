"""A person's own segments and marks on his agenda (features F4, F6)."""

from typing import assert_never

from models.clients.segments.rule import read_rule
from models.tables.staff.plans import AGENDA_MARK, SEGMENT
from models.wire.service.plans import (
    PLAN_ROLES,
    AgendaCommand,
    ChangeSegment,
    DeleteSegment,
    RestoreAgenda,
    SaveSegment,
    SegmentCommand,
)
from services.desk.service.case import Case, demand


def judge_segment(case: Case, command: SegmentCommand) -> None:
    """A segment has a name and a rule that can be asked; what is changed is there."""
    demand(case.role in PLAN_ROLES, "PLAN_ROLE")
    known = case.row(SEGMENT, SEGMENT.c.segment_id == command.segment_id)
    is_there = known is not None and not known["deleted_at"]
    match command:
        case SaveSegment():
            demand(not is_there, "DUPLICATE")
        case ChangeSegment() | DeleteSegment():
            demand(is_there, "SEGMENT_NOT_FOUND")
        case _:
            assert_never(command)
    if not isinstance(command, DeleteSegment):
        read_rule(command.rule)


def judge_agenda(case: Case, command: AgendaCommand) -> None:
    """Whose agenda it is, and that what is taken back is there."""
    demand(case.role in PLAN_ROLES, "PLAN_ROLE")
    if command.client_id:
        case.client(command.client_id)
    if isinstance(command, RestoreAgenda):
        row = case.row(AGENDA_MARK, AGENDA_MARK.c.row_id == command.row_id)
        is_marked = row is not None and bool(row["snoozed_until"] or row["dismissed_at"])
        demand(is_marked, "AGENDA_NOT_MARKED")
