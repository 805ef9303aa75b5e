"""Who calls: the one client who has this number or this account, or nobody (S8, § 2.11)."""

from dataclasses import dataclass

from sqlalchemy import select, text
from sqlalchemy.ext.asyncio import AsyncConnection

from models.lives.teams.call import Match
from models.tables.firm import CLIENT

_TURNS = text("SELECT pg_advisory_xact_lock(hashtext('call ' || :agent))")
_MATCH = text("SELECT found, branch_id, client_id, tier FROM match_caller(:number, :account)")


@dataclass(frozen=True, slots=True)
class Caller:
    """A client who calls."""

    branch_id: str
    client_id: str
    tier: str


async def find_caller(
    connection: AsyncConnection, number: str, account: str
) -> tuple[Match, Caller | None]:
    """Return him, where number and account lead to one client and no other.

    The transaction acts as a worker or an agent; neither sees whose number it is.
    """
    asked = {"number": number, "account": account}
    found = (await connection.execute(_MATCH, asked)).one()
    if found.found != 1:
        return (Match.SEVERAL if found.found else Match.UNKNOWN), None
    return Match.FOUND, Caller(found.branch_id, found.client_id, found.tier)


async def keep_turns(connection: AsyncConnection, agent: str) -> None:
    """Let whatever else gives this agent a call, another desk or the telephone, wait."""
    await connection.execute(_TURNS, {"agent": agent})


async def manager_of(connection: AsyncConnection, branch_id: str, client_id: str) -> str:
    """Return who looks after him now; "" where he is not to be seen."""
    query = select(CLIENT.c.manager_id).where(
        CLIENT.c.branch_id == branch_id, CLIENT.c.client_id == client_id
    )
    return str(await connection.scalar(query) or "")
