"""Reads the change log: what happened on a stream after a cursor, without holes."""

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncConnection

from models.tables.central import CHANGE_COUNTER
from models.tables.grounds import WHOLE_FIRM
from models.wire.hub import Changes, Pull, TableChanges
from services.central.connection import driver_of

# A page in one statement, its rows put together table by table as they were logged: nobody on the
# way to the desk unpacks them. Rows and counter are of one moment: what was pruned is seen there.
# Asked of the driver itself, inside the connection's transaction.
_PAGE = """
    WITH page AS (
        SELECT number, table_name, row, row_key
        FROM change_log WHERE branch_id = $1 AND stream = $2 AND number > $3
        ORDER BY number LIMIT $4
    ), parts AS (
        SELECT table_name, count(*) AS rows, max(number) AS until,
               convert_to('[' || string_agg(coalesce(row::text, 'null'), ',' ORDER BY number)
                          || ']', 'UTF8') AS texts,
               coalesce(convert_to('[' || string_agg(row_key::text, ',' ORDER BY number)
                                          FILTER (WHERE row IS NULL) || ']', 'UTF8'), '') AS gone
        FROM page GROUP BY table_name
    )
    SELECT c.last, c.pruned_to, p.until, p.table_name, p.rows, p.texts, p.gone
    FROM change_counter c LEFT JOIN parts p ON true
    WHERE c.branch_id = $1 AND c.stream = $2
"""


def branch_of_stream(stream: str, branch_id: str) -> str:
    """Return the branch under which a stream is numbered."""
    return WHOLE_FIRM if stream == WHOLE_FIRM else branch_id


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
    """Answer a Pull: rows ``after`` + 1, + 2, …; a cursor we cannot serve asks for a Resync."""
    driver = await driver_of(connection)
    branch = branch_of_stream(ask.stream, branch_id)
    found = await driver.fetch(_PAGE, branch, ask.stream, ask.after, ask.limit)
    last, pruned_to = (found[0]["last"], found[0]["pruned_to"]) if found else (0, 0)
    if not pruned_to <= ask.after <= last:
        return Changes(ask.request, ask.stream, ask.after, ask.after, last, pruned=True)
    parts = [part for part in found if part["until"] is not None]
    until = max((part["until"] for part in parts), default=ask.after)
    tables = tuple(TableChanges(*tuple(part)[3:]) for part in parts)
    return Changes(ask.request, ask.stream, ask.after, until, last, tables)
