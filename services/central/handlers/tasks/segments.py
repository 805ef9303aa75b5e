"""SaveSegment, ChangeSegment, DeleteSegment: rules that their owner keeps (F6)."""

from sqlalchemy import RowMapping, select, update

from models.clients.segments.rule import read_rule
from models.errors import ExpectedFailure
from models.tables.staff.plans import SEGMENT
from models.wire.service.plans import (
    PLAN_ROLES,
    ChangeSegment,
    DeleteSegment,
    SaveSegment,
    SegmentCommand,
)
from services.central.handlers.work import (
    Refused,
    Work,
    add_once,
    now_text,
    refusal,
    require_version,
)


async def apply_segment_command(work: Work, command: SegmentCommand) -> None:
    """Keep, change or put away a segment of the author; the row itself stays."""
    require_own_plans(work)
    if not isinstance(command, DeleteSegment):
        _require_sound(command)
    found = await _find(work, command.segment_id)
    is_there = found is not None and not found["deleted_at"]
    if isinstance(command, SaveSegment):
        if is_there:
            raise refusal("DUPLICATE")
        await _save(work, command, is_new=found is None)
        return
    if found is None or not is_there:
        raise refusal("SEGMENT_NOT_FOUND")
    require_version(work, found["version"])
    if isinstance(command, ChangeSegment):
        await _change(work, command.segment_id, _told(work, command))
        return
    await _change(work, command.segment_id, {"deleted_at": now_text(work)})


def require_own_plans(work: Work) -> None:
    """Refuse PLAN_ROLE unless the author has clients of his own and it is his stream."""
    if work.actor.role not in PLAN_ROLES:
        raise refusal("PLAN_ROLE")


def _require_sound(command: SaveSegment | ChangeSegment) -> None:
    try:
        read_rule(command.rule)
    except ExpectedFailure as fault:
        raise Refused(fault.code, fault.title) from fault


async def _find(work: Work, segment_id: str) -> RowMapping | None:
    query = (
        select(SEGMENT.c.deleted_at, SEGMENT.c.version)
        .where(SEGMENT.c.branch_id == work.branch_id, SEGMENT.c.segment_id == segment_id)
        .where(SEGMENT.c.manager_id == work.envelope.manager_id)
        .with_for_update()
    )
    return (await work.connection.execute(query)).mappings().one_or_none()


async def _save(work: Work, command: SaveSegment, *, is_new: bool) -> None:
    told = _told(work, command) | {"deleted_at": ""}
    if not is_new:
        await _change(work, command.segment_id, told)
        return
    row = work.owner | {"segment_id": command.segment_id} | told
    await add_once(work, SEGMENT, row)  # DUPLICATE: somebody else's


def _told(work: Work, command: SaveSegment | ChangeSegment) -> dict[str, object]:
    return {"name": command.name, "rule": command.rule, "saved_at": now_text(work)}


async def _change(work: Work, segment_id: str, values: dict[str, object]) -> None:
    await work.connection.execute(
        update(SEGMENT)
        .where(SEGMENT.c.branch_id == work.branch_id, SEGMENT.c.segment_id == segment_id)
        .values(**values, version=SEGMENT.c.version + 1)
    )
