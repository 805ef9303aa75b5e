"""The inbox: commands from desks, each kept once, taken in order of arrival per client key."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Update, literal_column, select, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncConnection

from models.tables.central import INBOX
from models.wire.codec import encode
from models.wire.commands import Envelope

WAITING, DONE = "waiting", "done"


@dataclass(frozen=True, slots=True)
class TakenCommand:
    """A command that this transaction holds; ``attempts`` counts earlier ones that failed.

    ``envelope`` is still packed: a newer desk may have sent what this program cannot read.
    """

    branch_id: str
    command_id: str
    manager_id: str
    author: str
    key: str
    envelope: bytes
    attempts: int


async def put_commands(
    connection: AsyncConnection, commands: Sequence[Envelope], now: datetime
) -> None:
    """Keep commands in their order; one that is there already is left as it is."""
    if not commands:
        return
    rows = [_row(command, now) for command in commands]
    await connection.execute(insert(INBOX).on_conflict_do_nothing(), rows)


async def take_command(connection: AsyncConnection) -> TakenCommand | None:
    """Lock the oldest command whose client has no older one waiting; None when there is none."""
    older = INBOX.alias("older")
    has_older = (
        select(literal_column("1"))
        .where(older.c.branch_id == INBOX.c.branch_id, older.c.key == INBOX.c.key)
        .where(older.c.state == WAITING, older.c.arrival < INBOX.c.arrival)
        .exists()
    )
    found = await connection.execute(
        select(*(INBOX.c[name] for name in TakenCommand.__slots__))
        .where(INBOX.c.state == WAITING, ~has_older)
        .order_by(INBOX.c.arrival)
        .limit(1)
        .with_for_update(skip_locked=True)
    )
    row = found.one_or_none()
    return TakenCommand(*row) if row else None


async def finish_command(connection: AsyncConnection, taken: TakenCommand) -> None:
    """Mark a command as answered."""
    await connection.execute(_of(taken).values(state=DONE))


async def count_failure(connection: AsyncConnection, taken: TakenCommand, trouble: str) -> None:
    """Remember that an attempt at a command failed, and how."""
    await connection.execute(_of(taken).values(attempts=INBOX.c.attempts + 1, trouble=trouble))


def _of(taken: TakenCommand) -> Update:
    return update(INBOX).where(
        INBOX.c.branch_id == taken.branch_id, INBOX.c.command_id == taken.command_id
    )


def _row(command: Envelope, now: datetime) -> dict[str, object]:
    return {
        "branch_id": command.branch_id,
        "command_id": command.command_id,
        "manager_id": command.manager_id,
        "author": command.author,
        "desk": command.desk,
        "sequence": command.sequence,
        "key": command.key,
        "envelope": encode(command),
        "received_at": now.isoformat(timespec="milliseconds"),
        "state": WAITING,
    }
