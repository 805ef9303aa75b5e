"""Commands of call-centre agents (service-system S8-S10, S17)."""

import msgspec

from models.lives.teams.call import CallOutcome


class TakeNextCall(msgspec.Struct, frozen=True, tag="take_next_call"):
    """Take whoever is to be served next, at one line ("" = either); central says who it is."""

    channel: str = ""


class TakeCallBack(msgspec.Struct, frozen=True, tag="take_call_back"):
    """The author calls back whom nobody knew; then it is a call in his hand."""

    call_id: str


class IdentifyCall(msgspec.Struct, frozen=True, tag="identify_call"):
    """The caller in hand told his account."""

    call_id: str
    account: str


class FinishCall(msgspec.Struct, frozen=True, tag="finish_call"):
    """How the call in hand went: a contact of its client."""

    call_id: str
    outcome: CallOutcome
    summary: str


CallCommand = TakeNextCall | TakeCallBack | IdentifyCall | FinishCall
