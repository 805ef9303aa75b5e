"""What commands about segments and the agenda change on this desk at once (待同步)."""

from collections.abc import Iterator

from models.tables.staff.plans import AGENDA_MARK, SEGMENT
from models.wire.commands import Envelope
from models.wire.service.plans import (
    AgendaCommand,
    ChangeSegment,
    DeleteSegment,
    DismissAgenda,
    RestoreAgenda,
    SaveSegment,
    SnoozeAgenda,
)
from services.desk.storage.rows import Row
from services.desk.storage.synced.effects.present import Effect, Rows, change, key_in_branch, owned


def plan_effects(envelope: Envelope, rows: Rows) -> Iterator[Effect]:
    """Yield the rows as the command makes them."""
    match envelope.command:
        case SaveSegment() as command:
            key = key_in_branch(envelope, "segment_id", command.segment_id)
            saved: Row = {"name": command.name, "rule": command.rule, "deleted_at": ""}
            before = rows.read(SEGMENT, key) or owned(envelope) | key
            yield SEGMENT, before | saved | {"saved_at": envelope.created_at}
        case ChangeSegment() as command:
            key = key_in_branch(envelope, "segment_id", command.segment_id)
            told: Row = {"name": command.name, "rule": command.rule}
            yield from change(SEGMENT, key, told | {"saved_at": envelope.created_at}, rows)
        case DeleteSegment() as command:
            key = key_in_branch(envelope, "segment_id", command.segment_id)
            yield from change(SEGMENT, key, {"deleted_at": envelope.created_at}, rows)
        case SnoozeAgenda() as command:
            yield _marked(envelope, command, rows, {"snoozed_until": command.until})
        case DismissAgenda() as command:
            dismissed: Row = {"dismissed_at": envelope.created_at, "reason": command.reason}
            yield _marked(envelope, command, rows, dismissed)
        case RestoreAgenda() as command:
            yield _marked(envelope, command, rows, {})
        case _:
            return


def _marked(envelope: Envelope, command: AgendaCommand, rows: Rows, told: Row) -> Effect:
    key = key_in_branch(envelope, "row_id", command.row_id) | {"keeper": envelope.manager_id}
    before = rows.read(AGENDA_MARK, key) or owned(envelope) | key
    blank: Row = {"snoozed_until": "", "dismissed_at": "", "reason": ""}
    by: Row = {"marked_by": envelope.author, "marked_at": envelope.created_at}
    return AGENDA_MARK, before | blank | {"client_id": command.client_id or None} | by | told
