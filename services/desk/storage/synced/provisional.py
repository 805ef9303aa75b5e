"""Lays the effects of commands not yet answered over central's rows, and takes them off again.

A touched row keeps central's form of it (its base). A new form from central becomes the base and
the effects of all commands still open are laid over it anew; a refused command's effect goes.
"""

from collections.abc import Iterable, Mapping, Sequence

import msgspec
from sqlalchemy import Connection, Table, and_, delete, select

from models.status import ChangeSet
from models.tables.campaigns import CAMPAIGN_INVITATION
from models.tables.firm import FIRM
from models.tables.local import OUTBOX, PROVISIONAL_BASE, PROVISIONAL_MARK
from models.tables.service import HOUSEHOLD_MEMBER
from models.wire.commands import Envelope
from services.desk.storage.rows import (
    Row,
    Value,
    complete,
    delete_rows,
    execute,
    fetch_all,
    key_of,
    read_row,
    read_rows,
    row_of_text,
    row_text,
    write_rows,
)
from services.desk.storage.synced.effects.effects import FACTS, effects
from services.desk.storage.synced.touched import together, touched

TableKey = tuple[str, str]
_GUESSED = frozenset({HOUSEHOLD_MEMBER.name, CAMPAIGN_INVITATION.name})
_envelopes = msgspec.msgpack.Decoder(Envelope)
_MARK = "INSERT OR IGNORE INTO provisional_mark (command_id, table_name, row_key) VALUES (?, ?, ?)"
_MARKED = "SELECT DISTINCT table_name, row_key FROM provisional_mark"
_MARKED_TABLES = "SELECT DISTINCT table_name FROM provisional_mark"


def lay(connection: Connection, envelope: Envelope) -> ChangeSet:
    """Write a command's effect over the present rows and remember what was below."""
    changed: list[ChangeSet] = []
    for table, row in effects(envelope, _Rows(connection)):
        key = row_text(key_of(table, row))
        _keep_base(connection, table, key)
        _write_mark(connection, envelope.command_id, table.name, key)
        write_rows(connection, table, [row])
        changed.append(touched(table.name, row))
    return together(changed)


def marked_tables(connection: Connection) -> frozenset[str]:
    """Return the tables in which a command not yet answered has touched a row."""
    return frozenset(name for (name,) in fetch_all(connection, _MARKED_TABLES))


def provisional_keys(connection: Connection, table: Table) -> frozenset[str]:
    """Return the keys, as ``row_text``, of rows that a command not yet answered has touched."""
    marks = PROVISIONAL_MARK.c
    query = select(marks.row_key).where(marks.table_name == table.name)
    return frozenset(connection.execute(query).scalars())


def uncover(connection: Connection, keys: Iterable[TableKey]) -> set[TableKey]:
    """Put central's form of those of these rows back that open effects lie over; return them.

    What central says next is held against what it said before, not against a guess.
    """
    wanted = set(keys)
    marked = _marked(connection) & wanted if wanted else set()
    for name, key in marked:
        _restore(connection, name, key)
    return marked


def rebase(connection: Connection, marked: set[TableKey]) -> None:
    """Central's rows of these keys came in and are in place: lay the open effects over them."""
    for name, key in marked:
        _write_base(
            connection, name, key, read_row(connection, FIRM.tables[name], row_of_text(key))
        )
    _relay(connection, marked)


def lift_all(connection: Connection) -> None:
    """Put central's form of every touched row back; the outbox keeps the commands."""
    for name, key in _marked(connection):
        _restore(connection, name, key)
    connection.execute(delete(PROVISIONAL_BASE))
    connection.execute(delete(PROVISIONAL_MARK))


def lay_all(connection: Connection) -> None:
    """Lay every open command's effect over the rows as they are now."""
    for envelope in open_envelopes(connection):
        lay(connection, envelope)


def settle_applied(connection: Connection, command_id: str, stream: str) -> ChangeSet:
    """Central applied the command: its rows become central's.

    On the answer's own ``stream`` they came before the answer; one that did not is not there: it
    went to another stream with its client. Who belongs to a household, or got a seat, was this
    desk's guess. What another stream is still to bring stays shown until then.
    """
    keys = _keys_of(connection, command_id)
    restored = {key for key in keys if _is_known(connection, stream, *key)}
    return _settle(connection, command_id, restored)


def _is_known(connection: Connection, stream: str, name: str, key: str) -> bool:
    if name in _GUESSED or _base(connection, name, key):
        return True
    shown = read_row(connection, FIRM.tables[name], row_of_text(key))
    return shown is not None and shown["manager_id"] == stream


