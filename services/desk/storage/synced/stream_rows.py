"""Rows as the streams tell them: each stream speaks of its own rows, the newest word is shown.

A client who was handed over leaves one stream and comes through another; a desk that follows both
hears of it in either order. What a stream says of a row that another one shows is kept aside until
one of the two takes its word back, so that no order of arrival can lose or revive a row.
"""

from collections.abc import Iterable, Sequence

import msgspec
from sqlalchemy import (
    ColumnElement,
    Connection,
    Table,
    and_,
    bindparam,
    delete,
    func,
    insert,
    select,
)

from models.tables.firm import FIRM, SYNCED
from models.tables.local import ROW_ASIDE
from services.desk.storage.rows import (
    Row,
    fetch_all,
    key_of,
    read_row,
    row_of_text,
    row_text,
    write_own_values,
    write_rows,
)
from services.desk.storage.synced.shapes import values_of

_ASIDE = ROW_ASIDE.c
_ANY_ASIDE = "SELECT 1 FROM row_aside LIMIT 1"


def put_rows(connection: Connection, table: Table, rows: Sequence[msgspec.Struct]) -> None:
    """Write rows of a stream, the newest form of each last."""
    if write_own_values(connection, table, values_of(rows)) == len(rows):
        return
    newest = {row_text(key_of(table, row)): row for row in map(msgspec.structs.asdict, rows)}
    for row in newest.values():
        _meet(connection, table, row)


def take_rows(connection: Connection, table: Table, stream: str, keys: Iterable[Row]) -> None:
    """Delete what a stream says of these keys; what another stream says of one stays, or shows."""
    wanted = [dict(key) for key in keys]
    if not wanted:
        return
    is_key = and_(*(c == bindparam(f"key_{c.name}") for c in table.primary_key))
    own = table.delete().where(is_key, table.c.manager_id == stream)
    connection.execute(own, [{f"key_{name}": key[name] for name in key} for key in wanted])
    if not fetch_all(connection, _ANY_ASIDE):
        return
    for key in map(row_text, wanted):
        _forget_aside(connection, table.name, key, stream)
        _show_aside(connection, table.name, key)


def drop_stream(connection: Connection, stream: str) -> None:
    """Delete all that a stream said."""
    for table in SYNCED:
        connection.execute(delete(table).where(table.c.manager_id == stream))
    connection.execute(delete(ROW_ASIDE).where(_ASIDE.stream == stream))
    for name, key in connection.execute(select(_ASIDE.table_name, _ASIDE.row_key).distinct()).all():
        _show_aside(connection, name, key)


def put_staged(connection: Connection, table: Table, stage: Table) -> None:
    """Write the rows collected in ``stage``, of a stream that was dropped before."""
    names = [column.name for column in table.columns]
    adding = insert(table).prefix_with("OR IGNORE").from_select(names, select(stage))
    added = connection.execute(adding).rowcount
    if added == connection.execute(select(func.count()).select_from(stage)).scalar_one():
        return
    is_same = and_(*(stage.c[c.name] == c for c in table.primary_key))
    met = select(stage).join(table, is_same).where(stage.c.manager_id != table.c.manager_id)
    for row in connection.execute(met).mappings().all():
        _meet(connection, table, dict(row))


def _meet(connection: Connection, table: Table, row: Row) -> None:
    """Show the newer of two words about a row, set the other aside."""
    key, stream = row_text(key_of(table, row)), str(row["manager_id"])
    shown = read_row(connection, table, row_of_text(key))
    if shown is None or shown["manager_id"] == stream:
        return  # nobody else speaks of it: it is written
    if _version(row) < _version(shown):
        _set_aside(connection, table.name, key, row)
        return
    _set_aside(connection, table.name, key, shown)
    _forget_aside(connection, table.name, key, stream)
    write_rows(connection, table, [row])


def _version(row: Row) -> int:
    return int(row["version"] or 0)


def _set_aside(connection: Connection, name: str, key: str, row: Row) -> None:
    place: Row = {"table_name": name, "row_key": key, "stream": row["manager_id"]}
    word: Row = {"version": row["version"], "row": row_text(row)}
    write_rows(connection, ROW_ASIDE, [place | word])


def _forget_aside(connection: Connection, name: str, key: str, stream: str) -> None:
    connection.execute(delete(ROW_ASIDE).where(*_of(name, key), _ASIDE.stream == stream))


def _show_aside(connection: Connection, name: str, key: str) -> None:
    """Show the newest word kept aside where nothing is shown any more."""
    table = FIRM.tables[name]
    if read_row(connection, table, row_of_text(key)) is not None:
        return
    newest = select(_ASIDE.stream, _ASIDE.row).where(*_of(name, key))
    found = connection.execute(newest.order_by(_ASIDE.version.desc()).limit(1)).one_or_none()
    if found is not None:
        _forget_aside(connection, name, key, found.stream)
        write_rows(connection, table, [row_of_text(found.row)])


def _of(name: str, key: str) -> tuple[ColumnElement[bool], ColumnElement[bool]]:
    return _ASIDE.table_name == name, _ASIDE.row_key == key
