"""Calls at the service line in the agents' hands."""

from app.commands.chaos.acts.turn import Draft, Turn
from models.lives.teams.call import CallOutcome
from models.wire.service.teams.calls import FinishCall, IdentifyCall, TakeCallBack, TakeNextCall

_AGENT = "CC01"  # whose commands keep their order
_SUMMARIES = ("银证转账限额,已答复", "银证转账限额,已答复", " ")


def take(turn: Turn) -> Draft:
    """Take whoever is next, at times of one line only."""
    channel = turn.rng.choice(("", "", "call_centre", "dedicated_line", "pigeon"))
    return Draft(TakeNextCall(channel), _AGENT)


def call_back(turn: Turn) -> Draft | None:
    """Call back whom nobody knew; at times another call, which is not to be called back."""
    calls = turn.memory.strangers if turn.rng.random() < 0.9 else turn.memory.calls
    call = turn.one_of(calls)
    return None if call is None else Draft(TakeCallBack(call.name), _AGENT)


def identify(turn: Turn) -> Draft | None:
    """The caller told an account, of his own or of nobody's."""
    call = turn.one_of(turn.memory.calls)
    if call is None:
        return None
    account = turn.rng.choice((turn.client.account, turn.client.account, "nobody", " "))
    return Draft(IdentifyCall(call.name, account), _AGENT)


def finish(turn: Turn) -> Draft | None:
    """Say how it went."""
    call = turn.one_of(turn.memory.calls)
    if call is None:
        return None
    outcome = turn.rng.choice(tuple(CallOutcome))
    return Draft(FinishCall(call.name, outcome, turn.rng.choice(_SUMMARIES)), _AGENT)
