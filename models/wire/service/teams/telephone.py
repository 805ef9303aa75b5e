"""What a telephone system tells of the firm's service line: one JSON object a line."""

import msgspec


class CallOffered(msgspec.Struct, frozen=True, tag="offered"):
    """Somebody calls; ``account`` where he typed it in."""

    call_id: str
    at: str
    number: str
    line: str
    account: str = ""


class CallAnswered(msgspec.Struct, frozen=True, tag="answered"):
    """An agent picked it up."""

    call_id: str
    at: str
    agent: str


class CallAbandoned(msgspec.Struct, frozen=True, tag="abandoned"):
    """The caller hung up before anybody spoke to him."""

    call_id: str
    at: str


class CallEnded(msgspec.Struct, frozen=True, tag="ended"):
    """The line is closed."""

    call_id: str
    at: str


CallEvent = CallOffered | CallAnswered | CallAbandoned | CallEnded
