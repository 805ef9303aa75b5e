"""Commands of call-centre agents (service-system S8-S10, S17)."""

import msgspec

from models.lives.teams.call import CallOutcome


class TakeNextCall(msgspec.Struct, frozen=True, tag="take_next_call"):
    """Take whoever is to be served next, at one line ("" = either); central says who it is."""

    channel: str = ""


class IdentifyCall(msgspec.Struct, frozen=True, tag="identify_call"):
    """The caller in hand told his account."""

    call_id: str
    account: str


class FinishCall(msgspec.Struct, frozen=True, tag="finish_call"):
    """How the call in hand went: a contact of its client."""

    call_id: str
    outcome: CallOutcome
    summary: str


CallCommand = TakeNextCall | IdentifyCall | FinishCall
