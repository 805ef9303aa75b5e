"""Stores a batch of central's changes and the cursor in one transaction."""

from collections.abc import Iterable

from sqlalchemy import Connection, Table, select

from models.status import ChangeSet
from models.tables.firm import FIRM
from models.tables.local import CURSOR
from models.wire.hub import ChangedRow, Changes
from services.desk.storage.rows import Row, delete_rows, key_of, read_row, row_text, write_rows
from services.desk.storage.synced.provisional import (
    TableKey,
    rebase,
    settle_applied,
    settle_refused,
)
from services.desk.storage.synced.touched import together, touched

APPLIED = "applied"


class StreamGap(Exception):
    """Numbers are missing between what is stored and what came: the stream must be fetched anew."""


def read_cursor(connection: Connection, stream: str) -> int | None:
    """Return the last stored number of a stream; None = never fetched."""
    statement = select(CURSOR.c.number).where(CURSOR.c.stream == stream)
    return connection.execute(statement).scalar_one_or_none()


def write_cursor(connection: Connection, stream: str, number: int) -> None:
    """Set the last stored number of a stream."""
    write_rows(connection, CURSOR, [{"stream": stream, "number": number}])


def apply_changes(connection: Connection, changes: Changes) -> ChangeSet:
    """Lay the rows in, move the cursor, settle answered commands; all or nothing.

    Raises StreamGap when the numbers do not follow the cursor one by one.
    """
    _check_dense(read_cursor(connection, changes.stream) or 0, changes)
    known = [row for row in changes.rows if row.table in FIRM.tables]
    told = [_told(connection, row) for row in known]
    told += [_settle(connection, row) for row in known if row.table == "command_answer"]
    rebase(connection, _store(connection, known))
    write_cursor(connection, changes.stream, changes.after + len(changes.rows))
    return together(told)


def _check_dense(cursor: int, changes: Changes) -> None:
    numbers = [row.number for row in changes.rows]
    expected = list(range(cursor + 1, cursor + 1 + len(numbers)))
    if changes.pruned or changes.after != cursor or numbers != expected:
        raise StreamGap(f"{changes.stream}: stored {cursor}, came {changes.after} {numbers[:1]}")


def _told(connection: Connection, change: ChangedRow) -> ChangeSet:
    row = change.row
    if row is None:
        row = read_row(connection, FIRM.tables[change.table], change.key) or {}
    return touched(change.table, row)


def _store(connection: Connection, changes: Iterable[ChangedRow]) -> set[TableKey]:
    newest: dict[TableKey, ChangedRow] = {}
    for change in changes:
        newest[(change.table, _key_text(change))] = change
    for name in sorted({name for name, _ in newest}):
        table = FIRM.tables[name]
        of_table = [change for (of, _), change in newest.items() if of == name]
        write_rows(connection, table, [c.row for c in of_table if c.row is not None])
        delete_rows(connection, table, [_key(table, c) for c in of_table if c.row is None])
    return set(newest)


def _key_text(change: ChangedRow) -> str:
    return row_text(_key(FIRM.tables[change.table], change))


def _key(table: Table, change: ChangedRow) -> Row:
    return key_of(table, change.row if change.row is not None else change.key)


def _settle(connection: Connection, change: ChangedRow) -> ChangeSet:
    if change.row is None:
        return ChangeSet()
    command_id = str(change.row["command_id"])
    if change.row["outcome"] == APPLIED:
        return settle_applied(connection, command_id)
    return settle_refused(connection, command_id)
