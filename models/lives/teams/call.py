"""A call at the firm's service line: waits by tier, is taken by one agent, ends (S8-S10, S17)."""

from enum import StrEnum


class CallState(StrEnum):
    """How far a call has come."""

    WAITING = "waiting"
    TAKEN = "taken"
    ENDED = "ended"  # the line is closed, the agent has not yet said how it went
    DONE = "done"
    ABANDONED = "abandoned"  # the caller hung up before anybody spoke to him
    REDIRECTED = "redirected"  # the wrong channel: he was told the allowed ones


_S = CallState

CALL_STEPS: dict[CallState, frozenset[CallState]] = {
    _S.WAITING: frozenset({_S.TAKEN, _S.ABANDONED}),
    _S.TAKEN: frozenset({_S.ENDED, _S.DONE, _S.ABANDONED}),
    _S.ENDED: frozenset({_S.DONE}),
    _S.DONE: frozenset(),
    _S.ABANDONED: frozenset(),
    _S.REDIRECTED: frozenset(),
}
IN_HAND = frozenset({_S.TAKEN, _S.ENDED})


class Match(StrEnum):
    """How it is known who calls; nobody is guessed."""

    UNKNOWN = "unknown"
    SEVERAL = "several"
    FOUND = "found"  # one client has this number or account
    TOLD = "told"  # he told the agent his account


class CallOutcome(StrEnum):
    """How a call went; the last two leave something for the client's manager."""

    RESOLVED = "resolved"
    CALL_BACK = "call_back"
    COMPLAINT = "complaint"


LEFT_TO_MANAGER = frozenset({CallOutcome.CALL_BACK, CallOutcome.COMPLAINT})
