"""A stream fetched anew: parts are collected beside the rows and take their place at once."""

from sqlalchemy import Connection, delete, func, insert, select

from models.status import ChangeSet
from models.tables.firm import COMMAND_ANSWER, FIRM, SYNCED
from models.tables.local import CURSOR, OUTBOX
from models.wire.hub import SnapshotPart
from services.desk.storage.rows import add_rows
from services.desk.storage.schema import STAGED
from services.desk.storage.synced.changes import APPLIED, write_cursor
from services.desk.storage.synced.provisional import (
    lay_all,
    lift_all,
    settle_applied,
    settle_refused,
)


def begin_snapshot(connection: Connection) -> None:
    """Forget parts of an earlier attempt."""
    for stage in STAGED.values():
        connection.execute(delete(stage))


def keep_part(connection: Connection, part: SnapshotPart) -> None:
    """Collect one part; the shown rows stay as they are."""
    table = FIRM.tables.get(part.table)
    if table is None or not part.rows:
        return
    add_rows(connection, STAGED[part.table], part.rows)


def finish_snapshot(connection: Connection, part: SnapshotPart) -> ChangeSet:
    """Let the collected rows replace the stream's rows and set its cursor; all or nothing."""
    lift_all(connection)
    for table in SYNCED:
        stage = STAGED[table.name]
        connection.execute(delete(table).where(table.c.manager_id == part.stream))
        names = [column.name for column in table.columns]
        connection.execute(
            insert(table).prefix_with("OR REPLACE").from_select(names, select(stage))
        )
        connection.execute(delete(stage))
    write_cursor(connection, part.stream, part.cursor)
    _settle_answered(connection)
    lay_all(connection)
    return ChangeSet(alerts=True, tasks=True, status=True, whole=True)


def forget_streams(connection: Connection, granted: frozenset[str]) -> ChangeSet:
    """Delete the rows of streams this person may no longer see."""
    stored = set(connection.execute(select(CURSOR.c.stream)).scalars())
    lost = stored - granted
    for stream in lost:
        for table in SYNCED:
            connection.execute(delete(table).where(table.c.manager_id == stream))
        connection.execute(delete(CURSOR).where(CURSOR.c.stream == stream))
    return ChangeSet(alerts=bool(lost), tasks=bool(lost), whole=bool(lost))


def count_rows(connection: Connection, stream: str) -> int:
    """Return how many rows of a stream are stored."""
    counts = (
        connection.execute(
            select(func.count()).select_from(table).where(table.c.manager_id == stream)
        ).scalar_one()
        for table in SYNCED
    )
    return sum(counts)


def _settle_answered(connection: Connection) -> None:
    answered = select(COMMAND_ANSWER.c.command_id, COMMAND_ANSWER.c.outcome).where(
        COMMAND_ANSWER.c.command_id.in_(select(OUTBOX.c.command_id))
    )
    for row in connection.execute(answered).all():
        settle = settle_applied if row.outcome == APPLIED else settle_refused
        settle(connection, row.command_id)
