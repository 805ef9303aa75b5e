"""Loads rows in bulk: COPY, without a change-log line a row, desks start by Resync anyway."""

from collections.abc import Sequence

from sqlalchemy import Table, text
from sqlalchemy.ext.asyncio import AsyncConnection

from models.tables.central import CHANGE_COUNTER
from models.tables.staff.questions import QUESTION_QUEUE
from services.central.connection import driver_of
from services.central.demo.tables.row import Row


async def copy_rows(connection: AsyncConnection, table: Table, rows: Sequence[Row]) -> None:
    """COPY ``rows`` into ``table`` inside the connection's transaction; all have the same keys.

    The rows are whole: what triggers would keep up (balances, states) is in them.
    """
    if not rows:
        return
    columns = list(rows[0])
    await _own_triggers(connection, table, "DISABLE")
    driver = await driver_of(connection)
    records = [tuple(row[column] for column in columns) for row in rows]
    await driver.copy_records_to_table(table.name, records=records, columns=columns)
    await _own_triggers(connection, table, "ENABLE")


async def lay_copies(connection: AsyncConnection) -> None:
    """Lay the questions that were loaded before the advisers who may answer them."""
    await _own_triggers(connection, QUESTION_QUEUE, "DISABLE")
    await connection.execute(text("SELECT lay_questions('', '')"))
    await _own_triggers(connection, QUESTION_QUEUE, "ENABLE")


async def open_streams(connection: AsyncConnection, streams: Sequence[tuple[str, str]]) -> None:
    """Start each (branch, stream) at number 1 as already pruned: a new desk asks for a Resync."""
    rows = [
        {"branch_id": branch, "stream": stream, "last": 1, "pruned_to": 1}
        for branch, stream in streams
    ]
    await connection.execute(CHANGE_COUNTER.insert(), rows)


async def _own_triggers(connection: AsyncConnection, table: Table, verb: str) -> None:
    await connection.execute(text(f'ALTER TABLE "{table.name}" {verb} TRIGGER USER'))