def settle_refused(connection: Connection, command_id: str) -> ChangeSet:
    """Central refused the command: its rows go back to what they were below it.

    Orders and trades stay: they happened. Shares and cash follow central's books.
    """
    keys = _keys_of(connection, command_id)
    return _settle(connection, command_id, {key for key in keys if key[0] not in FACTS})


def _settle(connection: Connection, command_id: str, restored: set[TableKey]) -> ChangeSet:
    changed = _of_keys(connection, _keys_of(connection, command_id))
    _forget(connection, command_id)
    for name, key in restored:
        _restore(connection, name, key)
    _relay(connection, restored)
    _drop_bases_unmarked(connection)
    return changed


def open_envelopes(connection: Connection) -> tuple[Envelope, ...]:
    """Return the commands central has not answered, oldest first."""
    rows = connection.execute(select(OUTBOX.c.envelope).order_by(OUTBOX.c.sequence)).scalars()
    return tuple(_envelopes.decode(raw) for raw in rows)


def _write_mark(connection: Connection, command_id: str, name: str, key: str) -> None:
    execute(connection, _MARK, (command_id, name, key))


class _Rows:
    """The rows as they are, for the effects of commands."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def read(self, table: Table, key: Mapping[str, Value]) -> Row | None:
        """One row, open effects in it."""
        return read_row(self._connection, table, key)

    def find(self, table: Table, values: Mapping[str, Value]) -> Sequence[Row]:
        """Rows with these values, open effects in them."""
        return read_rows(self._connection, table, values)

    def central_has(self, table: Table, key: Mapping[str, Value]) -> bool:
        """Whether the row came from central."""
        held: Row = {"table_name": table.name, "row_key": row_text(key)}
        base = read_row(self._connection, PROVISIONAL_BASE, held)
        return bool(base["base"]) if base else self.read(table, key) is not None


def _relay(connection: Connection, keys: set[TableKey]) -> None:
    if not keys:
        return
    for envelope in open_envelopes(connection):
        if not _keys_of(connection, envelope.command_id) & keys:
            continue
        for table, row in effects(envelope, _Rows(connection)):
            key = row_text(key_of(table, row))
            if (table.name, key) in keys:  # perhaps not one that it touched before
                _write_mark(connection, envelope.command_id, table.name, key)
                write_rows(connection, table, [row])


def _keep_base(connection: Connection, table: Table, key: str) -> None:
    held: Row = {"table_name": table.name, "row_key": key}
    if read_row(connection, PROVISIONAL_BASE, held) is None:
        _write_base(connection, table.name, key, read_row(connection, table, row_of_text(key)))


def _write_base(connection: Connection, name: str, key: str, row: Row | None) -> None:
    base = "" if row is None else row_text(complete(FIRM.tables[name], row))
    write_rows(connection, PROVISIONAL_BASE, [{"table_name": name, "row_key": key, "base": base}])


def _restore(connection: Connection, name: str, key: str) -> None:
    table, base = FIRM.tables[name], _base(connection, name, key)
    if base:
        write_rows(connection, table, [row_of_text(base)])
    else:
        delete_rows(connection, table, [row_of_text(key)])


def _base(connection: Connection, name: str, key: str) -> str:
    held = read_row(connection, PROVISIONAL_BASE, {"table_name": name, "row_key": key})
    return str(held["base"]) if held else ""


def _marked(connection: Connection) -> set[TableKey]:
    return set(fetch_all(connection, _MARKED))


def _keys_of(connection: Connection, command_id: str) -> set[TableKey]:
    return set(fetch_all(connection, f"{_MARKED} WHERE command_id = ?", (command_id,)))


def _of_keys(connection: Connection, keys: set[TableKey]) -> ChangeSet:
    rows = ((name, read_row(connection, FIRM.tables[name], row_of_text(key))) for name, key in keys)
    return together(touched(name, row) for name, row in rows if row is not None)


def _forget(connection: Connection, command_id: str) -> None:
    marks = PROVISIONAL_MARK
    connection.execute(delete(marks).where(marks.c.command_id == command_id))
    connection.execute(delete(OUTBOX).where(OUTBOX.c.command_id == command_id))


def _drop_bases_unmarked(connection: Connection) -> None:
    base, mark = PROVISIONAL_BASE, PROVISIONAL_MARK
    marked = and_(mark.c.table_name == base.c.table_name, mark.c.row_key == base.c.row_key)
    connection.execute(delete(base).where(~select(mark.c.command_id).where(marked).exists()))
