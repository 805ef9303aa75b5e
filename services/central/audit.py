"""The audit trail: adding an entry (a trigger seals it) and proving that none was changed."""

from dataclasses import dataclass

from sqlalchemy import insert, text
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from models.tables.central import AUDIT_ENTRY

_COUNTS = text(
    "SELECT count(*), coalesce(sum(number), 0) FROM audit_head"
    " FULL JOIN (SELECT DISTINCT branch_id, chain FROM audit_entry) there USING (branch_id, chain)"
)
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
    ), orphan AS (
        SELECT branch_id, chain, min(number) AS number FROM audit_entry entry
        WHERE NOT EXISTS (SELECT FROM audit_head head WHERE head.branch_id = entry.branch_id
                          AND head.chain = entry.chain)
        GROUP BY 1, 2
    )
    SELECT branch_id, chain, number FROM linked WHERE NOT (is_sealed AND is_dense AND is_linked)
    UNION SELECT branch_id, chain, number FROM tail
    UNION SELECT branch_id, chain, number FROM orphan
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
class AuditProof:
    """How many chains and entries were looked at, and where they are broken, first break first."""

    chains: int
    entries: int
    broken: tuple["BrokenLink", ...]

    @property
    def is_whole(self) -> bool:
        """Whether every entry is as it was written."""
        return not self.broken


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


async def prove_audit(engine: AsyncEngine) -> AuditProof:
    """Look at all chains at one moment, with the owner's rights."""
    async with engine.connect() as plain:
        connection = await plain.execution_options(
            isolation_level="REPEATABLE READ", postgresql_readonly=True
        )
        chains, entries = (await connection.execute(_COUNTS)).one()
        return AuditProof(int(chains), int(entries), await broken_links(connection))
