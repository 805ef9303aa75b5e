"""Lays each pending approval into the queues of all who may decide it now, and takes it out again.

Who may is asked of the same rule that judges the decision itself, so that a queue holds exactly
what its owner can decide: delegations begin and end by date, an overdue approval escalates.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime

import msgspec
from sqlalchemy import RowMapping, delete, select
from sqlalchemy.dialects.postgresql import insert as upsert
from sqlalchemy.ext.asyncio import AsyncConnection

from models.clients.tier import Role
from models.dates import BEIJING
from models.lives.approval import (
    ApprovalState,
    CheckCase,
    acting_role,
    delegation_of,
    may_check,
)
from models.rules.basis.settings.approvals import ApprovalSettings
from models.rules.basis.settings.words import ApprovalKind
from models.tables.firm import STAFF
from models.tables.grounds import WHOLE_FIRM
from models.tables.service import APPROVAL, APPROVAL_QUEUE
from services.central.handlers.firm_rules import read_settings
from services.central.handlers.work import Work
from services.central.session import WORKER, become

_SHOWN = (
    "client_id", "kind", "title", "before", "after", "maker", "made_at", "due_at",
)  # fmt: skip
_KEY = ("branch_id", "approval_id", "checker")
Row = dict[str, object]


@dataclass(frozen=True, slots=True)
class Seat:
    """A member of the staff, for the question whether he may decide."""

    branch_id: str
    staff_id: str
    role: Role


def queue_of(staff_id: str) -> str:
    """Return the stream of a person's queue."""
    return f"queue:{staff_id}"


async def join_queues(work: Work, approval_id: str) -> int:
    """Lay a new approval into the queues, and return into how many.

    The transaction acts for the author again afterwards.
    """
    await become(work.connection, WORKER)
    joined = await renew_queues(work.connection, work.now, approval_id)
    await become(work.connection, work.actor)
    return joined


async def leave_queues(work: Work, approval_id: str) -> None:
    """Take a closed approval out of every queue; then as before."""
    await become(work.connection, WORKER)
    await work.connection.execute(
        delete(APPROVAL_QUEUE).where(APPROVAL_QUEUE.c.approval_id == approval_id)
    )
    await become(work.connection, work.actor)


async def renew_queues(connection: AsyncConnection, now: datetime, approval_id: str = "") -> int:
    """Bring the queues of one approval, or of all, to ``now``; return how many rows changed.

    The transaction must act as a worker. Pending approvals are locked against being closed.
    """
    settings = (await read_settings(connection, now.astimezone(BEIJING).date())).approvals
    pending = await _pending(connection, approval_id)
    staff = await _staff(connection)
    due = {
        tuple(str(row[name]) for name in _KEY): row
        for approval in pending
        for row in _rows(settings, approval, staff, now)
    }
    there = await _there(connection, approval_id)
    gone = sorted(there - due.keys())
    fresh = [due[key] for key in sorted(due.keys() - there)]
    for key in gone:
        of_key = (APPROVAL_QUEUE.c[name] == value for name, value in zip(_KEY, key, strict=True))
        await connection.execute(delete(APPROVAL_QUEUE).where(*of_key))
    if fresh:
        await connection.execute(upsert(APPROVAL_QUEUE).values(fresh).on_conflict_do_nothing())
    return len(gone) + len(fresh)


def _rows(
    settings: ApprovalSettings, approval: RowMapping, staff: Sequence[Seat], now: datetime
) -> Iterator[Row]:
    """One row for everybody who may decide it and may see it."""
    for seat in staff:
        day = now.astimezone(BEIJING).date()
        role = acting_role(settings, seat.staff_id, seat.role, day)
        if not is_in_sight(approval, seat.branch_id, role):
            continue
        if not may_check(settings, case_of(approval, seat.staff_id, role), now):
            continue
        delegated = delegation_of(settings, seat.staff_id, day)
        yield {
            "branch_id": seat.branch_id,
            "approval_id": approval["approval_id"],
            "checker": seat.staff_id,
            "manager_id": queue_of(seat.staff_id),
            "as_role": role.value,
            "from_on": delegated.from_.isoformat() if delegated else "",
            "until": delegated.until.isoformat() if delegated else "",
            "approval_branch": approval["branch_id"],
            **{name: approval[name] for name in _SHOWN},
        }


def case_of(approval: RowMapping, checker: str, role: Role) -> CheckCase:
    """Return what the rule judges when ``checker`` decides in ``role``."""
    return CheckCase(
        kind=ApprovalKind(approval["kind"]),
        state=ApprovalState(approval["state"]),
        maker=approval["maker"],
        manager=approval["manager_id"] if approval["client_id"] else "",
        due_at=datetime.fromisoformat(approval["due_at"]),
        checker=checker,
        role=role,
        parties=_parties(approval),
    )


def is_in_sight(approval: RowMapping, branch_id: str, role: Role) -> bool:
    """Whether it is decided here, or by head office; of clients, in the branch that gets them."""
    deciding = str(approval["branch_id"])
    if approval["kind"] == ApprovalKind.HAND_OVER.value:
        deciding = _after(approval).to_branch or deciding
    return deciding in (WHOLE_FIRM, branch_id) or role is Role.COMPLIANCE


def _parties(approval: RowMapping) -> tuple[str, ...]:
    """The managers between whom clients go."""
    if approval["kind"] == ApprovalKind.HAND_OVER.value:
        before = msgspec.json.decode(approval["before"] or "{}", type=_Before)
        return (_after(approval).to_manager, *before.managers.values())
    return ()


def _after(approval: RowMapping) -> "_After":
    return msgspec.json.decode(approval["after"] or "{}", type=_After)


class _Before(msgspec.Struct):
    """Who looks after each client."""

    managers: dict[str, str] = {}


class _After(msgspec.Struct):
    """Who is to, and where; "" = in the branch that asked."""

    to_manager: str = ""
    to_branch: str = ""


async def _pending(connection: AsyncConnection, approval_id: str) -> Sequence[RowMapping]:
    query = (
        select(APPROVAL)
        .where(APPROVAL.c.state == ApprovalState.PENDING.value)
        .order_by(APPROVAL.c.branch_id, APPROVAL.c.approval_id)
        .with_for_update(read=True)
    )
    if approval_id:
        query = query.where(APPROVAL.c.approval_id == approval_id)
    return (await connection.execute(query)).mappings().all()


async def _staff(connection: AsyncConnection) -> list[Seat]:
    query = select(STAFF.c.branch_id, STAFF.c.staff_id, STAFF.c.role)
    return [
        Seat(branch, person, Role(role)) for branch, person, role in await connection.execute(query)
    ]


async def _there(connection: AsyncConnection, approval_id: str) -> set[tuple[str, ...]]:
    query = select(*(APPROVAL_QUEUE.c[name] for name in _KEY))
    if approval_id:
        query = query.where(APPROVAL_QUEUE.c.approval_id == approval_id)
    return {tuple(row) for row in await connection.execute(query)}
