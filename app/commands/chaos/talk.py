"""What the runner and its desk processes say to each other: one JSON line each."""

from typing import TypeVar

import msgspec

from models.wire.commands import Command
from models.wire.ledger import OrderChanged

T = TypeVar("T", bound=msgspec.Struct)

_encoder = msgspec.json.Encoder()


class Do(msgspec.Struct, frozen=True, tag="do"):
    """A person does something."""

    number: int
    command: Command
    key: str
    expected_version: int = 0


class Event(msgspec.Struct, frozen=True, tag="event"):
    """The engine tells a step of an order."""

    number: int
    ledger: str
    event: OrderChanged


class Replay(msgspec.Struct, frozen=True, tag="replay"):
    """Push everything unanswered again."""

    number: int


class Forget(msgspec.Struct, frozen=True, tag="forget"):
    """Lose the cursors: everything has to be fetched anew."""

    number: int


class Report(msgspec.Struct, frozen=True, tag="report"):
    """Write what the store holds to ``file`` as a Picture."""

    number: int
    file: str


class BackUp(msgspec.Struct, frozen=True, tag="back_up"):
    """Write a backup of the store to ``file``."""

    number: int
    file: str


Ask = Do | Event | Replay | Forget | Report | BackUp


class Done(msgspec.Struct, frozen=True):
    """Answer to an Ask: the id of the command it made; ``code`` = why it could not be stored.

    The first line of a desk has number 0 and says in ``last_event`` how far its ledger is stored.
    """

    number: int
    command_id: str = ""
    code: str = ""
    last_event: int = 0


class Picture(msgspec.Struct, frozen=True):
    """All synced rows of a desk by table, its cursors, and the commands it still waits for.

    ``leftovers``: provisional marks, bases, staged rows and stale search entries that should not
    outlive these; ``fault``: what the store's own check found.
    """

    cursors: dict[str, int]
    unanswered: tuple[str, ...]
    rows: dict[str, tuple[dict[str, str | int | bool | None], ...]]
    leftovers: dict[str, int] = {}
    fault: str = ""


def line_of(message: msgspec.Struct) -> bytes:
    """Return a message as one line."""
    return _encoder.encode(message) + b"\n"
