"""The inbox: commands from desks, each kept once, taken in order of arrival per client key."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from operator import attrgetter
from typing import NamedTuple

import asyncpg
from sqlalchemy import Update, text, update
from sqlalchemy.ext.asyncio import AsyncConnection

from models.dates import moment_text
from models.tables.central import INBOX
from models.wire.commands import Head
from services.central.connection import driver_of

WAITING, DONE = "waiting", "done"
MOST_NAME = 200  # characters of what a command names itself and its client by: ck_inbox_size

_OF_HEAD = ("command_id", "manager_id", "desk", "sequence", "key")
_BETWEEN = "\x1f"  # U+001F INFORMATION SEPARATOR ONE: in no name

# One statement for all of them, asked of the driver itself: nearly as quick as COPY, and row-level
# security holds. Branch and author are one for all, as the policy of the table demands. Names go
# up as one text a column: the driver takes twice as long over an array of them.
_PUT = """
    INSERT INTO inbox (branch_id, author, command_id, manager_id, desk, sequence, key, envelope,
                       received_at, state)
    SELECT $1, $2, command_id, manager_id, desk, sequence, key, envelope, $3, 'waiting'
    FROM unnest((string_to_array($4, $10))[2:], (string_to_array($5, $10))[2:],
                (string_to_array($6, $10))[2:], (string_to_array($7, $10))[2:]::bigint[],
                (string_to_array($8, $10))[2:], $9::bytea[])
         WITH ORDINALITY AS sent (command_id, manager_id, desk, sequence, key, envelope, place)
    ORDER BY place
"""
_PUT_UNLESS_KNOWN = f"{_PUT} ON CONFLICT DO NOTHING"


class Sealed(NamedTuple):  # a quarter of the time that a data class takes to make
    """A packed Envelope and what is known of it."""

    head: Head
    envelope: bytes


@dataclass(frozen=True, slots=True)
class TakenCommand:
    """A command that this transaction holds; ``attempts`` counts earlier ones that failed.

    ``envelope`` is still packed: a newer desk may have sent what this program cannot read.
    ``central_s`` is what central's clock said then, in seconds since 1970.
    """

    branch_id: str
    command_id: str
    manager_id: str
    author: str
    key: str
    envelope: bytes
    attempts: int
    central_s: float


_OF_INBOX = ", ".join(TakenCommand.__slots__[:-1])
_TAKE = text(
    f"SELECT {_OF_INBOX}, CAST(extract(epoch FROM clock_timestamp()) AS float8) FROM take_command()"
)


class CommandKnown(Exception):
    """One of the commands is in the inbox already; the transaction is lost."""


async def put_new_commands(
    connection: AsyncConnection, commands: Sequence[Sealed], now: datetime
) -> None:
    """Keep commands of one author in their order, a fifth quicker than ``put_commands``.

    Raises CommandKnown; ValueError as ``put_commands``.
    """
    try:
        await _put(connection, _PUT, commands, now)
    except asyncpg.UniqueViolationError as fault:
        raise CommandKnown from fault


async def put_commands(
    connection: AsyncConnection, commands: Sequence[Sealed], now: datetime
) -> None:
    """Keep commands of one author in their order; one that is there already is left as it is.

    Raises ValueError where a name has U+001F in it.
    """
    await _put(connection, _PUT_UNLESS_KNOWN, commands, now)


async def _put(
    connection: AsyncConnection, statement: str, commands: Sequence[Sealed], now: datetime
) -> None:
    if not commands:
        return
    first = commands[0].head
    heads = [one.head for one in commands]
    columns = [_column(map(attrgetter(name), heads), len(heads)) for name in _OF_HEAD]
    received = moment_text(now)
    driver = await driver_of(connection)
    await driver.execute(
        statement,
        first.branch_id,
        first.author,
        received,
        *columns,
        [one.envelope for one in commands],
        _BETWEEN,
    )


def _column(values: Iterable[object], count: int) -> str:
    """Each value behind a separator: of a text that is empty nobody could say what it holds."""
    column = _BETWEEN.join(("", *map(str, values)))
    if column.count(_BETWEEN) != count:
        raise ValueError("a name of a command has U+001F in it")
    return column


async def take_command(connection: AsyncConnection) -> TakenCommand | None:
    """Lock the oldest command whose client has no older one waiting; None when there is none."""
    found = await connection.execute(_TAKE)
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
