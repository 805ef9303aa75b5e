"""The register of consent as it is now (§ 2.11)."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncConnection

from models.lives.consent import ConsentEntry, ConsentForm
from models.rules.messages.send_gate import Purpose
from models.tables.service import CONSENT


async def read_consents(
    connection: AsyncConnection, branch_id: str, client_ids: Sequence[str]
) -> dict[str, list[ConsentEntry]]:
    """Return the entries of each client who has any."""
    table = CONSENT.c
    query = select(table.client_id, table.purpose, table.channel, table.form, table.at).where(
        table.branch_id == branch_id, table.client_id.in_(client_ids)
    )
    entries: dict[str, list[ConsentEntry]] = {}
    for client_id, purpose, channel, form, at in await connection.execute(query):
        entry = ConsentEntry(
            Purpose(purpose), channel, ConsentForm(form), datetime.fromisoformat(at)
        )
        entries.setdefault(client_id, []).append(entry)
    return entries
