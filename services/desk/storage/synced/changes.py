"""Stores a batch of central's changes and the cursor in one transaction."""

from collections.abc import Sequence
from operator import attrgetter

import msgspec
from sqlalchemy import Connection, Table

from models.status import ChangeSet
from models.tables.firm import COMMAND_ANSWER, FIRM
from models.tables.local import CURSOR
from models.wire.commands import APPLIED
from models.wire.hub import Changes, TableChanges
from services.desk.storage.rows import (
    Row,
    Value,
    fetch_all,
    read_row,
    row_of_text,
    row_text,
    write_rows,
)
from services.desk.storage.synced.provisional import (
    TableKey,
    marked_tables,
    rebase,
    settle_applied,
    settle_refused,
    uncover,
)
from services.desk.storage.synced.shapes import bad_rows, read_keys, shape_of
from services.desk.storage.synced.stream_rows import put_rows, take_rows
from services.desk.storage.synced.touched import together, touched, touched_rows

_CURSOR = "SELECT number FROM cursor WHERE stream = ?"
_OURS = "SELECT command_id FROM outbox WHERE command_id IN (SELECT value FROM json_each(?))"
_texts = msgspec.json.Encoder()


class StreamGap(Exception):
    """Numbers are missing between what is stored and what came: the stream must be fetched anew."""


def read_cursor(connection: Connection, stream: str) -> int | None:
    """Return the last stored number of a stream; None = never fetched."""
    found = fetch_all(connection, _CURSOR, (stream,))
    return int(found[0][0]) if found else None


def write_cursor(connection: Connection, stream: str, number: int) -> None:
    """Set the last stored number of a stream."""
    write_rows(connection, CURSOR, [{"stream": stream, "number": number}])


def apply_changes(connection: Connection, changes: Changes) -> ChangeSet:
    """Lay the rows in, move the cursor, settle answered commands; all or nothing.

    Raises StreamGap when the numbers do not follow the cursor one by one.
    """
    _check_dense(read_cursor(connection, changes.stream) or 0, changes)
    parts = [  # a newer central may have tables that we do not know
        _Part(FIRM.tables[came.table], came) for came in changes.tables if came.table in FIRM.tables
    ]
    told = [part.told(connection) for part in parts]
    stream = changes.stream
    told += [_settle(connection, part, stream) for part in parts if part.table is COMMAND_ANSWER]
    marked = marked_tables(connection)
    came = {key for part in parts if part.table.name in marked for key in part.row_keys()}
    covered = uncover(connection, came)
    for part in parts:
        part.store(connection, stream)
    rebase(connection, covered)
    write_cursor(connection, changes.stream, changes.until)
    return together(told)


def _check_dense(cursor: int, changes: Changes) -> None:
    found = sum(part.count for part in changes.tables)
    if changes.pruned or changes.after != cursor or changes.until - changes.after != found:
        span = f"{changes.after} to {changes.until} in {found} rows"
        raise StreamGap(f"{changes.stream}: stored {cursor}, came {span}")


class _Part:
    """What a batch changes in one table."""

    def __init__(self, table: Table, came: TableChanges) -> None:
        self.table = table
        self._gone = read_keys(came.gone)
        self._came: Sequence[msgspec.Struct | None]  # None for each that is gone
        if self._gone:
            self._came = shape_of(table).read_sparse(came.rows)
            self._rows = [row for row in self._came if row is not None]
        else:
            self._came = self._rows = shape_of(table).read(came.rows)
        if not came.count == len(self._came) == len(self._rows) + len(self._gone):
            raise bad_rows(f"{table.name}: {came.count} / {len(self._gone)}")

    def told(self, connection: Connection) -> ChangeSet:
        """Return whom the screens are told of; what is deleted is looked at before it goes."""
        gone = (read_row(connection, self.table, key) for key in self._gone)
        return together(
            (
                touched_rows(self.table, self._rows),
                *(touched(self.table.name, row) for row in gone if row is not None),
            )
        )

    def store(self, connection: Connection, stream: str) -> None:
        """Write and delete what the stream says, the newest form of each row last."""
        if not self._gone:
            put_rows(connection, self.table, self._rows)
            return
        newest = dict(zip(self._key_texts(), self._came, strict=True))
        put_rows(connection, self.table, [row for row in newest.values() if row is not None])
        gone = [row_of_text(text) for text, row in newest.items() if row is None]
        take_rows(connection, self.table, stream, gone)

    def row_keys(self) -> set[TableKey]:
        """Return the keys of all rows that changed."""
        return {(self.table.name, text) for text in self._key_texts()}

    def column(self, name: str) -> list[Value]:
        """Return one column of the rows that are there now."""
        return list(map(attrgetter(name), self._rows))

    def _key_texts(self) -> list[str]:
        gone = iter(self._gone)
        return [row_text(next(gone) if row is None else self._key(row)) for row in self._came]

    def _key(self, row: msgspec.Struct) -> Row:
        return {c.name: getattr(row, c.name) for c in self.table.primary_key}


def _settle(connection: Connection, answers: _Part, stream: str) -> ChangeSet:
    """Settle our own commands; answers to other desks' are rows like any."""
    told, ids = [], answers.column("command_id")
    ours = {row[0] for row in fetch_all(connection, _OURS, (_texts.encode(ids).decode(),))}
    outcomes = zip(ids, answers.column("outcome"), strict=True)
    for command_id, outcome in outcomes:
        if command_id not in ours:
            continue
        if outcome == APPLIED:
            told.append(settle_applied(connection, str(command_id), stream))
        else:
            told.append(settle_refused(connection, str(command_id)))
    return together(told)
