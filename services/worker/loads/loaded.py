"""What was loaded, newest first, and what of it somebody asked to take back."""

from dataclasses import dataclass

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncEngine

from services.central.connection import central_faults

_LOADS = text(
    """
    SELECT f.load_id, f.kind, f.name, f.loaded_at, f.read, f.added, f.known, f.rejected, f.state,
           f.undone_on, coalesce(a.approval_id, '') AS asked
    FROM loaded_file f LEFT JOIN approval a ON a.branch_id = '*'
        AND a.approval_id = f.approval_id AND a.state = 'pending'
    WHERE f.branch_id = '*' ORDER BY f.number DESC
    """
)


@dataclass(frozen=True, slots=True)
class Loaded:
    """One load; ``asked`` = the approval that would take it back, "" = none is waiting."""

    load_id: str
    kind: str
    name: str
    loaded_at: str
    read: int
    added: int
    known: int
    rejected: int
    state: str
    undone_on: str
    asked: str


async def read_loads(engine: AsyncEngine) -> tuple[Loaded, ...]:
    """Return all loads, with the owner's rights; ExpectedFailure CENTRAL_DOWN."""
    with central_faults():
        async with engine.connect() as connection:
            return tuple(Loaded(**row) for row in (await connection.execute(_LOADS)).mappings())
