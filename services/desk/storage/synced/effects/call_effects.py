"""What commands about calls change on this desk at once (待同步).

Which call an agent gets, and who a caller is, is known to central alone.
"""

from collections.abc import Iterator

from models.lives.teams.call import CallState
from models.tables.staff.calls import SERVICE_CALL
from models.wire.commands import Envelope
from models.wire.service.teams.calls import FinishCall
from services.desk.storage.rows import Row
from services.desk.storage.synced.effects.present import Effect, Rows, change, key_in_branch


def call_effects(envelope: Envelope, rows: Rows) -> Iterator[Effect]:
    """Yield the rows as the command makes them."""
    command = envelope.command
    if isinstance(command, FinishCall):
        done: Row = {
            "state": CallState.DONE.value,
            "outcome": command.outcome.value,
            "summary": command.summary.strip(),
        }
        yield from change(
            SERVICE_CALL, key_in_branch(envelope, "call_id", command.call_id), done, rows
        )
