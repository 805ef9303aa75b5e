"""All rows of one client that his page shows."""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import ColumnElement, Connection, Table, select

from models.tables.firm import (
    CLIENT,
    CONTACT,
    MANDATE,
    POINTS_ENTRY,
    STAFF,
    SUBSCRIPTION,
)
from models.trading.instruction import Instruction
from models.trading.order import Order
from services.desk.storage.queries.charges import PostedFee, read_fees
from services.desk.storage.queries.orders import read_client_orders, read_instructions
from services.desk.storage.rows import Row, key_of, row_text
from services.desk.storage.synced.provisional import provisional_keys

_LATEST = 200


@dataclass(frozen=True, slots=True)
class ClientFile:
    """Rows of one client, lists newest first; ``pending`` holds contact ids not yet at central."""

    client: Row
    points: tuple[Row, ...]
    subscriptions: tuple[Row, ...]
    fees: tuple[PostedFee, ...]
    contacts: tuple[Row, ...]
    pending: frozenset[str]
    staff_names: dict[str, str]
    mandates: tuple[Row, ...]
    instructions: tuple[Instruction, ...]
    orders: tuple[Order, ...]


def read_client_file(connection: Connection, client_id: str) -> ClientFile | None:
    """Return everything stored of a client; None where he is not stored here."""
    found = _rows(connection, CLIENT, client_id)
    if not found:
        return None
    contacts = _rows(connection, CONTACT, client_id, CONTACT.c.happened_at.desc())
    return ClientFile(
        client=found[0],
        points=_rows(connection, POINTS_ENTRY, client_id, POINTS_ENTRY.c.posted_at.desc()),
        subscriptions=_rows(connection, SUBSCRIPTION, client_id, SUBSCRIPTION.c.starts_on.desc()),
        fees=read_fees(connection, client_id),
        contacts=contacts,
        pending=pending_contacts(connection, contacts),
        staff_names=_staff_names(connection),
        mandates=_rows(connection, MANDATE, client_id, MANDATE.c.starts_on.desc()),
        instructions=read_instructions(connection, client_id, ""),
        orders=read_client_orders(connection, client_id, _LATEST),
    )


def _rows(
    connection: Connection, table: Table, client_id: str, *order: ColumnElement[str]
) -> tuple[Row, ...]:
    statement = select(table).where(table.c.client_id == client_id)
    rows = connection.execute(statement.order_by(*order).limit(_LATEST)).mappings()
    return tuple(dict(row) for row in rows)


def pending_contacts(connection: Connection, contacts: Sequence[Row]) -> frozenset[str]:
    """Return the ids of those that are not yet at central."""
    marked = provisional_keys(connection, CONTACT)
    return frozenset(
        str(row["contact_id"]) for row in contacts if row_text(key_of(CONTACT, row)) in marked
    )


def _staff_names(connection: Connection) -> dict[str, str]:
    rows = connection.execute(select(STAFF.c.staff_id, STAFF.c.name))
    return {row.staff_id: row.name for row in rows}
