"""A stream fetched anew: parts are collected beside the rows and take their place at once."""

from sqlalchemy import Connection, delete, select

from models.status import ChangeSet
from models.tables.firm import COMMAND_ANSWER, FIRM, SYNCED
from models.tables.local import CURSOR, OUTBOX
from models.wire.commands import APPLIED
from models.wire.hub import SnapshotPart
from services.desk.storage.rows import add_rows
from services.desk.storage.schema import STAGED
from services.desk.storage.synced.changes import write_cursor
from services.desk.storage.synced.provisional import (
    lay_all,
    lift_all,
    settle_applied,
    settle_refused,
)
from services.desk.storage.synced.stream_rows import drop_stream, put_staged


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
    drop_stream(connection, part.stream)
    for table in SYNCED:
        stage = STAGED[table.name]
        put_staged(connection, table, stage)
        connection.execute(delete(stage))
    write_cursor(connection, part.stream, part.cursor)
    _settle_answered(connection, part.stream)
    lay_all(connection)
    return ChangeSet(alerts=True, tasks=True, status=True, whole=True)


def forget_streams(connection: Connection, granted: frozenset[str]) -> ChangeSet:
    """Delete the rows of streams this person may no longer see."""
    stored = set(connection.execute(select(CURSOR.c.stream)).scalars())
    lost = stored - granted
    if lost:
        lift_all(connection)
        for stream in lost:
            drop_stream(connection, stream)
            connection.execute(delete(CURSOR).where(CURSOR.c.stream == stream))
        lay_all(connection)
    return ChangeSet(alerts=bool(lost), tasks=bool(lost), whole=bool(lost))


def _settle_answered(connection: Connection, stream: str) -> None:
    answered = select(COMMAND_ANSWER.c.command_id, COMMAND_ANSWER.c.outcome).where(
        COMMAND_ANSWER.c.command_id.in_(select(OUTBOX.c.command_id))
    )
    for row in connection.execute(answered).all():
        if row.outcome == APPLIED:
            settle_applied(connection, row.command_id, stream)
        else:
            settle_refused(connection, row.command_id)
