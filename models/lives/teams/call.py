"""A call at the firm's service line: waits by tier, is taken by one agent, ends (S8-S10, S17)."""

from enum import StrEnum


class CallState(StrEnum):
    """How far a call has come."""

    WAITING = "waiting"
    TAKEN = "taken"
    ENDED = "ended"  # the line is closed, the agent has not yet said how it went
    DONE = "done"
    ABANDONED = "abandoned"  # the caller hung up before anybody spoke to him
    CALLING_BACK = "calling_back"  # an agent calls whom nobody knew
    CALLED_BACK = "called_back"
    REDIRECTED = "redirected"  # the wrong channel: he was told the allowed ones


_S = CallState

CALL_STEPS: dict[CallState, frozenset[CallState]] = {
    _S.WAITING: frozenset({_S.TAKEN, _S.ABANDONED}),
    _S.TAKEN: frozenset({_S.ENDED, _S.DONE, _S.ABANDONED}),
    _S.ENDED: frozenset({_S.DONE}),
    _S.DONE: frozenset({_S.CALLING_BACK}),
    _S.ABANDONED: frozenset({_S.CALLING_BACK}),
    _S.CALLING_BACK: frozenset({_S.CALLED_BACK}),
    _S.CALLED_BACK: frozenset({_S.CALLING_BACK}),
    _S.REDIRECTED: frozenset(),
}
IN_HAND = frozenset({_S.TAKEN, _S.ENDED, _S.CALLING_BACK})
OVER = frozenset({_S.DONE, _S.ABANDONED, _S.CALLED_BACK, _S.REDIRECTED})
SPEAKING = frozenset({_S.TAKEN, _S.CALLING_BACK})  # one at a time


class Match(StrEnum):
    """How it is known who calls; nobody is guessed."""

    UNKNOWN = "unknown"
    SEVERAL = "several"
    FOUND = "found"  # one client has this number or account
    TOLD = "told"  # he told the agent his account


class CallOutcome(StrEnum):
    """How a call went; the last two leave something for his manager, or a call back."""

    RESOLVED = "resolved"
    CALL_BACK = "call_back"
    COMPLAINT = "complaint"


LEFT_TO_MANAGER = frozenset({CallOutcome.CALL_BACK, CallOutcome.COMPLAINT})


def may_call_back(state: str, outcome: str, client_id: str | None) -> bool:
    """Tell whether an agent may call back: his manager does it for a client."""
    if client_id is not None:
        return False
    is_left = outcome in LEFT_TO_MANAGER and state in (_S.DONE, _S.CALLED_BACK)
    return state == _S.ABANDONED or is_left
