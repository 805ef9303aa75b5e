"""A client's subscription to an SMS product or a product A-E (service-system S19-S31, D12)."""

from datetime import date
from enum import StrEnum


class SubscriptionState(StrEnum):
    """``BUNDLED``: free with a product A-E; ``PAUSED``: paid days that wait meanwhile."""

    ACTIVE = "active"
    BUNDLED = "bundled"
    PAUSED = "paused"
    ENDED = "ended"


_S = SubscriptionState

SUBSCRIPTION_STEPS: dict[SubscriptionState, frozenset[SubscriptionState]] = {
    _S.ACTIVE: frozenset({_S.ENDED}),
    _S.BUNDLED: frozenset({_S.ENDED}),
    _S.PAUSED: frozenset({_S.ACTIVE, _S.ENDED}),
    _S.ENDED: frozenset(),
}
RUNNING = frozenset({_S.ACTIVE, _S.BUNDLED})
FIRST_STATES = frozenset({_S.ACTIVE, _S.BUNDLED, _S.PAUSED})


def state_on(
    state: SubscriptionState, starts_on: date, ends_on: date | None, day: date
) -> SubscriptionState:
    """Return the state it has come to by ``day``: what is over ends, what waits goes on."""
    if state in RUNNING and ends_on is not None and ends_on < day:
        return _S.ENDED
    return _S.ACTIVE if state is _S.PAUSED and starts_on <= day else state
