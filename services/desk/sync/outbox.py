"""What a person does becomes a command, stored with its provisional effect at once."""

import asyncio
import uuid
from dataclasses import dataclass

from sqlalchemy import Connection

from models.dates import moment_text
from models.status import ChangeSet
from models.wire.commands import Command, Envelope
from services.clock.clock import Clock
from services.desk.board.board import DeskBoard
from services.desk.board.changes import DeskChanges
from services.desk.storage.outbox_rows import (
    Stream,
    add_command,
    count_waiting,
    stream_of,
)
from services.desk.storage.store import LocalStore


@dataclass(frozen=True, slots=True)
class Author:
    """Who writes commands, in which branch, on which desk (its name and the store's birth)."""

    staff_id: str
    branch_id: str
    desk: str


class Outbox:
    """Adds commands; ``bell`` rings whenever there may be something to do with central."""

    def __init__(
        self,
        *,
        store: LocalStore,
        author: Author,
        clock: Clock,
        changes: DeskChanges,
        board: DeskBoard,
    ) -> None:
        self.bell = asyncio.Event()
        self._store = store
        self._author = author
        self._clock = clock
        self._changes = changes
        self._board = board

    async def add(self, command: Command, key: str, expected_version: int = 0) -> str:
        """Store the command and its effect in one transaction; return its id.

        ``key``: the client it is about; ``expected_version`` 0 = any version of the row.
        """
        command_id, changed = await self._store.write(
            lambda connection: self.enclose(connection, command, key, expected_version)
        )
        await self.tell(changed)
        return command_id

    def enclose(
        self, connection: Connection, command: Command, key: str, expected_version: int = 0
    ) -> tuple[str, ChangeSet]:
        """Store the command inside the caller's own transaction (on the writer thread)."""
        author, command_id = self._author, uuid.uuid4().hex
        stream = stream_of(connection, key, Stream(author.branch_id, author.staff_id))
        draft = Envelope(
            command_id=command_id,
            branch_id=stream.branch_id,
            manager_id=stream.manager_id,
            author=author.staff_id,
            desk=author.desk,
            sequence=0,
            key=key,
            expected_version=expected_version,
            created_at=moment_text(self._clock.now()),
            command=command,
        )
        return command_id, add_command(connection, draft)

    async def tell(self, changed: ChangeSet) -> None:
        """After the caller's transaction: wake the hub client, tell the screens."""
        self.bell.set()
        self._board.set_outbox(await self._store.read(count_waiting))
        await self._changes.announce(changed)
