"""Entries of a client's timeline that appear by themselves (features F5)."""

from collections.abc import Sequence

from sqlalchemy import select
from sqlalchemy.dialects.postgresql import insert

from models.tables.firm import CLIENT
from models.tables.service import TIMELINE
from services.central.handlers.work import Work, now_text


async def tell(work: Work, client_id: str, kind: str, title: str) -> None:
    """Add what the command in hand did to the client's timeline, once a command and kind."""
    await _add(work, [_entry(work, client_id, kind, title)])


async def tell_each(work: Work, client_ids: Sequence[str], kind: str, title: str) -> None:
    """Add to the timeline of every client whom the command in hand is about, once each.

    An entry stands on its own client's stream.
    """
    query = select(CLIENT.c.client_id, CLIENT.c.manager_id).where(
        CLIENT.c.branch_id == work.branch_id, CLIENT.c.client_id.in_(client_ids)
    )
    rows = [
        _entry(work, client_id, kind, title) | {"manager_id": manager_id}
        for client_id, manager_id in await work.connection.execute(query)
    ]
    await _add(work, [row | {"entry_id": f"{row['entry_id']}-{row['client_id']}"} for row in rows])


def _entry(work: Work, client_id: str, kind: str, title: str) -> dict[str, object]:
    return work.owner | {
        "entry_id": f"{work.envelope.command_id}-{kind}",
        "client_id": client_id,
        "kind": kind,
        "title": title,
        "about": work.envelope.command_id,
        "author": work.actor.staff_id,
        "happened_at": now_text(work),
    }


async def _add(work: Work, rows: Sequence[dict[str, object]]) -> None:
    if rows:
        await work.connection.execute(insert(TIMELINE).on_conflict_do_nothing(), rows)
