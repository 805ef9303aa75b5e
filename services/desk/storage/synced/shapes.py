"""Rows as they travel, JSON texts, become values in the order of the table's columns."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cache
from typing import Any, TypeVar

import msgspec
from msgspec.structs import astuple
from sqlalchemy import Boolean, Column, Integer, Table

from models.errors import ExpectedFailure
from services.desk.storage.rows import Row, Value

T = TypeVar("T")

_keys = msgspec.json.Decoder(list[dict[str, str | int | bool | None]])


@dataclass(frozen=True, slots=True)
class Shape:
    """Reads the rows of one table: unknown columns are dropped, absent ones empty.

    A row read has the table's columns as its fields, in their order. Both readings take a JSON
    array; ExpectedFailure WIRE_BAD_MESSAGE.
    """

    decoder: msgspec.json.Decoder[list[msgspec.Struct]]
    sparse: msgspec.json.Decoder[list[msgspec.Struct | None]]

    def read(self, texts: bytes) -> list[msgspec.Struct]:
        """Return the rows."""
        return _read(texts, self.decoder)

    def read_sparse(self, texts: bytes) -> list[msgspec.Struct | None]:
        """Return the rows, None for a deleted one."""
        return _read(texts, self.sparse)


def values_of(rows: Iterable[msgspec.Struct]) -> Iterator[tuple[Value, ...]]:
    """Yield the values of each row as they are needed: all at once would only fill memory."""
    return map(astuple, rows)


def read_keys(texts: bytes) -> list[Row]:
    """Return the keys of deleted rows, a JSON array or b""; ExpectedFailure WIRE_BAD_MESSAGE."""
    return _read(texts, _keys) if texts else []


def bad_rows(fault: object) -> ExpectedFailure:
    """Return what is said of rows that cannot be read."""
    return ExpectedFailure("收到无法识别的资料", f"两端版本可能不同:{fault}", "WIRE_BAD_MESSAGE")


def _read(texts: bytes, decoder: msgspec.json.Decoder[list[T]]) -> list[T]:
    try:
        return decoder.decode(texts)
    except (msgspec.DecodeError, msgspec.ValidationError) as fault:
        raise bad_rows(fault) from fault


@cache
def shape_of(table: Table) -> Shape:
    """Return how rows of ``table`` are read."""
    fields = [(str(column.name), *_kind(column)) for column in table.columns]
    row = msgspec.defstruct(f"Row_{table.name}", fields, gc=False)
    return Shape(
        msgspec.json.Decoder(list[row]),  # type: ignore[valid-type]  # made just now
        msgspec.json.Decoder(list[row | None]),  # type: ignore[valid-type]  # made just now
    )


def _kind(column: Column[Any]) -> tuple[Any, Value]:
    if isinstance(column.type, Boolean):
        return bool, False
    if isinstance(column.type, Integer):
        return int, 0
    return (str | None if column.nullable else str), ""
