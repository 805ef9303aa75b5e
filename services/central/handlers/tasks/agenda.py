"""SnoozeAgenda, DismissAgenda, RestoreAgenda: what was said of a row is kept, never lost (F4)."""

from typing import assert_never

from sqlalchemy import select
from sqlalchemy.dialects.postgresql import insert

from models.tables.staff.plans import AGENDA_MARK
from models.wire.service.plans import AgendaCommand, DismissAgenda, RestoreAgenda, SnoozeAgenda
from services.central.handlers.tasks.segments import require_own_plans
from services.central.handlers.work import Work, now_text, refusal, require_client

_BLANK = {"snoozed_until": "", "dismissed_at": "", "reason": ""}


async def apply_agenda_command(work: Work, command: AgendaCommand) -> None:
    """Write what the author says of the row; the newest word counts."""
    require_own_plans(work)
    if command.client_id:
        await require_client(work, command.client_id)
    told = _BLANK | await _told(work, command)
    told |= {"marked_by": work.actor.staff_id, "marked_at": now_text(work)}
    own = work.owner | {"keeper": work.envelope.manager_id}
    row = own | {"row_id": command.row_id, "client_id": command.client_id or None} | told
    await work.connection.execute(
        insert(AGENDA_MARK)
        .values(row)
        .on_conflict_do_update(
            index_elements=list(AGENDA_MARK.primary_key),
            set_=told | {"version": AGENDA_MARK.c.version + 1},
        )
    )


async def _told(work: Work, command: AgendaCommand) -> dict[str, str]:
    match command:
        case SnoozeAgenda():
            return {"snoozed_until": command.until}
        case DismissAgenda():
            return {"dismissed_at": now_text(work), "reason": command.reason}
        case RestoreAgenda():
            await _require_marked(work, command.row_id)
            return {}
        case _:
            assert_never(command)


async def _require_marked(work: Work, row_id: str) -> None:
    query = select(AGENDA_MARK.c.snoozed_until, AGENDA_MARK.c.dismissed_at).where(
        AGENDA_MARK.c.branch_id == work.branch_id,
        AGENDA_MARK.c.row_id == row_id,
        AGENDA_MARK.c.keeper == work.envelope.manager_id,
    )
    found = (await work.connection.execute(query)).one_or_none()
    if found is None or not any(found):
        raise refusal("AGENDA_NOT_MARKED")
