"""Rows as plain mappings: read one by its key, write many, delete many."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from itertools import chain, islice
from operator import itemgetter
from typing import Any, Protocol, TypeAlias, cast

import msgspec
from sqlalchemy import Boolean, ColumnElement, Connection, Integer, Table, and_, bindparam, select
from sqlalchemy.dialects.sqlite import Insert, dialect, insert

from models.tables.local import SETTING

Value: TypeAlias = str | int | bool | None
Row: TypeAlias = dict[str, Value]

_DIALECT = dialect(paramstyle="qmark")
_ROWS_AT_ONCE = 100  # of one statement: an eighth quicker than a statement a row


class DriverConnection(Protocol):
    """What bulk paths use of the driver itself: sqlcipher3 has no type stubs."""

    def executemany(self, statement: str, rows: Iterable[Sequence[object]]) -> "DriverCursor":
        """Run one statement for every row."""
        ...

    def execute(self, statement: str, values: Sequence[object]) -> "DriverCursor":
        """Run one statement."""
        ...


class DriverCursor(Protocol):
    """What a statement of the driver found."""

    def fetchall(self) -> list[tuple[Any, ...]]:  # the driver has no types
        """All rows."""
        ...

    @property
    def lastrowid(self) -> int:
        """The number of the row that was inserted."""
        ...

    @property
    def rowcount(self) -> int:
        """How many rows the statement wrote, all its values together."""
        ...


_encoder = msgspec.json.Encoder(order="sorted")
_decoder = msgspec.json.Decoder(dict[str, str | int | bool | None])


def row_text(row: Mapping[str, Value]) -> str:
    """Return a row or key as text, the same for the same content."""
    return _encoder.encode(row).decode()


def row_of_text(text: str) -> Row:
    """Return what ``row_text`` was given."""
    return _decoder.decode(text)


def key_of(table: Table, row: Mapping[str, Value]) -> Row:
    """Return the primary key of a row."""
    return {column.name: row[column.name] for column in table.primary_key}


def complete(table: Table, row: Mapping[str, Value]) -> Row:
    """Return the row with exactly the table's columns: unknown ones dropped, absent ones empty."""
    return {c.name: row.get(c.name, _empty(c.type)) for c in table.columns}


def _empty(kind: object) -> Value:
    if isinstance(kind, Boolean):
        return False
    return 0 if isinstance(kind, Integer) else ""


def read_row(connection: Connection, table: Table, key: Mapping[str, Value]) -> Row | None:
    """Return one row by its primary key."""
    return next(iter(read_rows(connection, table, key)), None)


def read_rows(connection: Connection, table: Table, values: Mapping[str, Value]) -> list[Row]:
    """Return the rows that have these values."""
    read = _read(table, tuple(values))
    found = fetch_all(connection, read.statement, tuple(values.values()))
    return [read.row(each) for each in found]


@dataclass(frozen=True, slots=True)
class _Read:
    """A statement and how its values become a row: the file knows 0 and 1 only."""

    statement: str
    names: tuple[str, ...]
    questions: tuple[str, ...]

    def row(self, values: tuple[Value, ...]) -> Row:
        row = dict(zip(self.names, values, strict=True))
        for name in self.questions:
            row[name] = None if row[name] is None else bool(row[name])
        return row


@cache
def _read(table: Table, key: tuple[str, ...]) -> _Read:
    where = and_(*(table.c[name] == bindparam(f"key_{name}") for name in key))
    statement = select(table).where(where).compile(dialect=_DIALECT)
    return _Read(
        str(statement),
        tuple(str(column.name) for column in table.columns),
        tuple(str(column.name) for column in table.columns if isinstance(column.type, Boolean)),
    )


def write_rows(connection: Connection, table: Table, rows: Sequence[Mapping[str, Value]]) -> None:
    """Insert the rows, or replace what has the same key."""
    _write(connection, _upsert(table), rows)


def add_rows(connection: Connection, table: Table, rows: Sequence[Mapping[str, Value]]) -> None:
    """Insert rows that are new."""
    _write(connection, _insert(table), rows)


