"""Stores a batch of central's changes and the cursor in one transaction."""

from collections.abc import Iterable

from sqlalchemy import Connection, Table, select

from models.status import ChangeSet
from models.tables.firm import COMMAND_ANSWER, FIRM
from models.tables.local import CURSOR, OUTBOX
from models.wire.hub import ChangedRow, Changes
from services.desk.storage.rows import (
    Row,
    Value,
    delete_rows,
    read_row,
    row_of_text,
    row_text,
    write_rows,
    write_values,
)
from services.desk.storage.synced.provisional import (
    TableKey,
    marked_tables,
    rebase,
    settle_applied,
    settle_refused,
)
from services.desk.storage.synced.shapes import shape_of
from services.desk.storage.synced.touched import together, touched, touched_rows

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
    parts = [_Part(FIRM.tables[name], rows) for name, rows in _by_table(changes.rows).items()]
    told = [part.told(connection) for part in parts]
    told += [_settle(connection, part) for part in parts if part.table is COMMAND_ANSWER]
    marked = marked_tables(connection)
    for part in parts:
        part.store(connection)
    rebase(
        connection, {key for part in parts if part.table.name in marked for key in part.row_keys()}
    )
    write_cursor(connection, changes.stream, changes.after + len(changes.rows))
    return together(told)


def _check_dense(cursor: int, changes: Changes) -> None:
    numbers = [row.number for row in changes.rows]
    if changes.pruned or changes.after != cursor or not _follow(cursor, numbers):
        raise StreamGap(f"{changes.stream}: stored {cursor}, came {changes.after} {numbers[:1]}")


def _follow(cursor: int, numbers: list[int]) -> bool:
    return numbers == list(range(cursor + 1, cursor + 1 + len(numbers)))


def _by_table(changes: Iterable[ChangedRow]) -> dict[str, list[ChangedRow]]:
    """Changes of the tables we know, in their order; a newer central may have others."""
    found: dict[str, list[ChangedRow]] = {}
    for change in changes:
        if change.table in FIRM.tables:
            found.setdefault(change.table, []).append(change)
    return found


class _Part:
    """What a batch changes in one table."""

    def __init__(self, table: Table, changes: list[ChangedRow]) -> None:
        self.table = table
        self._changes = changes
        self._shape = shape_of(table)
        self.values = self._shape.read([change.row for change in changes if change.row])
        self._deletes = len(self.values) < len(changes)

    def told(self, connection: Connection) -> ChangeSet:
        """Return whom the screens are told of; what is deleted is looked at before it goes."""
        gone = (read_row(connection, self.table, key) for key in self._gone())
        return together(
            (
                touched_rows(self.table.name, self._shape.places, self.values),
                *(touched(self.table.name, row) for row in gone if row is not None),
            )
        )

    def store(self, connection: Connection) -> None:
        """Write and delete, the newest form of each row last."""
        if not self._deletes:
            write_values(connection, self.table, self.values)
            return
        newest = dict(zip(self._key_texts(), self._changes, strict=True))
        kept = [change.row for change in newest.values() if change.row]
        write_values(connection, self.table, self._shape.read(kept))
        gone = [row_of_text(text) for text, change in newest.items() if not change.row]
        delete_rows(connection, self.table, gone)

    def row_keys(self) -> set[TableKey]:
        """Return the keys of all rows that changed."""
        return {(self.table.name, text) for text in self._key_texts()}

    def column(self, name: str) -> list[Value]:
        """Return one column of the rows that are there now."""
        place = self._shape.places[name]
        return [row[place] for row in self.values]

    def _gone(self) -> list[Row]:
        return [row_of_text(change.key) for change in self._changes if not change.row]

    def _key_texts(self) -> list[str]:
        names = [column.name for column in self.table.primary_key]
        places = [self._shape.places[name] for name in names]
        rows = iter(self.values)
        texts = []
        for change in self._changes:
            if change.row:
                row = next(rows)
                key: Row = {name: row[at] for name, at in zip(names, places, strict=True)}
            else:
                key = row_of_text(change.key)
            texts.append(row_text(key))
        return texts


def _settle(connection: Connection, answers: _Part) -> ChangeSet:
    """Settle our own commands; answers to other desks' are rows like any."""
    told, ours = [], set(connection.execute(select(OUTBOX.c.command_id)).scalars())
    outcomes = zip(answers.column("command_id"), answers.column("outcome"), strict=True)
    for command_id, outcome in outcomes:
        if command_id in ours:
            settle = settle_applied if outcome == APPLIED else settle_refused
            told.append(settle(connection, str(command_id)))
    return together(told)
