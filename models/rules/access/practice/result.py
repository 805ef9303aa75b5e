"""A result: the scenario as it was played, what was done, what was found, and a hash of all."""

import hashlib
from datetime import datetime

import msgspec

from models.rules.access.practice.judge import Judgement, judge
from models.rules.access.practice.scenario import Scenario
from models.rules.access.practice.trace import Trace


class Result(msgspec.Struct, frozen=True):
    """Everything that it takes to show a run again and to judge it anew.

    ``made_at`` is the machine's own time; the times of the trace are those of the practice day.
    """

    run_id: str
    trainee: str
    made_at: datetime
    scenario: Scenario
    trace: Trace
    judgement: Judgement


class ResultBroken(Exception):
    """The bytes are no result, or not the one that they say they are; ``code`` says why."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


def pack(result: Result) -> tuple[bytes, str]:
    """Return the result as JSON, and its hash."""
    raw = msgspec.json.encode(result, order="deterministic")
    return raw, hash_of(raw)


def unpack(raw: bytes, result_hash: str) -> Result:
    """Return a result whose hash is right and whose findings follow from its own trace.

    Raises ResultBroken RESULT_HASH, RESULT_FORM or RESULT_WRONG.
    """
    if hash_of(raw) != result_hash:
        raise ResultBroken("RESULT_HASH")
    try:
        result = msgspec.json.decode(raw, type=Result)
    except msgspec.DecodeError as fault:
        raise ResultBroken("RESULT_FORM") from fault
    if judge(result.scenario, result.trace) != result.judgement:
        raise ResultBroken("RESULT_WRONG")
    return result


def hash_of(raw: bytes) -> str:
    """Return the SHA-256 of a packed result."""
    return hashlib.sha256(raw).hexdigest()
