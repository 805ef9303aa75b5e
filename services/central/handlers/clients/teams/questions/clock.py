"""What the clock does to questions: the branch's time is over, then head office's (F15)."""

from dataclasses import dataclass
from datetime import datetime

import msgspec
from sqlalchemy import RowMapping, select, text, update
from sqlalchemy.dialects.postgresql import insert as upsert
from sqlalchemy.ext.asyncio import AsyncConnection

from models.dates import BEIJING, moment_text
from models.lives.task import TaskState
from models.lives.teams.question import WAITING, AdvisoryDesk
from models.rules.basis.missing import NotConfigured
from models.tables.firm import TASK
from models.tables.service import TIMELINE
from models.tables.staff.questions import ADVISORY_QUESTION
from services.central.audit import AuditLine, add_audit
from services.central.handlers.clients.teams.questions.desk import RELEASED
from services.central.handlers.clients.teams.questions.notices import WAITING_KIND
from services.central.handlers.clients.teams.questions.scope import as_owner, head_office_serves
from services.central.handlers.clients.teams.questions.seats import Seat, due_text, seats_of
from services.central.handlers.tasks.notices import Over, close_notices
from services.central.session import WORKER
from services.central.sync.turns import keep_hand_overs_away

_CLOCK = "clock"
_LAY = text("SELECT lay_questions('', '')")
_QUESTION = ADVISORY_QUESTION.c


@dataclass(frozen=True, slots=True)
class Lapse:
    """A question whose time at its desk is over."""

    connection: AsyncConnection
    found: RowMapping
    at: str

    @property
    def name(self) -> str:
        """Of what is told of this lapse: a question that was opened again may lapse again."""
        return f"question-{self.found['question_id']}-{_CLOCK}{self.found['version']}"


async def lapse_next(connection: AsyncConnection, now: datetime) -> bool:
    """Escalate, or mark as overdue, what has been over longest; False when nothing is.

    The transaction must act as a worker; one that another transaction works on is passed over.
    """
    await keep_hand_overs_away(connection)
    at = moment_text(now)
    query = (
        select(ADVISORY_QUESTION)
        .where(_QUESTION.state.in_([state.value for state in WAITING]))
        .where(_QUESTION.due_at < at, _QUESTION.due_at != "", _QUESTION.overdue_at == "")
        .order_by(_QUESTION.due_at, _QUESTION.question_id)
        .limit(1)
        .with_for_update(skip_locked=True)
    )
    found = (await connection.execute(query)).mappings().one_or_none()
    if found is None:
        return False
    lapse = Lapse(connection, found, at)
    due = await _head_office_due(connection, found, now)
    if due:
        await _escalate(lapse, due)
    else:
        await _mark_overdue(lapse)
    return True


async def renew_desks(connection: AsyncConnection) -> int:
    """Lay what waits before advisers who came since; return how many rows changed."""
    return int(await connection.scalar(_LAY) or 0)


async def _head_office_due(connection: AsyncConnection, found: RowMapping, now: datetime) -> str:
    """Return until when head office has time; "" where it cannot be passed on."""
    if found["desk"] != AdvisoryDesk.BRANCH:
        return ""
    if not await seats_of(connection, found["branch_id"], AdvisoryDesk.HEAD_OFFICE):
        return ""
    day = now.astimezone(BEIJING).date()
    if not (await head_office_serves(connection, found, day, WORKER)).ok:
        return ""
    try:
        return await due_text(connection, AdvisoryDesk.HEAD_OFFICE, now)
    except NotConfigured:
        return ""


async def _escalate(lapse: Lapse, due: str) -> None:
    passed = RELEASED | {
        "desk": AdvisoryDesk.HEAD_OFFICE.value,
        "due_at": due,
        "escalated_at": lapse.at,
        "escalated_by": _CLOCK,
    }
    await _change(lapse, passed)
    over = Over("", lapse.at, "超时,已转总部")
    await close_notices(lapse.connection, WAITING_KIND, lapse.found["question_id"], over)
    branch = lapse.found["branch_id"]
    for seat in await seats_of(lapse.connection, branch, AdvisoryDesk.HEAD_OFFICE):
        await _open_task(lapse, seat, "营业部超时,咨询转总部")
    await _tell(lapse, "咨询超时,转总部")
    await _audit(lapse, "question.escalated")


async def _mark_overdue(lapse: Lapse) -> None:
    await _change(lapse, {"overdue_at": lapse.at})
    owner = Seat(lapse.found["branch_id"], lapse.found["manager_id"])
    await _open_task(lapse, owner, "咨询超时未答复")
    await _tell(lapse, "咨询超时未答复")
    await _audit(lapse, "question.overdue")


async def _change(lapse: Lapse, values: dict[str, str]) -> None:
    await lapse.connection.execute(
        update(ADVISORY_QUESTION)
        .where(_QUESTION.branch_id == lapse.found["branch_id"])
        .where(_QUESTION.question_id == lapse.found["question_id"])
        .values(version=_QUESTION.version + 1, **values)
    )


async def _open_task(lapse: Lapse, seat: Seat, title: str) -> None:
    row = {
        "branch_id": seat.branch_id,
        "manager_id": seat.staff_id,
        "task_id": f"{lapse.name}-{seat.staff_id}",
        "kind": WAITING_KIND,
        "title": f"{title}:{lapse.found['title']}",
        "due_at": lapse.at,
        "state": TaskState.OPEN.value,
        "about": lapse.found["question_id"],
    }
    await lapse.connection.execute(upsert(TASK).values(row).on_conflict_do_nothing())


async def _tell(lapse: Lapse, title: str) -> None:
    """On the client's timeline, as his manager: a worker writes no rows of clients."""
    found = lapse.found
    if found["client_id"] is None:
        return
    row = {
        "branch_id": found["branch_id"],
        "entry_id": lapse.name,
        "manager_id": found["manager_id"],
        "client_id": found["client_id"],
        "kind": "question",
        "title": f"{title}:{found['title']}",
        "about": found["question_id"],
        "author": _CLOCK,
        "happened_at": lapse.at,
    }
    async with as_owner(lapse.connection, found, WORKER):
        await lapse.connection.execute(upsert(TIMELINE).values(row).on_conflict_do_nothing())


async def _audit(lapse: Lapse, action: str) -> None:
    found = lapse.found
    told = {name: found[name] for name in ("desk", "state", "due_at", "taken_by")}
    line = AuditLine(
        branch_id=found["branch_id"],
        chain=found["manager_id"],
        at=lapse.at,
        author="worker",
        action=action,
        subject=found["client_id"] or found["question_id"],
        command_id="",
        outcome="applied",
        detail=msgspec.json.encode(told | {"question_id": found["question_id"]}).decode(),
    )
    await add_audit(lapse.connection, line)
