"""AcknowledgeAlert: a manager took note, which is a finished task about the alert."""

from sqlalchemy.dialects.postgresql import insert

from models.lives.task import TaskState
from models.tables.firm import TASK
from models.wire.commands import AcknowledgeAlert
from services.central.handlers.work import Work, require_client


async def acknowledge_alert(work: Work, command: AcknowledgeAlert) -> None:
    """Store the note; a later note on the same alert takes its place."""
    await require_client(work, command.client_id)
    row = work.owner | {
        "task_id": f"alert-{command.alert_id}",
        "client_id": command.client_id,
        "kind": "alert_follow_up",
        "title": command.title,
        "due_at": command.at,
        "state": TaskState.DONE.value,
        "note": command.note,
        "about": command.alert_id,
        "closed_at": command.at,
    }
    adding = insert(TASK).values(row)
    await work.connection.execute(
        adding.on_conflict_do_update(
            index_elements=[TASK.c.branch_id, TASK.c.task_id],
            set_={"note": command.note, "due_at": command.at, "version": TASK.c.version + 1},
        )
    )
