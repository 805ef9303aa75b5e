"""Reads the change log: what happened on a stream after a cursor, without holes."""

from itertools import starmap

import asyncpg
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncConnection

from models.tables.central import CHANGE_COUNTER
from models.wire.hub import ChangedRow, Changes, Pull

FIRM_STREAM = "*"

# Rows as they were logged: nobody on the way to the desk unpacks them. Asked of the driver itself,
# inside the connection's transaction: a hundred thousand of them are a usual morning.
_ROWS = """
    SELECT number, table_name, coalesce(row::text, ''),
           CASE WHEN row IS NULL THEN row_key::text ELSE '' END
    FROM change_log WHERE branch_id = $1 AND stream = $2 AND number > $3 ORDER BY number LIMIT $4
"""


def branch_of_stream(stream: str, branch_id: str) -> str:
    """Return the branch under which a stream is numbered."""
    return FIRM_STREAM if stream == FIRM_STREAM else branch_id


async def cursor_of(connection: AsyncConnection, branch_id: str, stream: str) -> tuple[int, int]:
    """Return the stream's newest number and the number up to which its log was pruned."""
    counter = CHANGE_COUNTER.c
    found = await connection.execute(
        select(counter.last, counter.pruned_to).where(
            counter.branch_id == branch_of_stream(stream, branch_id), counter.stream == stream
        )
    )
    row = found.one_or_none()
    return (row.last, row.pruned_to) if row else (0, 0)


async def pull_changes(connection: AsyncConnection, branch_id: str, ask: Pull) -> Changes:
    """Answer a Pull: rows ``after`` + 1, + 2, …; a cursor we cannot serve asks for a Resync.

    The rows are read before the counter: what pruning takes away in between is seen there.
    """
    driver = (await connection.get_raw_connection()).driver_connection
    assert isinstance(driver, asyncpg.Connection)
    branch = branch_of_stream(ask.stream, branch_id)
    found = await driver.fetch(_ROWS, branch, ask.stream, ask.after, ask.limit)
    last, pruned_to = await cursor_of(connection, branch_id, ask.stream)
    if not pruned_to <= ask.after <= last:
        return Changes(ask.request, ask.stream, ask.after, (), last, pruned=True)
    return Changes(ask.request, ask.stream, ask.after, tuple(starmap(ChangedRow, found)), last)
