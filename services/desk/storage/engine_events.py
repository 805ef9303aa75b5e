"""How far the engine's ledger has been stored: the cursor goes with the rows it brought."""

from sqlalchemy import Connection, delete, select

from models.tables.local import ENGINE_EVENT
from services.desk.storage.rows import write_rows


def read_event_cursor(connection: Connection) -> tuple[str, int]:
    """Return journal id and number of the last stored event; ("", 0) = none yet."""
    row = connection.execute(select(ENGINE_EVENT.c.ledger, ENGINE_EVENT.c.number)).first()
    return (row.ledger, row.number) if row else ("", 0)


def write_event_cursor(connection: Connection, ledger: str, number: int, at: str) -> None:
    """Set it; another journal takes the place of the one before."""
    connection.execute(delete(ENGINE_EVENT).where(ENGINE_EVENT.c.ledger != ledger))
    write_rows(connection, ENGINE_EVENT, [{"ledger": ledger, "number": number, "stored_at": at}])
