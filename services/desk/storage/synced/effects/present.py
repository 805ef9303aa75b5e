"""The rows as they are on this desk, and the first lines of every provisional row."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Protocol, TypeAlias

from sqlalchemy import Table

from models.wire.commands import Envelope
from services.desk.storage.rows import Row, Value

Effect: TypeAlias = tuple[Table, Row]


class Rows(Protocol):
    """The rows as they are on this desk now."""

    def read(self, table: Table, key: Mapping[str, Value]) -> Row | None:
        """One row, with the effects of earlier commands."""
        ...

    def find(self, table: Table, values: Mapping[str, Value]) -> Sequence[Row]:
        """Rows with these values, with the effects of earlier commands."""
        ...

    def central_has(self, table: Table, key: Mapping[str, Value]) -> bool:
        """Whether central itself has the row."""
        ...


def owned(envelope: Envelope) -> Row:
    """Return branch, stream and version of a new row."""
    return {"branch_id": envelope.branch_id, "manager_id": envelope.manager_id, "version": 1}


def key_in_branch(envelope: Envelope, name: str, value: str) -> Row:
    """Return the key of a row of the command's branch."""
    return {"branch_id": envelope.branch_id, name: value}


def change(table: Table, key: Row, values: Row, rows: Rows) -> Iterator[Effect]:
    """Yield the row with other values; a row that is not there is not made."""
    row = rows.read(table, key)
    if row is not None:
        yield table, row | values
