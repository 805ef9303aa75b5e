"""The outbox in the store: commands in order until central has answered them."""

from collections.abc import Sequence
from dataclasses import dataclass

import msgspec
from sqlalchemy import Connection, func, select, update

from models.status import ChangeSet
from models.tables.local import OUTBOX
from models.wire.commands import Envelope
from services.desk.storage.rows import execute, execute_many, fetch_all, read_setting, write_setting
from services.desk.storage.synced.provisional import lay

# A command waits until it is in central's inbox. That is remembered as the number up to which all
# are there, not row by row; earlier programs did the latter ("pushed").
WAITING = "waiting"
HELD = "held"  # refused at central's door: not pushed again before the next sign-in

_PUSHED_TO = "pushed_to"
_ROWS_AT_ONCE = 1_000
_STREAM_OF = "SELECT branch_id, manager_id FROM client WHERE client_id = ?"
_STREAM_NEAR = "SELECT branch_id, manager_id FROM client WHERE branch_id = ? AND client_id = ?"
_ADD = "INSERT INTO outbox (command_id, key, state, created_at, envelope) VALUES (?, ?, ?, ?, x'')"
_FILL = "UPDATE outbox SET envelope = ? WHERE sequence = ?"
_WAITING = (
    "SELECT sequence, command_id, envelope FROM outbox WHERE state = ? AND sequence > ?"
    " ORDER BY sequence LIMIT ?"
)
_COUNTS = (
    "SELECT (SELECT count(*) FROM outbox WHERE state = ? AND sequence > ?),"
    " (SELECT count(*) FROM outbox WHERE state = 'held')"
)

_box = OUTBOX.c
_encoder = msgspec.msgpack.Encoder()


@dataclass(frozen=True, slots=True)
class Stream:
    """Where rows about a key belong."""

    branch_id: str
    manager_id: str


def stream_of(connection: Connection, client_id: str, otherwise: Stream) -> Stream:
    """Return the branch and manager of a client, ``otherwise`` where he is not stored here."""
    near = fetch_all(connection, _STREAM_NEAR, (otherwise.branch_id, client_id))
    found = near or fetch_all(connection, _STREAM_OF, (client_id,))  # this one looks at all clients
    return Stream(*found[0]) if found else otherwise


def add_command(connection: Connection, draft: Envelope) -> ChangeSet:
    """Store a command with the next sequence number and lay its effect; one transaction."""
    values = (draft.command_id, draft.key, WAITING, draft.created_at)
    sequence = execute(connection, _ADD, values).lastrowid
    envelope = msgspec.structs.replace(draft, sequence=sequence)
    execute(connection, _FILL, (_encoder.encode(envelope), sequence))
    return lay(connection, envelope)


@dataclass(frozen=True, slots=True)
class Packed:
    """A command as it was stored, and as it travels."""

    sequence: int
    command_id: str
    envelope: msgspec.Raw


@dataclass(frozen=True, slots=True)
class Most:
    """How much is pushed at once: so many commands and bytes; one alone may be larger."""

    commands: int
    size: int


def read_waiting(connection: Connection, after: int, most: Most) -> tuple[Packed, ...]:
    """Return the oldest commands that are not yet safe at central, behind a sequence number."""
    behind = max(after, _pushed_to(connection))
    rows = fetch_all(connection, _WAITING, (WAITING, behind, min(most.commands, _ROWS_AT_ONCE)))
    found: list[Packed] = []
    size = 0
    while rows:
        for sequence, command_id, envelope in rows:
            size += len(envelope)
            if found and size > most.size:
                return tuple(found)
            found.append(Packed(sequence, command_id, msgspec.Raw(envelope)))
        left = min(most.commands - len(found), _ROWS_AT_ONCE)
        rows = fetch_all(connection, _WAITING, (WAITING, found[-1].sequence, left))
    return tuple(found)


@dataclass(frozen=True, slots=True)
class Waiting:
    """How many commands are not yet safe at central; ``held`` of them central's door refused."""

    all: int
    held: int


def count_outbox(connection: Connection) -> Waiting:
    """Count the commands that are not yet safe at central."""
    [(waiting, held)] = fetch_all(connection, _COUNTS, (WAITING, _pushed_to(connection)))
    return Waiting(waiting + held, held)


def count_waiting(connection: Connection) -> int:
    """Return how many commands are not yet safe at central, held ones among them."""
    return count_outbox(connection).all


def mark_pushed(connection: Connection, up_to: int) -> None:
    """The commands up to this number are in central's inbox now, or held.

    They stay here until answered.
    """
    write_setting(connection, _PUSHED_TO, str(up_to))


def mark_held(connection: Connection, command_ids: Sequence[str], up_to: int) -> None:
    """Central's door refused these of the commands up to a number: the others pass them."""
    held = [(HELD, command_id) for command_id in command_ids]
    execute_many(connection, "UPDATE outbox SET state = ? WHERE command_id = ?", held)
    mark_pushed(connection, up_to)


def release_held(connection: Connection) -> None:
    """Let held commands be pushed again, and what came after them: central keeps each once."""
    oldest = connection.execute(select(func.min(_box.sequence)).where(_box.state == HELD)).scalar()
    if oldest is None:
        return
    connection.execute(update(OUTBOX).where(_box.state == HELD).values(state=WAITING))
    mark_pushed(connection, min(oldest - 1, _pushed_to(connection)))


def mark_all_waiting(connection: Connection) -> None:
    """Push everything unanswered again: central answers a repeated command as before."""
    connection.execute(update(OUTBOX).where(_box.state != WAITING).values(state=WAITING))
    mark_pushed(connection, 0)


def _pushed_to(connection: Connection) -> int:
    return int(read_setting(connection, _PUSHED_TO) or 0)
