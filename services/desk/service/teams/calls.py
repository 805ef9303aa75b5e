"""An agent's calls, judged before anything is asked for (service-system S8-S10, S17)."""

from typing import assert_never

from models.clients.tier import Role
from models.lives.teams.call import IN_HAND, CallState
from models.tables.staff.calls import SERVICE_CALL
from models.wire.service.teams.calls import CallCommand, FinishCall, IdentifyCall, TakeNextCall
from services.desk.service.case import Case, demand, found
from services.desk.storage.rows import Row

_CALL = SERVICE_CALL.c


def judge_call(case: Case, command: CallCommand) -> None:
    """Find the judge of a command of this kind; who is served next is central's to say."""
    demand(case.role is Role.CALL_CENTRE, "CALL_ROLE")
    match command:
        case TakeNextCall():
            taken = CallState.TAKEN.value
            mine = case.row(SERVICE_CALL, _CALL.taken_by == case.staff_id, _CALL.state == taken)
            demand(mine is None, "CALL_IN_HAND")
        case IdentifyCall():
            call = _in_hand(case, command.call_id)
            demand(call["client_id"] is None, "CALL_KNOWN_CLIENT")
        case FinishCall():
            _in_hand(case, command.call_id)
        case _:
            assert_never(command)


def _in_hand(case: Case, call_id: str) -> Row:
    mine = case.row(SERVICE_CALL, _CALL.call_id == call_id, _CALL.taken_by == case.staff_id)
    call = found(mine, "CALL_NOT_FOUND", "没有这个来电,或由他人接听")
    demand(str(call["state"]) in {state.value for state in IN_HAND}, "CALL_STATE")
    return call
