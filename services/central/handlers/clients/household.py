"""Households: formed, merged, split, and each change taken back as a whole (F7)."""

from collections.abc import Sequence

from sqlalchemy import ColumnElement, RowMapping, insert, select, update

from models.tables.firm import CLIENT
from models.tables.service import HOUSEHOLD, HOUSEHOLD_MEMBER
from models.wire.service.clients import (
    FormHousehold,
    MergeHouseholds,
    SplitHousehold,
    UndoHouseholdChange,
)
from services.central.handlers.timeline import tell_each
from services.central.handlers.work import Refused, Work, add_once, now_text, refusal

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
    await _tell(work, command.client_ids, f"加入家庭「{command.name}」")


async def merge_households(work: Work, command: MergeHouseholds) -> None:
    """Move all members over; the household left behind stays, empty."""
    await _require_new_change(work, command.change_id)
    into = await _require_household(work, command.into)
    members = await _members(work, _MEMBER.household_id == command.household_id)
    if not members or command.into == command.household_id:
        raise Refused("HOUSEHOLD_EMPTY", f"家庭 {command.household_id} 没有可并入的成员")
    moving = [row["client_id"] for row in members]
    await _set_left(work, members, command.change_id)
    await _join(work, moving, command.into, command.change_id)
    await _tell(work, moving, f"随家庭并入「{into['name']}」")


async def split_household(work: Work, command: SplitHousehold) -> None:
    """Some members, not all, leave for a new household."""
    await _require_new_change(work, command.change_id)
    members = await _members(work, _MEMBER.household_id == command.household_id)
    leaving = [row for row in members if row["client_id"] in command.client_ids]
    if not 0 < len(leaving) < len(members) or len(leaving) != len(set(command.client_ids)):
        raise Refused("SPLIT_INVALID", "须是该家庭的部分成员,且不能全部分出")
    await _add_household(work, command.new_household_id, command.name)
    await _set_left(work, leaving, command.change_id)
    parting = [row["client_id"] for row in leaving]
    await _join(work, parting, command.new_household_id, command.change_id)
    await _tell(work, parting, f"分出为家庭「{command.name}」")


async def undo_household_change(work: Work, command: UndoHouseholdChange) -> None:
    """Everybody goes back to where he was, unless one of them has moved on since."""
    moved = await _members(work, _MEMBER.joined_by == command.change_id)
    before = await _rows(work, _MEMBER.left_by == command.change_id)
    if not before:
        raise Refused("CHANGE_NOT_FOUND", f"没有可撤销的变更 {command.change_id}")
    if {row["client_id"] for row in moved} != {row["client_id"] for row in before}:
        raise Refused("HOUSEHOLD_CHANGED", "之后又有变动,不能撤销")
    for household_id in sorted({row["household_id"] for row in before}):
        await _require_household(work, household_id)  # a member may have been handed over since
    await _set_left(work, moved, f"undo-{command.change_id}")
    await _set_left(work, before, "")
    await _tell(work, [row["client_id"] for row in before], "家庭变更已撤销,回到原家庭")


async def _require_clients(work: Work, client_ids: Sequence[str]) -> None:
    """One manager's clients: the total of a household over two would tell each what the other has.

    A client whom the author may not see and one who does not exist are told in the same words.
    """
    query = select(CLIENT.c.client_id).where(
        CLIENT.c.branch_id == work.branch_id,
        CLIENT.c.manager_id == work.envelope.manager_id,
        CLIENT.c.client_id.in_(client_ids),
    )
    strange = set(client_ids) - set((await work.connection.scalars(query)).all())
    if strange:
        raise refusal("HOUSEHOLD_ONE_MANAGER", {"客户": tuple(sorted(strange))})


async def _require_household(work: Work, household_id: str) -> RowMapping:
    query = select(HOUSEHOLD.c.manager_id, HOUSEHOLD.c.name).where(
        HOUSEHOLD.c.branch_id == work.branch_id, HOUSEHOLD.c.household_id == household_id
    )
    found = (await work.connection.execute(query)).mappings().one_or_none()
    if found is None:
        raise Refused("HOUSEHOLD_NOT_FOUND", f"没有家庭 {household_id}")
    if found["manager_id"] != work.envelope.manager_id:
        raise refusal("HOUSEHOLD_ONE_MANAGER", {"家庭": household_id})
    return found


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
    row = work.owner | {"household_id": household_id, "name": name, "formed_at": now_text(work)}
    await add_once(work, HOUSEHOLD, row)


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


async def _tell(work: Work, client_ids: Sequence[str], title: str) -> None:
    await tell_each(work, client_ids, "household", title)
