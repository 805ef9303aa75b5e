"""Commands about calls."""

from typing import assert_never

from models.clients.tier import Role
from models.wire.service.teams.calls import (
    CallCommand,
    FinishCall,
    IdentifyCall,
    TakeCallBack,
    TakeNextCall,
)
from services.central.handlers.clients.teams.calls.back import take_call_back
from services.central.handlers.clients.teams.calls.finish import finish_call
from services.central.handlers.clients.teams.calls.take import identify_call, take_next_call
from services.central.handlers.work import Work, refusal


async def apply_call_command(work: Work, command: CallCommand) -> None:
    """Find the handler of a command of this kind; Refused CALL_ROLE for whoever is no agent."""
    if work.actor.role != Role.CALL_CENTRE:
        raise refusal("CALL_ROLE")
    match command:
        case TakeNextCall():
            await take_next_call(work, command)
        case TakeCallBack():
            await take_call_back(work, command)
        case IdentifyCall():
            await identify_call(work, command)
        case FinishCall():
            await finish_call(work, command)
        case _:
            assert_never(command)