@dataclass(frozen=True, slots=True)
class _Write:
    """A statement and, in the order of its values, how to take them from a row."""

    statement: str
    take: Callable[[Mapping[str, Value]], tuple[Value, ...]]
    names: tuple[str, ...]
    empty: tuple[Value, ...]

    def values(self, rows: Sequence[Mapping[str, Value]]) -> list[tuple[Value, ...]]:
        """Return the rows' values; a row that lacks a column has it empty."""
        try:
            return list(map(self.take, rows))
        except KeyError:
            return [tuple(map(row.get, self.names, self.empty)) for row in rows]


def _write(connection: Connection, write: _Write, rows: Sequence[Mapping[str, Value]]) -> None:
    if not rows:
        return
    driver = cast("DriverConnection", connection.connection.driver_connection)
    driver.executemany(write.statement, write.values(rows))


@cache
def _insert(table: Table) -> _Write:
    return _of(table, insert(table))


@cache
def _upsert(table: Table) -> _Write:
    return _of(table, _replacing(table, insert(table)))


@cache
def _own_upsert(table: Table) -> _Write:
    statement = insert(table)
    is_own = table.c.manager_id == statement.excluded.manager_id
    return _of(table, _replacing(table, statement, is_own))


def _replacing(table: Table, statement: Insert, where: ColumnElement[bool] | None = None) -> Insert:
    keys = [column.name for column in table.primary_key]
    others = {c.name: statement.excluded[c.name] for c in table.columns if c.name not in keys}
    return statement.on_conflict_do_update(index_elements=keys, set_=others, where=where)


def _of(table: Table, statement: Insert) -> _Write:
    names = tuple(column.name for column in table.columns)
    empty = tuple(_empty(column.type) for column in table.columns)
    whole = statement.values({name: bindparam(name) for name in names})
    return _Write(str(whole.compile(dialect=_DIALECT)), itemgetter(*names), names, empty)


def write_own_values(
    connection: Connection, table: Table, values: Iterable[Sequence[Value]]
) -> int:
    """Insert or replace rows given as values in the order of the table's columns; return how many.

    A row that is there on another stream is left as it is, and not counted.
    """
    few, waiting, kept = _own_upsert(table).statement, iter(values), 0
    while len(chunk := tuple(islice(waiting, _ROWS_AT_ONCE))) == _ROWS_AT_ONCE:
        flat = tuple(chain.from_iterable(chunk))
        kept += execute(connection, _for_many(few, len(chunk[0])), flat).rowcount
    return kept + execute_many(connection, few, chunk) if chunk else kept


@cache
def _for_many(statement: str, columns: int) -> str:
    """Return a statement for one row as one for ``_ROWS_AT_ONCE`` of them."""
    row = f"VALUES ({', '.join('?' * columns)})"
    more = f"{row}, {', '.join([row.removeprefix('VALUES ')] * (_ROWS_AT_ONCE - 1))}"
    return statement.replace(row, more, 1)


def execute_many(connection: Connection, statement: str, rows: Iterable[Sequence[Value]]) -> int:
    """Run one statement of the driver's own form for every row; return how many it wrote."""
    driver = cast("DriverConnection", connection.connection.driver_connection)
    return driver.executemany(statement, rows).rowcount


def fetch_all(
    connection: Connection, statement: str, values: Sequence[object] = ()
) -> list[tuple[Any, ...]]:
    """Return the rows of one statement of the driver's own form: for hot paths."""
    return execute(connection, statement, values).fetchall()


def execute(connection: Connection, statement: str, values: Sequence[object] = ()) -> DriverCursor:
    """Run one statement of the driver's own form."""
    driver = cast("DriverConnection", connection.connection.driver_connection)
    return driver.execute(statement, values)


def delete_rows(connection: Connection, table: Table, keys: Iterable[Mapping[str, Value]]) -> None:
    """Delete rows by primary key; absent ones are no fault."""
    wanted = [{f"key_{name}": value for name, value in key.items()} for key in keys]
    if not wanted:
        return
    where = and_(*(c == bindparam(f"key_{c.name}") for c in table.primary_key))
    connection.execute(table.delete().where(where), wanted)


def read_setting(connection: Connection, name: str) -> str:
    """Return a setting of the desk, "" where it is not set."""
    found = fetch_all(connection, "SELECT value FROM setting WHERE name = ?", (name,))
    return str(found[0][0]) if found else ""


def write_setting(connection: Connection, name: str, value: str) -> None:
    """Set a setting of the desk."""
    write_rows(connection, SETTING, [{"name": name, "value": value}])
