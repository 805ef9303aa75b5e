"""Rows as they travel, JSON texts, become values in the order of the table's columns."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any

import msgspec
from sqlalchemy import Boolean, Column, Integer, Table

from models.errors import ExpectedFailure
from services.desk.storage.rows import Value


@dataclass(frozen=True, slots=True)
class Shape:
    """Reads the rows of one table: unknown columns are dropped, absent ones empty."""

    decoder: msgspec.json.Decoder[list[msgspec.Struct]]
    places: Mapping[str, int]

    def read(self, texts: Sequence[str]) -> list[tuple[Value, ...]]:
        """Return the values of each row; ExpectedFailure WIRE_BAD_MESSAGE."""
        try:
            rows = self.decoder.decode(f"[{','.join(texts)}]")
        except (msgspec.DecodeError, msgspec.ValidationError) as fault:
            raise ExpectedFailure(
                "收到无法识别的资料", f"两端版本可能不同:{fault}", "WIRE_BAD_MESSAGE"
            ) from fault
        return list(map(msgspec.structs.astuple, rows))


@cache
def shape_of(table: Table) -> Shape:
    """Return how rows of ``table`` are read."""
    fields = [(str(column.name), *_kind(column)) for column in table.columns]
    row = msgspec.defstruct(f"Row_{table.name}", fields, gc=False)
    names = [column.name for column in table.columns]
    return Shape(
        msgspec.json.Decoder(list[row]),  # type: ignore[valid-type]  # made just now
        {name: place for place, name in enumerate(names)},
    )


def _kind(column: Column[Any]) -> tuple[Any, Value]:
    if isinstance(column.type, Boolean):
        return bool, False
    if isinstance(column.type, Integer):
        return int, 0
    return (str | None if column.nullable else str), ""
