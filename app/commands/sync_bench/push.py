"""Commands up: a full outbox pushed into the inbox, against a bare COPY of the same rows."""

import time
import uuid
from pathlib import Path
from typing import cast

import asyncpg
import msgspec
from sqlalchemy import Connection

from app.commands.sync_bench.stage import STAFF, Firm, opened_desk
from models.wire.commands import Envelope, LogContact
from services.central.connection import driver_url
from services.central.demo.cast import BRANCH
from services.desk.storage.rows import DriverConnection
from services.desk.sync.uploads import Uploader

_FILL = (
    "INSERT INTO outbox (sequence, command_id, key, state, created_at, envelope)"
    " VALUES (?, ?, ?, 'waiting', ?, ?)"
)
_COLUMNS = [
    "branch_id", "command_id", "manager_id", "author", "desk", "sequence", "key", "envelope",
    "received_at", "state",
]  # fmt: skip
_AT = "2023-02-01T10:00:00.000+08:00"
_encode = msgspec.msgpack.Encoder().encode


def make_commands(count: int) -> list[Envelope]:
    """Return contacts of many clients."""
    return [make_command(number, f"C{number % 300:06d}") for number in range(1, count + 1)]


def make_command(number: int, client_id: str) -> Envelope:
    """Return a contact of a client as the outbox keeps it."""
    return Envelope(
        command_id=uuid.uuid4().hex,
        branch_id=BRANCH,
        manager_id=STAFF,
        author=STAFF,
        desk="bench",
        sequence=number,
        key=client_id,
        expected_version=0,
        created_at=_AT,
        command=LogContact(f"P{number}", client_id, "phone", "out", "回访", _AT),
    )


async def push_once(firm: Firm, folder: Path, commands: list[Envelope]) -> float:
    """Return the seconds that a desk takes to bring its outbox up, marks in the store and all."""
    await firm.ask("TRUNCATE inbox")
    async with opened_desk(folder) as desk, firm.line() as line:
        await desk.store.write(lambda connection: _fill(connection, commands))
        began = time.perf_counter()
        await Uploader(desk.store, desk.board).push(line)
        taken = time.perf_counter() - began
    [found] = await firm.ask("SELECT count(*) FROM inbox")
    assert found["count"] == len(commands)
    return taken


async def copy_once(firm: Firm, commands: list[Envelope]) -> float:
    """Return the seconds of a bare COPY of the same rows, with the owner's rights."""
    rows = [
        (
            one.branch_id, one.command_id, one.manager_id, one.author, one.desk, one.sequence,
            one.key, _encode(one), _AT, "waiting",
        )
        for one in commands
    ]  # fmt: skip
    connection = await asyncpg.connect(driver_url(firm.database_url))
    try:
        await connection.execute("TRUNCATE inbox")
        began = time.perf_counter()
        await connection.copy_records_to_table("inbox", records=rows, columns=_COLUMNS)
        return time.perf_counter() - began
    finally:
        await connection.close()


def _fill(connection: Connection, commands: list[Envelope]) -> None:
    driver = cast("DriverConnection", connection.connection.driver_connection)
    rows = [
        (one.sequence, one.command_id, one.key, one.created_at, _encode(one)) for one in commands
    ]
    driver.executemany(_FILL, rows)
