"""Segments and marks on the desk before central has answered, and judged before they are queued."""

from pathlib import Path

import pytest
from sqlalchemy import Connection, select

from models.errors import ExpectedFailure
from models.tables.staff.plans import AGENDA_MARK, SEGMENT
from models.wire.hub import SignedIn
from models.wire.service.plans import (
    AgendaCommand,
    ChangeSegment,
    DeleteSegment,
    DismissAgenda,
    RestoreAgenda,
    SaveSegment,
    SegmentCommand,
    SnoozeAgenda,
)
from services.desk.service.case import Case
from services.desk.service.judge import judge, subject_of
from tests.support.desk_data import TEN, Desk, a_client, open_desk

RULE = '{"version":1,"part":{"type":"no_contact","days":30}}'
ROW, LATER = "birthday:C1:2023", "2023-02-03T09:00:00.000+08:00"


def segments(connection: Connection) -> list[tuple[object, ...]]:
    rows = connection.execute(select(SEGMENT.c.name, SEGMENT.c.deleted_at != ""))
    return [tuple(row) for row in rows]


def marks(connection: Connection) -> list[tuple[object, ...]]:
    mark = AGENDA_MARK.c
    rows = connection.execute(select(mark.snoozed_until, mark.dismissed_at != "", mark.reason))
    return [tuple(row) for row in rows]


async def refusal(
    desk: Desk, command: SegmentCommand | AgendaCommand, role: str = "manager"
) -> str:
    """The code of a refusal; "" where there is none, and then it is queued."""
    person = SignedIn("M001", "B1", "张经理", role, (), "", "")

    def judged(connection: Connection) -> str:
        case = Case(connection, TEN, person)
        judge(case, command)
        return subject_of(case, command)

    try:
        key = await desk.store.read(judged)
    except ExpectedFailure as refused:
        return refused.code
    await desk.outbox.add(command, key)
    return ""


async def test_a_segment_is_saved_changed_and_deleted_at_once(tmp_path: Path) -> None:
    async with open_desk(tmp_path) as desk:
        assert await refusal(desk, SaveSegment("G1", "久未联系", RULE)) == ""
        assert await refusal(desk, SaveSegment("G1", "久未联系", RULE)) == "DUPLICATE"
        assert await refusal(desk, ChangeSegment("G1", "三十天", RULE)) == ""
        assert await desk.store.read(segments) == [("三十天", False)]
        assert await refusal(desk, DeleteSegment("G1")) == ""
        assert await desk.store.read(segments) == [("三十天", True)]
        assert await refusal(desk, DeleteSegment("G1")) == "SEGMENT_NOT_FOUND"
        assert await refusal(desk, SaveSegment("G1", "又来", RULE)) == ""
        assert await desk.store.read(segments) == [("又来", False)]


async def test_a_row_is_put_off_dismissed_and_taken_back_at_once(tmp_path: Path) -> None:
    async with open_desk(tmp_path) as desk:
        await desk.receive(("client", a_client("C1")))
        assert await refusal(desk, SnoozeAgenda(ROW, "C1", LATER)) == ""
        assert await desk.store.read(marks) == [(LATER, False, "")]
        assert await refusal(desk, DismissAgenda(ROW, "C1", "已祝贺")) == ""
        assert await desk.store.read(marks) == [("", True, "已祝贺")]
        assert await refusal(desk, RestoreAgenda(ROW, "C1")) == ""
        assert await desk.store.read(marks) == [("", False, "")]


@pytest.mark.parametrize(
    ("command", "role", "code"),
    [
        (SaveSegment("G1", " ", RULE), "manager", "SEGMENT_NAME"),
        (SaveSegment("G1", "名", "{}"), "manager", "SEGMENT_UNREADABLE"),
        (SaveSegment("G1", "名", RULE), "compliance", "PLAN_ROLE"),
        (SnoozeAgenda(ROW, "C1", TEN.isoformat()), "manager", "AGENDA_PAST"),
        (DismissAgenda(ROW, "C1", ""), "manager", "AGENDA_REASON"),
        (DismissAgenda(ROW, "C9", "无"), "manager", "CLIENT_NOT_FOUND"),
        (DismissAgenda("", "C1", "无"), "manager", "AGENDA_ROW"),
        (RestoreAgenda(ROW, "C1"), "manager", "AGENDA_NOT_MARKED"),
    ],
)
async def test_what_has_no_sense_is_never_queued(
    tmp_path: Path, command: SegmentCommand | AgendaCommand, role: str, code: str
) -> None:
    async with open_desk(tmp_path) as desk:
        await desk.receive(("client", a_client("C1")))
        assert await refusal(desk, command, role) == code
