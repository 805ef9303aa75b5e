"""What commands about calls change on this desk at once (待同步).

Which call an agent gets, and who a caller is, is known to central alone.
"""

from collections.abc import Iterator

from models.lives.teams.call import CallState
from models.tables.staff.calls import SERVICE_CALL
from models.wire.commands import Envelope
from models.wire.service.teams.calls import FinishCall, TakeCallBack
from services.desk.storage.rows import Row
from services.desk.storage.synced.effects.present import Effect, Rows, key_in_branch

_BACK = CallState.CALLING_BACK.value


def call_effects(envelope: Envelope, rows: Rows) -> Iterator[Effect]:
    """Yield the rows as the command makes them."""
    match envelope.command:
        case TakeCallBack() as command:
            yield from _changed(
                envelope, command, {"state": _BACK, "taken_by": envelope.author}, rows
            )
        case FinishCall() as command:
            told: Row = {"outcome": command.outcome.value, "summary": command.summary.strip()}
            yield from _changed(envelope, command, told, rows)
        case _:
            return


def _changed(
    envelope: Envelope, command: TakeCallBack | FinishCall, told: Row, rows: Rows
) -> Iterator[Effect]:
    call = rows.read(SERVICE_CALL, key_in_branch(envelope, "call_id", command.call_id))
    if call is None:
        return
    is_back = call["state"] == _BACK
    after = CallState.CALLED_BACK if is_back else CallState.DONE
    yield SERVICE_CALL, call | {"state": after.value} | told
