"""The outbox in the store: commands in order until central has answered them."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import cast

import msgspec
from sqlalchemy import Connection, func, select, update

from models.status import ChangeSet
from models.tables.firm import CLIENT
from models.tables.local import OUTBOX
from models.wire.commands import Envelope
from services.desk.storage.rows import execute_many
from services.desk.storage.synced.provisional import lay

WAITING = "waiting"
PUSHED = "pushed"
HELD = "held"  # refused at central's door: not pushed again before the next sign-in

_encoder = msgspec.msgpack.Encoder()


@dataclass(frozen=True, slots=True)
class Stream:
    """Where rows about a key belong."""

    branch_id: str
    manager_id: str


def stream_of(connection: Connection, client_id: str, otherwise: Stream) -> Stream:
    """Return the branch and manager of a client, ``otherwise`` where he is not stored here."""
    statement = select(CLIENT.c.branch_id, CLIENT.c.manager_id).where(
        CLIENT.c.client_id == client_id
    )
    row = connection.execute(statement).first()
    return Stream(row.branch_id, row.manager_id) if row else otherwise


def add_command(connection: Connection, draft: Envelope) -> ChangeSet:
    """Store a command with the next sequence number and lay its effect; one transaction."""
    values = {
        "command_id": draft.command_id,
        "key": draft.key,
        "state": WAITING,
        "created_at": draft.created_at,
        "envelope": b"",
    }
    sequence = cast("tuple[int]", connection.execute(OUTBOX.insert(), values).inserted_primary_key)
    envelope = msgspec.structs.replace(draft, sequence=sequence[0])
    of_row = update(OUTBOX).where(OUTBOX.c.sequence == sequence[0])
    connection.execute(of_row.values(envelope=_encoder.encode(envelope)))
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
    box = OUTBOX.c
    statement = select(box.sequence, box.command_id, box.envelope).where(box.state == WAITING)
    statement = statement.where(box.sequence > after).order_by(box.sequence).limit(most.commands)
    found: list[Packed] = []
    size = 0
    for row in connection.execute(statement):
        size += len(row.envelope)
        if found and size > most.size:
            break
        found.append(Packed(row.sequence, row.command_id, msgspec.Raw(row.envelope)))
    return tuple(found)


def count_waiting(connection: Connection) -> int:
    """Return how many commands are not yet safe at central, held ones among them."""
    return _count(connection, (WAITING, HELD))


def count_held(connection: Connection) -> int:
    """Return how many commands central's door refused."""
    return _count(connection, (HELD,))


def mark_pushed(connection: Connection, commands: Sequence[Packed]) -> None:
    """These commands are in central's inbox now; they stay here until answered."""
    rows = [(PUSHED, first, last) for first, last in _runs(one.sequence for one in commands)]
    execute_many(connection, "UPDATE outbox SET state = ? WHERE sequence BETWEEN ? AND ?", rows)


def mark_held(connection: Connection, command_id: str) -> None:
    """Central's door refused this command: let the others pass it."""
    held = update(OUTBOX).where(OUTBOX.c.command_id == command_id)
    connection.execute(held.values(state=HELD))


def release_held(connection: Connection) -> None:
    """Let held commands be pushed again."""
    connection.execute(update(OUTBOX).where(OUTBOX.c.state == HELD).values(state=WAITING))


def mark_all_waiting(connection: Connection) -> None:
    """Push everything unanswered again: central answers a repeated command as before."""
    connection.execute(update(OUTBOX).values(state=WAITING))


def _count(connection: Connection, states: Sequence[str]) -> int:
    statement = select(func.count()).select_from(OUTBOX).where(OUTBOX.c.state.in_(states))
    return connection.execute(statement).scalar_one()


def _runs(numbers: Iterable[int]) -> list[tuple[int, int]]:
    """First and last of each run of numbers without a gap; they rise."""
    runs: list[tuple[int, int]] = []
    for number in numbers:
        if runs and runs[-1][1] == number - 1:
            runs[-1] = (runs[-1][0], number)
        else:
            runs.append((number, number))
    return runs
