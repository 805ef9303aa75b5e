"""Reads a whole stream at one moment, for a desk that starts from scratch."""

from collections.abc import AsyncIterator

from sqlalchemy import ColumnElement, Table, func, literal, select, union_all
from sqlalchemy.ext.asyncio import AsyncConnection

from models.tables.firm import SYNCED
from models.wire.hub import Resync, SnapshotPart
from services.central.sync.changes import branch_of_stream, cursor_of

PART_ROWS = 500


async def snapshot_parts(
    connection: AsyncConnection, branch_id: str, ask: Resync
) -> AsyncIterator[SnapshotPart]:
    """Yield the stream's rows table by table, parents first; the last part says ``finished``.

    ``connection`` must see one moment throughout (session.reading_at_one_moment).
    """
    cursor, _ = await cursor_of(connection, branch_id, ask.stream)
    counts = await _counts(connection, branch_id, ask.stream)
    all_rows, done = sum(counts.values()), 0
    for table in (table for table in SYNCED if counts[table.name]):
        async for rows in _parts(connection, table, branch_id, ask.stream):
            done += len(rows)
            yield SnapshotPart(
                ask.request,
                ask.stream,
                str(table.name),
                rows,
                done,
                all_rows,
                cursor,
                done == all_rows,
            )
    if not all_rows:
        yield SnapshotPart(ask.request, ask.stream, "", (), 0, 0, cursor, True)


async def _counts(connection: AsyncConnection, branch_id: str, stream: str) -> dict[str, int]:
    counts = union_all(
        *(
            select(literal(table.name), func.count())
            .select_from(table)
            .where(*_of_stream(table, branch_id, stream))
            for table in SYNCED
        )
    )
    found = await connection.execute(counts)
    return {name: rows for name, rows in found}  # noqa: C416 - Result is no mapping


async def _parts(
    connection: AsyncConnection, table: Table, branch_id: str, stream: str
) -> AsyncIterator[tuple[dict[str, str | int | bool | None], ...]]:
    rows = await connection.stream(
        select(table).where(*_of_stream(table, branch_id, stream)),
        execution_options={"yield_per": PART_ROWS},
    )
    names = [str(name) for name in table.columns.keys()]  # noqa: SIM118 - not a dict
    async for part in rows.partitions(PART_ROWS):
        yield tuple(dict(zip(names, row, strict=True)) for row in part)


def _of_stream(table: Table, branch_id: str, stream: str) -> tuple[ColumnElement[bool], ...]:
    in_stream = table.c.manager_id == stream
    if branch_of_stream(stream, branch_id) != branch_id:
        return (in_stream,)
    return (in_stream, table.c.branch_id == branch_id)
