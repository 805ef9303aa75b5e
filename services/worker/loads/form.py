"""What a kind of file is: its columns, what makes a line wrong, and where the right ones go."""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import TypeAlias

from sqlalchemy.ext.asyncio import AsyncConnection

from services.files.fields import Field

ValuesOf = Callable[[AsyncConnection, date], Awaitable[Mapping[str, object]]]


@dataclass(frozen=True, slots=True)
class Do:
    """A statement on the stage."""

    sql: str


@dataclass(frozen=True, slots=True)
class Add(Do):
    """A statement whose rows are the ones that were added."""


@dataclass(frozen=True, slots=True)
class Check:
    """Lines of the stage for which ``wrong`` holds leave it and are rejected under ``reason``."""

    reason: str
    wrong: str

    def sql_of(self, key: tuple[str, ...]) -> str:
        """Return the statement that takes them out and writes them down."""
        content = " || ',' || ".join(f"s.{name}" for name in key)
        return (
            f"WITH wrong AS (DELETE FROM stage s WHERE {self.wrong}"
            f" RETURNING s.line, {content} AS content)"
            " INSERT INTO rejected_line (branch_id, kind, load_id, line, reason, content)"
            f" SELECT '*', :kind, :load_id, line, '{self.reason}', content FROM wrong"
        )


Move: TypeAlias = Do | Add | Check


async def _nothing(_: AsyncConnection, __: date) -> Mapping[str, object]:
    return {}


@dataclass(frozen=True, slots=True, kw_only=True)
class Form:
    """``key`` names a line within the file; ``extra`` are further columns of the stage, by name
    their SQL type; ``moves`` are made in their order, in one transaction."""

    kind: str
    title: str
    key: tuple[str, ...]
    fields: tuple[Field, ...]
    moves: tuple[Move, ...]
    extra: Mapping[str, str] = field(default_factory=dict)
    values: ValuesOf = _nothing

    @property
    def stage(self) -> str:
        """The statement that makes the stage: a table that ends with the transaction."""
        columns = {field.name: field.sql_type for field in self.fields} | dict(self.extra)
        listed = ", ".join(f"{name} {sql_type}" for name, sql_type in columns.items())
        return f"CREATE TEMPORARY TABLE stage (line bigint, {listed}) ON COMMIT DROP"

    @property
    def all_moves(self) -> tuple[Move, ...]:
        """First that no line repeats another of the same file, then the form's moves."""
        keys = ", ".join(self.key)
        repeated = (
            f"s.line IN (SELECT line FROM (SELECT line, row_number() OVER (PARTITION BY {keys}"
            " ORDER BY line) AS place FROM stage) o WHERE place > 1)"
        )
        return (Check("TWICE_IN_FILE", repeated), *self.moves)
