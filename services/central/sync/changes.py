"""Reads the change log: what happened on a stream after a cursor, without holes."""

from sqlalchemy import String, case, cast, func, select
from sqlalchemy.ext.asyncio import AsyncConnection

from models.tables.central import CHANGE_COUNTER, CHANGE_LOG
from models.wire.hub import ChangedRow, Changes, Pull

FIRM_STREAM = "*"

# As they were logged: nobody on the way to the desk unpacks them.
_ROW = func.coalesce(cast(CHANGE_LOG.c.row, String), "")
_KEY = case((CHANGE_LOG.c.row.is_(None), cast(CHANGE_LOG.c.row_key, String)), else_="")


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
    log = CHANGE_LOG.c
    found = await connection.execute(
        select(log.number, log.table_name, _ROW, _KEY)
        .where(log.branch_id == branch_of_stream(ask.stream, branch_id))
        .where(log.stream == ask.stream, log.number > ask.after)
        .order_by(log.number)
        .limit(ask.limit)
    )
    rows = tuple(ChangedRow(*line) for line in found)
    last, pruned_to = await cursor_of(connection, branch_id, ask.stream)
    if not pruned_to <= ask.after <= last:
        return Changes(ask.request, ask.stream, ask.after, (), last, pruned=True)
    return Changes(ask.request, ask.stream, ask.after, rows, last)
