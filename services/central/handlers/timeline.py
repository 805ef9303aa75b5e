"""Entries of a client's timeline that appear by themselves (features F5)."""

from sqlalchemy.dialects.postgresql import insert

from models.tables.service import TIMELINE
from services.central.handlers.work import Work, now_text


async def tell(work: Work, client_id: str, kind: str, title: str) -> None:
    """Add what the command in hand did to the client's timeline, once a command and kind."""
    row = work.owner | {
        "entry_id": f"{work.envelope.command_id}-{kind}",
        "client_id": client_id,
        "kind": kind,
        "title": title,
        "about": work.envelope.command_id,
        "author": work.actor.staff_id,
        "happened_at": now_text(work),
    }
    await work.connection.execute(insert(TIMELINE).values(row).on_conflict_do_nothing())
