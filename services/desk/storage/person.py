"""Who signed in last on this store: lets the desk start without central."""

import msgspec
from sqlalchemy import Connection, delete

from models.tables.local import CURSOR
from models.wire.hub import SignedIn
from services.desk.storage.outbox_rows import mark_all_waiting
from services.desk.storage.rows import read_setting, write_setting

_PERSON = "person"


def read_person(connection: Connection) -> SignedIn | None:
    """Return what the hub said at the last sign-in; None before the first."""
    text = read_setting(connection, _PERSON)
    return msgspec.json.decode(text, type=SignedIn) if text else None


def keep_person(connection: Connection, person: SignedIn) -> None:
    """Remember it; at another central than before everything is fetched and pushed anew."""
    before = read_person(connection)
    if before is not None and before.central_id != person.central_id:
        connection.execute(delete(CURSOR))
        mark_all_waiting(connection)
    write_setting(connection, _PERSON, msgspec.json.encode(person).decode())
