"""Who waits for whom: commands work side by side, a hand-over of clients alone.

What a command reads of its client's manager holds until it ends, because ``take_command`` of the
database takes the same lock shared.
"""

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection

_ALONE = text("SELECT pg_advisory_xact_lock(20230217)")
_BESIDE = text("SELECT pg_advisory_xact_lock_shared(20230217)")


async def wait_for_commands(connection: AsyncConnection) -> None:
    """Wait until no other command is in hand; none is taken until this transaction ends."""
    await connection.execute(_ALONE)


async def keep_hand_overs_away(connection: AsyncConnection) -> None:
    """Let nobody be handed over before this transaction ends."""
    await connection.execute(_BESIDE)
