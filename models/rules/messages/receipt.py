"""How a sent message stands (market-rules § 2.12)."""

from dataclasses import dataclass
from enum import StrEnum


class Submit(StrEnum):
    """What the message centre answered to our submit."""

    ACCEPTED = "accepted"
    REFUSED = "refused"
    NO_REPLY = "no_reply"


class Receipt(StrEnum):
    """Words of a delivery receipt."""

    DELIVRD = "DELIVRD"
    EXPIRED = "EXPIRED"
    UNDELIV = "UNDELIV"
    ACCEPTD = "ACCEPTD"
    UNKNOWN = "UNKNOWN"
    ENROUTE = "ENROUTE"
    REJECTD = "REJECTD"


class MessageState(StrEnum):
    """What is known of a message."""

    PENDING = "PENDING"
    DELIVERED = "DELIVERED"
    FAILED = "FAILED"
    UNKNOWN = "UNKNOWN"


_FINAL = {
    Receipt.DELIVRD: MessageState.DELIVERED,
    Receipt.UNDELIV: MessageState.FAILED,
    Receipt.EXPIRED: MessageState.FAILED,
    Receipt.REJECTD: MessageState.FAILED,
}


@dataclass(frozen=True, slots=True)
class MessageStanding:
    """A message is never sent a second time by itself."""

    state: MessageState
    resend: bool = False
    source: str = "§ 2.12"


def standing(submit: Submit, receipt: Receipt | None, timed_out: bool) -> MessageStanding:
    """Return what submit and receipt prove; unproved stays unknown."""
    return MessageStanding(_state(submit, receipt, timed_out))


def _state(submit: Submit, receipt: Receipt | None, timed_out: bool) -> MessageState:
    if receipt in _FINAL:
        return _FINAL[receipt]
    if submit is Submit.REFUSED:
        return MessageState.FAILED
    if submit is Submit.NO_REPLY or (timed_out and receipt is None):
        return MessageState.UNKNOWN
    return MessageState.PENDING
