"""Change-log lines, and the pages in which a hub sends them."""

from collections.abc import Sequence
from dataclasses import dataclass

from models.wire.hub import Changes, TableChanges
from services.desk.storage.rows import Row, row_text


@dataclass(frozen=True, slots=True)
class Line:
    """One numbered change; ``row`` None = deleted."""

    number: int
    table: str
    row: Row | None
    key: Row | None = None


def page(
    lines: Sequence[Line], *, after: int = 0, stream: str = "M001", last: int = 0, request: int = 1
) -> Changes:
    """Return the lines as the hub packs them; ``last`` 0 = there are no more."""
    until = lines[-1].number if lines else after
    tables = dict.fromkeys(line.table for line in lines)
    parts = tuple(_part(name, [line for line in lines if line.table == name]) for name in tables)
    return Changes(request, stream, after, until, last or until, parts)


def pruned(*, after: int, last: int, stream: str = "M001", request: int = 1) -> Changes:
    """Return what a hub answers that cannot go on from a cursor."""
    return Changes(request, stream, after, after, last, pruned=True)


def _part(name: str, lines: Sequence[Line]) -> TableChanges:
    rows = ",".join("null" if line.row is None else row_text(line.row) for line in lines)
    gone = ",".join(row_text(line.key) for line in lines if line.key is not None)
    return TableChanges(
        name, len(lines), f"[{rows}]".encode(), f"[{gone}]".encode() if gone else b""
    )
