"""Households: formed, merged, split, and each change taken back as a whole (F7)."""

from collections.abc import Sequence

from sqlalchemy import ColumnElement, RowMapping, func, insert, select, update

from models.tables.firm import CLIENT
from models.tables.service import HOUSEHOLD, HOUSEHOLD_MEMBER
from models.wire.service.clients import (
    FormHousehold,
    MergeHouseholds,
    SplitHousehold,
    UndoHouseholdChange,
)
from services.central.handlers.work import Refused, Work, now_text

_MEMBER = HOUSEHOLD_MEMBER.c


async def form_household(work: Work, command: FormHousehold) -> None:
    """Bring clients who have no household together."""
    await _require_clients(work, command.client_ids)
    taken = await _members(work, _MEMBER.client_id.in_(command.client_ids))
    if taken:
        told = "、".join(sorted(row["client_id"] for row in taken))
        raise Refused("IN_HOUSEHOLD", f"已属于其他家庭:{told}")
    await _require_new_change(work, command.household_id)
    await _add_household(work, command.household_id, command.name)
    await _join(work, command.client_ids, command.household_id, command.household_id)


async def merge_households(work: Work, command: MergeHouseholds) -> None:
    """Move all members over; the household left behind stays, empty."""
    await _require_new_change(work, command.change_id)
    await _require_household(work, command.into)
    members = await _members(work, _MEMBER.household_id == command.household_id)
    if not members or command.into == command.household_id:
        raise Refused("HOUSEHOLD_EMPTY", f"家庭 {command.household_id} 没有可并入的成员")
    await _set_left(work, members, command.change_id)
    await _join(work, [row["client_id"] for row in members], command.into, command.change_id)


async def split_household(work: Work, command: SplitHousehold) -> None:
    """Some members, not all, leave for a new household."""
    await _require_new_change(work, command.change_id)
    members = await _members(work, _MEMBER.household_id == command.household_id)
    leaving = [row for row in members if row["client_id"] in command.client_ids]
    if not 0 < len(leaving) < len(members) or len(leaving) != len(set(command.client_ids)):
        raise Refused("SPLIT_INVALID", "须是该家庭的部分成员,且不能全部分出")
    await _add_household(work, command.new_household_id, command.name)
    await _set_left(work, leaving, command.change_id)
    await _join(
        work, [row["client_id"] for row in leaving], command.new_household_id, command.change_id
    )


async def undo_household_change(work: Work, command: UndoHouseholdChange) -> None:
    """Everybody goes back to where he was, unless one of them has moved on since."""
    moved = await _members(work, _MEMBER.joined_by == command.change_id)
    before = await _rows(work, _MEMBER.left_by == command.change_id)
    if not before:
        raise Refused("CHANGE_NOT_FOUND", f"没有可撤销的变更 {command.change_id}")
    if {row["client_id"] for row in moved} != {row["client_id"] for row in before}:
        raise Refused("HOUSEHOLD_CHANGED", "之后又有变动,不能撤销")
    await _set_left(work, moved, f"undo-{command.change_id}")
    await _set_left(work, before, "")


async def _require_clients(work: Work, client_ids: Sequence[str]) -> None:
    query = (
        select(func.count())
        .select_from(CLIENT)
        .where(
            CLIENT.c.branch_id == work.branch_id,
            CLIENT.c.manager_id == work.envelope.manager_id,
            CLIENT.c.client_id.in_(client_ids),
        )
    )
    count = await work.connection.scalar(query)
    if not client_ids or len(set(client_ids)) != len(client_ids) or count != len(client_ids):
        raise Refused("CLIENT_NOT_FOUND", "成员须是该经理名下的客户,且不重复")


async def _require_household(work: Work, household_id: str) -> None:
    query = select(HOUSEHOLD.c.household_id).where(
        HOUSEHOLD.c.branch_id == work.branch_id,
        HOUSEHOLD.c.household_id == household_id,
        HOUSEHOLD.c.manager_id == work.envelope.manager_id,
    )
    if (await work.connection.execute(query)).first() is None:
        raise Refused("HOUSEHOLD_NOT_FOUND", f"没有家庭 {household_id}")


async def _require_new_change(work: Work, change_id: str) -> None:
    if await _rows(work, _MEMBER.joined_by == change_id):
        raise Refused("DUPLICATE", f"变更 {change_id} 已经做过")


async def _members(work: Work, *where: ColumnElement[bool]) -> Sequence[RowMapping]:
    return await _rows(work, _MEMBER.left_by == "", *where)


async def _rows(work: Work, *where: ColumnElement[bool]) -> Sequence[RowMapping]:
    query = (
        select(HOUSEHOLD_MEMBER)
        .where(_MEMBER.branch_id == work.branch_id)
        .where(_MEMBER.manager_id == work.envelope.manager_id, *where)
        .order_by(_MEMBER.client_id)
        .with_for_update()
    )
    return (await work.connection.execute(query)).mappings().all()


async def _add_household(work: Work, household_id: str, name: str) -> None:
    if not name.strip():
        raise Refused("HOUSEHOLD_NAME", "家庭没有名称")
    row = work.owner | {"household_id": household_id, "name": name, "formed_at": now_text(work)}
    await work.connection.execute(insert(HOUSEHOLD).values(row))


async def _join(work: Work, client_ids: Sequence[str], household_id: str, change_id: str) -> None:
    rows = [
        work.owner | {"client_id": client_id, "household_id": household_id, "joined_by": change_id}
        for client_id in client_ids
    ]
    await work.connection.execute(insert(HOUSEHOLD_MEMBER), rows)


async def _set_left(work: Work, members: Sequence[RowMapping], left_by: str) -> None:
    for row in members:
        await work.connection.execute(
            update(HOUSEHOLD_MEMBER)
            .where(_MEMBER.branch_id == work.branch_id, _MEMBER.client_id == row["client_id"])
            .where(_MEMBER.joined_by == row["joined_by"])
            .values(left_by=left_by, version=_MEMBER.version + 1)
        )
