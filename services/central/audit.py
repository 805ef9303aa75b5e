"""The audit trail: adding an entry (a trigger seals it) and proving that none was changed."""

from dataclasses import dataclass

from sqlalchemy import insert, text
from sqlalchemy.ext.asyncio import AsyncConnection

from models.tables.central import AUDIT_ENTRY

_BROKEN = text(
    """
    WITH linked AS (
        SELECT entry.branch_id, entry.chain, entry.number,
               entry.hash = audit_seal(entry) AS is_sealed,
               entry.number = row_number() OVER link AS is_dense,
               entry.previous_hash = coalesce(lag(entry.hash) OVER link, '') AS is_linked
        FROM audit_entry entry
        WINDOW link AS (PARTITION BY entry.branch_id, entry.chain ORDER BY entry.number)
    ), tail AS (
        SELECT head.branch_id, head.chain, head.number
        FROM audit_head head LEFT JOIN audit_entry entry USING (branch_id, chain, number)
        WHERE entry.hash IS DISTINCT FROM head.hash
    )
    SELECT branch_id, chain, number FROM linked WHERE NOT (is_sealed AND is_dense AND is_linked)
    UNION SELECT branch_id, chain, number FROM tail
    ORDER BY 1, 2, 3
    """
)


@dataclass(frozen=True, slots=True)
class AuditLine:
    """What is told of one write; ``outcome`` is "applied" or the code of the refusal."""

    branch_id: str
    chain: str  # the stream it happened on
    at: str
    author: str
    action: str
    subject: str
    command_id: str
    outcome: str
    detail: str


@dataclass(frozen=True, slots=True)
class BrokenLink:
    """An entry that was changed, or after which entries are missing."""

    branch_id: str
    chain: str
    number: int


async def add_audit(connection: AsyncConnection, line: AuditLine) -> None:
    """Append one entry to its chain."""
    row = {name: getattr(line, name) for name in AuditLine.__slots__}
    sealing = {"number": 0}  # the trigger gives the number and both hashes
    await connection.execute(insert(AUDIT_ENTRY).values(row | sealing).inline())


async def broken_links(connection: AsyncConnection) -> tuple[BrokenLink, ...]:
    """Return where the chains are broken; empty = every entry is as it was written."""
    found = await connection.execute(_BROKEN)
    return tuple(BrokenLink(*row) for row in found)
