"""An agent's calls, judged before anything is asked for (service-system S8-S10, S17)."""

from typing import assert_never

from models.clients.tier import Role
from models.lives.teams.call import IN_HAND, SPEAKING, may_call_back
from models.rules.messages.calls import check_line
from models.tables.staff.calls import SERVICE_CALL
from models.wire.service.teams.calls import (
    CallCommand,
    FinishCall,
    IdentifyCall,
    TakeCallBack,
    TakeNextCall,
)
from services.desk.service.case import Case, demand, found, require
from services.desk.storage.rows import Row

_CALL = SERVICE_CALL.c


def judge_call(case: Case, command: CallCommand) -> None:
    """Find the judge of a command of this kind; who is served next is central's to say."""
    demand(case.role is Role.CALL_CENTRE, "CALL_ROLE")
    match command:
        case TakeNextCall():
            _require_free(case)
            require(check_line(case.settings, case.staff_id, command.channel))
        case TakeCallBack():
            _require_free(case)
            _judge_call_back(case, command)
        case IdentifyCall():
            call = _in_hand(case, command.call_id)
            demand(call["client_id"] is None, "CALL_KNOWN_CLIENT")
        case FinishCall():
            _in_hand(case, command.call_id)
        case _:
            assert_never(command)


def _require_free(case: Case) -> None:
    speaking = _CALL.state.in_([state.value for state in SPEAKING])
    mine = case.row(SERVICE_CALL, _CALL.taken_by == case.staff_id, speaking)
    demand(mine is None, "CALL_IN_HAND")


def _judge_call_back(case: Case, command: TakeCallBack) -> None:
    row = case.row(SERVICE_CALL, _CALL.call_id == command.call_id)
    call = found(row, "CALL_NOT_FOUND", "没有这个来电")
    client_id = None if call["client_id"] is None else str(call["client_id"])
    is_due = may_call_back(str(call["state"]), str(call["outcome"]), client_id)
    demand(is_due, "CALL_NOT_TO_CALL_BACK")
    require(check_line(case.settings, case.staff_id, str(call["channel"])))


def _in_hand(case: Case, call_id: str) -> Row:
    mine = case.row(SERVICE_CALL, _CALL.call_id == call_id, _CALL.taken_by == case.staff_id)
    call = found(mine, "CALL_NOT_FOUND", "没有这个来电,或由他人接听")
    demand(str(call["state"]) in {state.value for state in IN_HAND}, "CALL_STATE")
    return call
