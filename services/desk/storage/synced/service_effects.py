"""What commands of client service change on this desk at once (待同步).

What a rule or a second person has to decide first (products, points, tiers) shows nothing before
central has answered.
"""

from collections.abc import Iterator

import msgspec

from models.tables.files import IMPORT_BATCH
from models.tables.firm import CONTACT, TASK
from models.tables.service import CONSENT
from models.wire.commands import Envelope
from models.wire.service.clients import EditContact, RecordConsent
from models.wire.service.files import RequestImport
from models.wire.service.tasks import AddReminder, MoveTask
from services.desk.storage.rows import Row
from services.desk.storage.synced.present import Effect, Rows, change, key_in_branch, owned


def service_effects(envelope: Envelope, rows: Rows) -> Iterator[Effect]:
    """Yield the rows as the command makes them."""
    match envelope.command:
        case AddReminder() as command:
            told = {"kind": "reminder", "state": "open", "note": "", "about": ""}
            yield TASK, owned(envelope) | told | msgspec.to_builtins(command)
        case MoveTask() as command:
            key = key_in_branch(envelope, "task_id", command.task_id)
            yield from change(TASK, key, {"due_at": command.new_time}, rows)
        case EditContact() as command:
            key = key_in_branch(envelope, "contact_id", command.contact_id)
            words = {
                "channel": command.channel,
                "direction": command.direction,
                "summary": command.summary,
            }
            yield from change(CONTACT, key, {**words}, rows)
        case RecordConsent() as command:
            by = {"recorded_by": envelope.author}
            yield CONSENT, owned(envelope) | by | msgspec.to_builtins(command)
        case RequestImport() as command:
            yield IMPORT_BATCH, owned(envelope) | _queued(envelope, command)
        case _:
            return


def _queued(envelope: Envelope, command: RequestImport) -> Row:
    """An import that central has not judged has no state and no counts."""
    return {
        "import_id": command.import_id,
        "kind": command.kind.value,
        "name": command.name,
        "file_hash": command.file_hash,
        "digest": command.digest,
        "author": envelope.author,
        "day": command.day,
        "made_at": envelope.created_at,
    }
